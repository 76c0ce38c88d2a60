// The gallery page with the gallery's server: every entry is drawn, and together they are all that the tables of docs/UI.md list.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { POLICY, launch, log, watched } from './browser.mjs';
import { COMPONENTS, SHOWS } from './gallery-shows.mjs';
import { startGallery } from './server.mjs';

/** Items that are stored but never sent. */
const UNSEEN = ['hidden_context_item', 'sdk_hidden_context'];

const axe = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
let server;
let browser;

before(async () => {
  server = await startGallery();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function openPage(hash = '', options = {}) {
  const opened = await watched(browser, server.url, { viewport: { width: 1440, height: 900 }, ...options });
  const { page } = opened;
  await page.route(`${server.url}/gallery.html`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': POLICY } });
  });
  await page.goto(`${server.url}/gallery.html${hash}`);
  await page.getByRole('region', { name: 'Chat on show' }).waitFor();
  return opened;
}

const entryList = (page) => page.getByRole('navigation', { name: 'Entries' });
const entry = (page, title) => entryList(page).getByRole('button', { name: title, exact: true });
/** @param {{ name: string, about?: string }} entry */
const titleOf = ({ name, about }) => (name.startsWith('widget ') ? about : name.charAt(0).toUpperCase() + name.slice(1));
const nameIn = ({ name, about }) => (name.startsWith('widget ') ? about : `${titleOf({ name })} ${about}`);

/** Chooses an entry and waits until its answer is over. */
async function choose(page, chosen) {
  if (chosen.name === 'start') return entry(page, nameIn(chosen)).click();
  const answering = page.waitForResponse((response) => response.request().postDataJSON?.()?.type === 'threads.create');
  await entry(page, nameIn(chosen)).click();
  const response = await answering;
  return response.text();
}

/** Collects every `type` in a stream, at any depth. */
function types(value, found) {
  if (Array.isArray(value)) for (const below of value) types(below, found);
  else if (value && typeof value === 'object') {
    if (typeof value.type === 'string') found.add(value.type);
    for (const below of Object.values(value)) types(below, found);
  }
}

const eventsOf = (body) =>
  body
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)));

