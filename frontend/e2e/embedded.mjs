// A page that holds only the element, under the strict policy, with the test's own server behind `api.fetch`.

import { readFile } from 'node:fs/promises';
import { POLICY, watched } from './browser.mjs';

const STUB = await readFile(new URL('./stub.js', import.meta.url), 'utf8');
const EVENTS = [
  'ready', 'error', 'effect', 'deeplink', 'response.start', 'response.end', 'history.open', 'history.close', 'thread.change',
  'thread.load.start', 'thread.load.end', 'tool.change', 'log', 'composer.change', 'message.send',
].map((name) => `chatkit.${name}`);

const PAGE = (inner, attributes) => `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Embedded</title>
<link rel="stylesheet" href="/embedded.css">
<script src="/chatkit.js" async></script>
<openai-chatkit ${attributes}>${inner}</openai-chatkit>`;
const CSS = 'html,body{margin:0;height:100%} openai-chatkit{height:100vh} [layout=document]{height:auto;min-height:100vh}';

/**
 * Opens the page and sets the options that `setup` gives; it runs in the page, where `stub` stands for the server.
 * What it may use besides comes in `data`. `prepare` gets the page before it is opened.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {(stub: any, data: any) => unknown} setup
 * @param {import('playwright-core').BrowserContextOptions & {
 *   strict?: boolean, data?: unknown, inner?: string, attributes?: string, css?: string,
 *   prepare?: (page: import('playwright-core').Page) => unknown,
 * }} [options]
 */
export async function embed(browser, url, setup, { data, inner = '', attributes = '', css = '', prepare, ...context } = {}) {
  const opened = await watched(browser, url, { reducedMotion: 'reduce', ...context });
  const { page } = opened;
  await page.addInitScript({ content: STUB });
  await prepare?.(page);
  await page.route(`${url}/embedded.html`, (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': POLICY }, body: PAGE(inner, attributes) }),
  );
  await page.route(`${url}/embedded.css`, (route) => route.fulfill({ contentType: 'text/css', body: CSS + css }));
  await page.goto(`${url}/embedded.html`);
  await page.evaluate((names) => {
    const element = document.querySelector('openai-chatkit');
    for (const name of names) {
      element.addEventListener(name, ({ detail }) => {
        const told = detail?.error ? { error: detail.error.message } : detail;
        stub.events.push([name.replace('chatkit.', ''), told && JSON.parse(JSON.stringify(told))]);
      });
    }
    return customElements.whenDefined('openai-chatkit').then(() => undefined);
  }, EVENTS);
  await setOptions(page, setup, data);
  await page.waitForFunction(() => stub.events.some(([name]) => name === 'ready'));
  return opened;
}

/**
 * Sets options once more; `setup` may use those that were given before.
 *
 * @param {import('playwright-core').Page} page
 * @param {(stub: any, data: any) => unknown} setup
 * @param {unknown} [data]
 */
export async function setOptions(page, setup, data) {
  await page.evaluate(
    `(async () => {
      const given = await (${setup})(stub, ${JSON.stringify(data ?? null)});
      stub.options = { api: { url: '/chatkit', domainKey: 'any', fetch: stub.fetch }, ...given };
      document.querySelector('openai-chatkit').setOptions(stub.options);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    })()`,
  );
}

/** Calls a method of the element; a rejection comes back as `{ rejected: message }`. */
export function call(page, method, ...args) {
  return page.evaluate(
    ([name, given]) =>
      document.querySelector('openai-chatkit')[name](...given).then(
        (value) => value,
        (error) => ({ rejected: error.message, name: error.name }),
      ),
    [method, args],
  );
}

export const requests = (page, type) => page.evaluate((wanted) => stub.requests.filter((request) => request.type === wanted), type);
export const calls = (page) => page.evaluate(() => stub.calls);
/** The events so far, except those that every draft causes. */
export const told = (page) => page.evaluate(() => stub.events.filter(([name]) => name !== 'composer.change' && name !== 'log'));
export const forget = (page) => page.evaluate(() => void (stub.events.length = stub.requests.length = stub.calls.length = 0));
