// The settings of the sample's page, each of them seen in ours: React, the unmodified binding, the real server.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { answered, ask, composer, log, openChat, transcript } from './browser.mjs';
import { sunset } from './picture.mjs';
import { browser, server } from './running.mjs';

/** @type {[label: string, prompt: string, answer: RegExp][]} */
const PROMPTS = [
  ['Weather in New York', "What's the weather in New York?", /New York.*Humidity/i],
  ['Select a city to get its weather', 'Show me the city selector for weather', /Seattle, WA/],
  ['Current time', 'What time is it?', /\d{1,2}:\d{2}/],
  ['Analyze an image', 'I want to analyze an image', /image|picture|photo/i],
];

test('the page is written with the unmodified binding', async () => {
  const read = async (name) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
  const [{ dependencies }, { packages }] = [await read('../app/package.json'), await read('../package-lock.json')];
  const { version, integrity } = packages['node_modules/@openai/chatkit-react'];
  assert.equal(dependencies['@openai/chatkit-react'], version);
  assert.match(integrity, /^sha512-/, 'it comes from the registry as it is');
  const { page, check } = await openChat(browser, server.url);
  assert.equal(await page.locator('openai-chatkit.chat').count(), 1);
  await page.getByRole('region', { name: 'Weather and image assistant' }).waitFor();
  await check();
});

test('the start screen greets, and each of its four prompts is asked and answered', async () => {
  for (const [label, prompt, answer] of PROMPTS) {
    const { page, check } = await openChat(browser, server.url);
    await page.getByRole('heading', { name: 'Ask about the weather, or show me a picture' }).waitFor();
    const buttons = page.getByRole('list', { name: 'Suggestions' }).getByRole('button');
    assert.deepEqual(await buttons.allInnerTexts(), PROMPTS.map(([name]) => name));
    assert.equal(await buttons.locator('svg').count(), 4, 'each has its icon');
    await buttons.filter({ hasText: label }).click();
    await log(page).getByText(prompt, { exact: true }).waitFor();
    await answered(page);
    const [, said] = (await transcript(page)).split(prompt);
    assert.match(said, answer, label);
    await check();
  }
});

test('the composer takes pictures of the kinds the page names, and uploads them in two phases', async () => {
  const { page, check } = await openChat(browser, server.url);
  assert.equal(await composer(page).getAttribute('placeholder').then((text) => text ?? composer(page).getAttribute('aria-placeholder')), 'Ask about the weather');
  const picker = page.getByLabel('Add files').first();
  const accepted = (await picker.getAttribute('accept')).split(',');
  for (const kind of ['image/*', '.png', '.jpg', '.jpeg', '.gif', '.webp']) assert.ok(accepted.includes(kind), kind);
  const sent = [];
  page.on('request', (request) => {
    if (request.method() === 'GET') return;
    const { pathname } = new URL(request.url());
    sent.push(pathname === '/chatkit' ? request.postDataJSON().type : `${request.method()} ${pathname.split('/')[1]}`);
  });
  await picker.setInputFiles({ name: 'sunset.png', mimeType: 'image/png', buffer: sunset() });
  await page.getByRole('img', { name: 'sunset.png' }).waitFor();
  await page.getByRole('button', { name: 'Remove sunset.png' }).waitFor();
  await ask(page, 'What do you see in this image?');
  assert.deepEqual(sent.slice(0, 3).map((name) => name.replace(/^(?:PUT|POST) /, '')), ['attachments.create', 'upload', 'threads.create']);
  assert.ok((await log(page).getByRole('img', { name: 'sunset.png' }).evaluate((image) => image.naturalWidth)) > 0);
  await check();
});

test('the theme is the page’s: its accent, its radius, and a button for the other scheme', async () => {
  const { page, check } = await openChat(browser, server.url);
  const frame = page.locator('openai-chatkit .frame');
  assert.equal(await frame.getAttribute('data-theme'), 'light');
  assert.equal(await frame.getAttribute('data-radius') ?? 'pill', 'pill');
  const token = (name) => frame.evaluate((element, given) => getComputedStyle(element).getPropertyValue(given).trim(), name);
  assert.equal(await token('--ck-accent'), '#1d4ed8');
  await composer(page).fill('Hello');
  // It fades from gray.
  await page.waitForFunction(() => {
    const send = document.querySelector('openai-chatkit').shadowRoot.querySelector('[part~=send]');
    return getComputedStyle(send).backgroundColor === 'rgb(29, 78, 216)';
  });
  await page.getByRole('button', { name: 'Dark mode' }).click();
  await page.locator('openai-chatkit .frame[data-theme="dark"]').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.scheme), 'dark');
  await page.reload();
  await page.locator('openai-chatkit .frame[data-theme="dark"]').waitFor();
  await page.getByRole('button', { name: 'Light mode' }).click();
  await page.locator('openai-chatkit .frame[data-theme="light"]').waitFor();
  await check();
});

test('answers carry no feedback buttons, as the page asks', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the current time?");
  await log(page).getByRole('button', { name: 'Copy', exact: true }).waitFor();
  assert.equal(await log(page).getByRole('button', { name: /good|bad/i }).count(), 0);
  await check();
});
