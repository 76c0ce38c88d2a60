// Reading: nothing moves under the eyes, whatever comes above or below.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { log, openChat } from './browser.mjs';
import { browser, server } from './running.mjs';

const COUNT = 100;
const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
const items = Array.from({ length: COUNT }, (_, n) =>
  n % 2 === 0
    ? { ...at, id: `q${n}`, type: 'user_message', content: [{ type: 'input_text', text: `Question ${n}` }], attachments: [] }
    : { ...at, id: `a${n}`, type: 'assistant_message', content: [{ type: 'output_text', text: `Answer ${n}. ${'More words. '.repeat(30)}`, annotations: [] }] },
);
const meta = { id: 'thr', title: 'A long one', created_at: at.created_at, status: { type: 'active' } };

function pageOf({ limit = 20, order = 'desc', after: cursor }) {
  const ordered = order === 'asc' ? items : items.toReversed();
  const start = cursor ? ordered.findIndex(({ id }) => id === cursor) + 1 : 0;
  const data = ordered.slice(start, start + limit);
  return { data, has_more: start + limit < COUNT, after: data.at(-1)?.id };
}

async function serveLongThread(page) {
  await page.route('**/chatkit', (route) => {
    const { type, params } = route.request().postDataJSON();
    if (type === 'threads.get_by_id') return route.fulfill({ json: { ...meta, items: pageOf({ order: 'asc' }) } });
    if (type === 'items.list') return route.fulfill({ json: pageOf(params) });
    return route.fulfill({ status: 204 });
  });
}

test('a long thread opens at its end, and earlier messages come without moving the others', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  await log(page).getByText('Question 98').waitFor();
  assert.equal(await log(page).getByText('Question 0', { exact: true }).count(), 0, 'only the newest page is loaded');
  const gap = await log(page).evaluate((scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  assert.ok(gap < 2, `the end is in view, but ${gap} px are left`);

  const first = log(page).getByText('Question 70', { exact: true });
  await log(page).evaluate((scroller) => (scroller.scrollTop = 140));
  const before = (await first.boundingBox()).y;
  await log(page).getByText('Question 60', { exact: true }).waitFor({ state: 'attached' });
  await page.waitForTimeout(300);
  const moved = Math.abs((await first.boundingBox()).y - before);
  assert.ok(moved < 2, `the row being read moved by ${moved} px`);
  await check();
});

test('a growing answer does not push away what is being read', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  const row = log(page).getByText('Question 90', { exact: true });
  await row.waitFor();
  await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await page.waitForTimeout(200);
  const before = (await row.boundingBox()).y;
  const text = 'Words and more words. '.repeat(400);
  const events = [
    { type: 'thread.item.done', item: { ...items[0], id: 'new' } },
    { type: 'thread.item.done', item: { ...items[1], id: 'long', content: [{ type: 'output_text', text, annotations: [] }] } },
  ];
  await page.unroute('**/chatkit');
  await page.route('**/chatkit', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') }),
  );
  await page.evaluate(() => {
    const element = document.querySelector('openai-chatkit');
    return element.sendCustomAction({ type: 'anything' });
  });
  await log(page).getByText('Words and more words.').waitFor({ state: 'attached' });
  await page.waitForTimeout(200);
  // An action of the page is no gesture of the reader, so the reader stays where they are.
  const moved = Math.abs((await row.boundingBox()).y - before);
  assert.ok(moved < 2, `the row being read moved by ${moved} px`);
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await page.waitForFunction(() => {
    const scroller = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]');
    return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 2;
  });
  await check();
});
