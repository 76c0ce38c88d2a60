// Every kind of item through the real element: that it looks right, and that everyone can read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { log } from './browser.mjs';
import { message, openGallery, wholeThread } from './gallery.mjs';
import { ITEMS, note, url } from './gallery-items.mjs';
import { browser, server } from './running.mjs';

for (const [theme, width] of /** @type {const} */ ([['light', 800], ['dark', 320]])) {
  test(`every item can be read by everyone: ${theme}, ${width} px`, async () => {
    const { page, check } = await openGallery(browser, server.url, ITEMS, { theme, width, strict: false });
    await log(page).getByRole('button', { name: 'Send answers' }).waitFor();
    await log(page).getByText('From the future').waitFor();
    await log(page).getByText('Unsupported content: hologram').waitFor();
    if (process.env.SCREENSHOTS_DIR) await wholeThread(page, `${process.env.SCREENSHOTS_DIR}/items-${theme}-${width}.png`);
    assert.deepEqual(await violations(page, { within: 'openai-chatkit' }), []);
    await check();
  });
}

test('a citation shows what it points to, by pointer and by focus', async () => {
  const { page, check } = await openGallery(browser, server.url, [message('m', 'They are deep.', [note(url, 14)])]);
  const citation = log(page).getByRole('link', { name: 'Source 1: A guide to fjords' });
  await citation.hover();
  const card = page.getByRole('tooltip');
  await card.getByText('Where they are, and how deep.').waitFor();
  assert.match(await card.innerText(), /Example · Jan 5, 2026/);
  await page.mouse.move(5, 5);
  await card.waitFor({ state: 'detached' });
  await citation.focus();
  await card.waitFor();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await check();
});