/** The names in the first column of a table of docs/UI.md. */
async function documented(heading) {
  const docs = await readFile(new URL('../../docs/UI.md', import.meta.url), 'utf8');
  const [, section] = docs.split(`\n### ${heading}\n`);
  assert.ok(section, heading);
  return Array.from(section.split(/\n##/)[0].matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name);
}

test('every entry is shown, and together they are all there is', async () => {
  const { page, allow, check } = await openPage();
  // The entry `pictures` has one of a host that the thread allows and this policy does not; the other is never asked for.
  allow(/allowed\.example/);
  const groups = [{ entries: [{ name: 'start', about: 'The start screen, with its prompts' }] }, ...(await (await fetch(`${server.url}/gallery.json`)).json())];
  const seen = new Set();
  for (const shown of groups.flatMap(({ entries }) => entries)) {
    const component = shown.name.startsWith('widget ') ? COMPONENTS[shown.about] : undefined;
    const expected = component ? { css: `.widget ${component}` } : SHOWS[shown.name];
    assert.ok(expected, `what does ${shown.name} show?`);
    const body = await choose(page, shown);
    await page.getByRole('heading', { level: 1, name: titleOf(shown), exact: true }).waitFor();
    const chat = page.getByRole('region', { name: 'Chat on show' });
    const there = expected.css ? chat.locator(expected.css) : chat.getByText(expected);
    await there.first().waitFor({ state: 'attached' }).catch(() => assert.fail(`${shown.name} does not show ${expected.css ?? expected}`));
    assert.equal(await page.getByText('This content could not be shown.').count(), 0, shown.name);
    if (body) for (const event of eventsOf(body)) types(event, seen);
  }
  for (const heading of ['Items', 'Stream events', 'Item updates', 'Tasks, sources, questions', 'Widget components']) {
    const names = await documented(heading);
    assert.ok(names.length > 2, heading);
    assert.deepEqual(names.filter((name) => !seen.has(name) && !UNSEEN.includes(name)), [], heading);
  }
  await check();
});

test('the panel changes the look of what is shown, and the address keeps it', async () => {
  const { page, check } = await openPage('#show=widget+button');
  const frame = page.locator('openai-chatkit .frame');
  await log(page).locator('.w-button').first().waitFor();
  const attribute = (name, value) => page.locator(`openai-chatkit .frame[${name}="${value}"]`).waitFor();
  const pick = (group, option) => page.getByRole('group', { name: group, exact: true }).getByRole('radio', { name: option, exact: true }).check({ force: true });
  const token = (name) => frame.evaluate((element, given) => getComputedStyle(element).getPropertyValue(given).trim(), name);

  await pick('Colour scheme', 'Dark');
  await attribute('data-theme', 'dark');
  await pick('Radius', 'Sharp');
  await attribute('data-radius', 'sharp');
  await pick('Density', 'Compact');
  await attribute('data-density', 'compact');
  await pick('Text size', '18');
  await page.waitForFunction(() => getComputedStyle(document.querySelector('openai-chatkit').shadowRoot.querySelector('.frame')).fontSize === '18px');
  await page.getByRole('radio', { name: 'Rose' }).check({ force: true });
  await page.waitForFunction(() => location.hash.includes('accent'));
  assert.equal(await token('--ck-accent'), '#e11d48');
  await page.getByRole('slider', { name: 'Tint' }).fill('6');
  await page.getByRole('radio', { name: 'Midnight' }).check({ force: true });
  await page.getByLabel('Typeface').selectOption('Serif');
  await page.getByLabel('Language').selectOption('ar');
  await attribute('dir', 'rtl');
  assert.match(await token('font-family'), /Georgia/);
  assert.equal(await token('--ck-bg'), '#0d1117');
  assert.match(await token('--ck-gray-500'), /0\.0210 250/);
  await page.getByRole('switch', { name: 'Disclaimer' }).uncheck();
  await page.getByText('Nothing here is fetched').waitFor({ state: 'detached' });
  assert.equal(await log(page).or(page.getByRole('log')).locator('.w-button').first().count(), 1, 'the thread is still there');

  await page.reload();
  await attribute('data-theme', 'dark');
  await attribute('data-radius', 'sharp');
  await attribute('dir', 'rtl');
  await page.getByRole('heading', { level: 1, name: 'Button' }).waitFor();
  await page.getByRole('button', { name: 'Reset' }).click();
  await attribute('dir', 'ltr');
  await attribute('data-radius', 'pill');
  assert.equal(await page.evaluate(() => location.hash), '#show=widget+button');
  await check();
});

test('an entry is found and shown with the keyboard alone', async () => {
  const { page, check } = await openPage();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Search the entries');
  await page.keyboard.type('hologram');
  await entryList(page).getByText('Nothing is called that.').waitFor();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('card');
  const buttons = entryList(page).getByRole('listitem').getByRole('button');
  await entry(page, 'Markdown A message with all that Markdown has').waitFor({ state: 'detached' });
  const names = await buttons.allInnerTexts();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const [title] = names[1].split('\n');
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  await log(page).waitFor();
  assert.equal(await entryList(page).locator('[aria-current]').innerText(), names[1]);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Search the entries');
  await check();
});

test('what reaches the page is told', async () => {
  const { page, check } = await openPage();
  const told = page.getByRole('list', { name: 'Events, newest first' });
  await choose(page, { name: 'effect', about: 'Something for the page to do' });
  await told.getByText('effect', { exact: true }).waitFor();
  await page.getByText('nothing is kept', { exact: true }).click();
  await told.getByText('deeplink', { exact: true }).waitFor();
  await choose(page, { name: 'client tool', about: 'A function of the page, whose output is read back' });
  await told.getByText('onClientTool', { exact: true }).waitFor();
  await log(page).getByText('"theme": "auto"').waitFor();
  await check();
});

test('on a phone the list and the panel come over the chat and go again', async () => {
  const phone = { width: 390, height: 780 };
  const { page, check } = await openPage('', { viewport: phone, hasTouch: true, isMobile: true });
  await entryList(page).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'All entries' }).tap();
  await entry(page, 'Chart').tap();
  await entryList(page).waitFor({ state: 'hidden' });
  await log(page).locator('.w-chart').first().waitFor();
  await page.getByRole('button', { name: 'Looks' }).tap();
  const panel = page.getByRole('complementary', { name: 'Looks' });
  await panel.getByRole('radio', { name: 'Dark' }).tap();
  await page.locator('openai-chatkit .frame[data-theme="dark"]').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= phone.width, `nothing is wider than the screen, but ${width}`);
  await check();
});

test('axe finds nothing in the page, light, dark and small', async () => {
  for (const [hash, options] of /** @type {[string, object?][]} */ ([['#show=form&scheme=light'], ['#show=form&scheme=dark&accent=%23e11d48'], ['#scheme=light', { viewport: { width: 390, height: 780 } }]])) {
    const { page, check } = await openPage(hash, { reducedMotion: 'reduce', ...options });
    await page.getByText('nothing is kept').waitFor();
    if (hash.includes('form')) await log(page).getByRole('button', { name: 'Save a draft' }).waitFor();
    else await page.getByRole('button', { name: 'All entries' }).click();
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const whole = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
      const around = await window.axe.run({ exclude: ['openai-chatkit'] }, { runOnly: ['best-practice'] });
      return [...whole.violations, ...around.violations];
    });
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`);
    assert.deepEqual(found, [], hash);
    await check();
  }
});
