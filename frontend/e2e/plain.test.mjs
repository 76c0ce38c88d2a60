// The page that embeds the chat in five lines, as the README shows them, under the strict policy.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { POLICY, ask, composer, transcript, watched } from './browser.mjs';
import { browser, server } from './running.mjs';

const read = (name) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

test('five lines hold a conversation', async () => {
  const { page, check } = await watched(browser, server.url);
  await page.route(`${server.url}/plain.html`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': POLICY } });
  });
  await page.goto(`${server.url}/plain.html`);
  await composer(page).waitFor();
  const { height } = await page.locator('openai-chatkit').boundingBox();
  assert.equal(height, page.viewportSize().height, 'the chat fills the window');
  await ask(page, "What's the weather like in Tokyo?");
  assert.match(await transcript(page), /Tokyo.*Humidity/i);
  await ask(page, 'And in Paris?');
  assert.match(await transcript(page), /And in Paris\? .*Paris/);
  await check();
});

test('the README shows the very lines of the page', async () => {
  const [readme, page, script] = await Promise.all([read('README.md'), read('frontend/app/public/plain.html'), read('frontend/app/public/plain.js')]);
  const [, body] = page.split('<body>\n');
  const lines = [...body.split('</body>')[0].split('\n'), ...script.split('\n')].map((line) => line.trim()).filter(Boolean);
  assert.equal(lines.length, 5);
  for (const line of lines) assert.ok(readme.split('\n').includes(line), line);
});

test('the gallery page says which server it belongs to', async () => {
  const { page, allow, check } = await watched(browser, server.url);
  allow(/status of 404/);
  await page.goto(`${server.url}/gallery.html`);
  await page.getByText('cargo run --example gallery').waitFor();
  await check();
});
