// A browser whose pages fail the test on a foreign request, a policy violation, or an error in the console.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { drawn, PATIENCE_MS } from './eventually.mjs';

export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export function launch(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...more, '--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}

/**
 * Opens a watched page. Call `check()` at the end of a test: it fails if anything forbidden happened.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions & { strict?: boolean }} [options]
 */
export async function watched(browser, url, { strict = true, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 820 },
    deviceScaleFactor: process.env.SCREENSHOTS_DIR ? 2 : 1,
    locale: 'en-US',
    bypassCSP: !strict,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems = [];
  const allowed = [];
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== 'data:' && protocol !== 'blob:') problems.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  return {
    page,
    context,
    /** Permits a problem that the test causes on purpose. */
    allow: (pattern) => allowed.push(pattern),
    check: async () => {
      const left = problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
      await context.close();
      assert.deepEqual(left, []);
    },
  };
}

/**
 * Opens the chat of the demo page.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions & { strict?: boolean, path?: string }} [options]
 */
export async function openChat(browser, url, { path = '/', strict = true, ...options } = {}) {
  const opened = await watched(browser, url, { strict, ...options });
  const { page } = opened;
  if (strict) {
    // The page must work under this policy, whatever the server sends.
    await page.route(`${url}/`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': POLICY } });
    });
  }
  await page.goto(`${url}${path}`);
  await composer(page).waitFor();
  return opened;
}

export const composer = (page) => page.getByRole('textbox', { name: 'Message' });
export const log = (page) => page.getByRole('log', { name: 'Conversation' });
export const sendButton = (page) => page.getByRole('button', { name: 'Send message' });
export const stopButton = (page) => page.getByRole('button', { name: 'Stop answering' });

/** Sends a message with the keyboard and waits until the answer is complete. */
export async function ask(page, text) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
  await log(page).getByText(text, { exact: true }).last().waitFor();
  await answered(page);
}

export async function answered(page) {
  await sendButton(page).waitFor();
  // The composer is back before the last frame is drawn.
  await drawn(page);
}

/** The text of everything the assistant has said and shown. */
export async function transcript(page) {
  return (await log(page).innerText()).replace(/\s+/g, ' ');
}

/** Whether the whole of an element can be seen in its scroller. */
export function inView(locator) {
  return locator.evaluate((element) => {
    const scroller = element.closest('[role=log]').getBoundingClientRect();
    const box = element.getBoundingClientRect();
    return box.top >= scroller.top && box.bottom <= scroller.bottom;
  });
}

export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS_DIR;
  if (!folder) return;
  await drawn(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
}
