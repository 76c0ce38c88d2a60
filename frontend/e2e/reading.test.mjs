// Reading: nothing moves under the eyes, whatever comes above or below.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inView, log, openChat } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { browser, server } from './running.mjs';

const COUNT = 300;
const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
const items = Array.from({ length: COUNT }, (_, n) =>
  n % 2 === 0
    ? { ...at, id: `q${n}`, type: 'user_message', content: [{ type: 'input_text', text: `Question ${n}` }], attachments: [] }
    : { ...at, id: `a${n}`, type: 'assistant_message', content: [{ type: 'output_text', text: `Answer ${n}. ${'More words. '.repeat(30)}`, annotations: [] }] },
);
const meta = { id: 'thr', title: 'A long one', created_at: at.created_at, status: { type: 'active' } };

/** @param {{ limit?: number, order?: string, after?: string }} params */
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
  await log(page).getByText('Question 298').waitFor();
  assert.equal(await log(page).getByText('Question 0', { exact: true }).count(), 0, 'only the newest page is loaded');
  const gap = await log(page).evaluate((scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  assert.ok(gap < 2, `the end is in view, but ${gap} px are left`);

  const first = log(page).getByText('Question 270', { exact: true });
  await log(page).evaluate((scroller) => (scroller.scrollTop = 140));
  const before = (await first.boundingBox()).y;
  await log(page).getByText('Question 266', { exact: true }).waitFor({ state: 'attached' });
  await drawn(page);
  const moved = Math.abs((await first.boundingBox()).y - before);
  assert.ok(moved < 1, `the row being read moved by ${moved} px`);
  await check();
});

test('a growing answer does not push away what is being read', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  const row = log(page).getByText('Question 290', { exact: true });
  await row.waitFor();
  await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await drawn(page);
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
  await drawn(page);
  // An action of the page is no gesture of the reader, so the reader stays where they are.
  const moved = Math.abs((await row.boundingBox()).y - before);
  assert.ok(moved < 1, `the row being read moved by ${moved} px`);
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await page.waitForFunction(() => {
    const scroller = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]');
    return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 2;
  });
  await check();
});

test('however long a thread is, few of its messages are on the page, and nothing moves on the way back', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  await log(page).getByText('Question 298').waitFor();
  // Its renderer is loaded when it is first needed.
  await log(page).locator('.md p').first().waitFor();
  const seen = await log(page).evaluate(async (scroller) => {
    const rows = () => Array.from(scroller.querySelectorAll('[data-row]'));
    const atTop = () => rows().find((row) => row.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top + 5);
    const result = { most: 0, moved: 0, blank: 0, steps: 0 };
    while (!(scroller.scrollTop < 5 && /Question 0(?!\d)/.test(scroller.textContent)) && result.steps++ < 500) {
      const before = scroller.scrollTop;
      const row = atTop();
      const y = row?.getBoundingClientRect().top;
      scroller.scrollTop = before - 400;
      const moved = before - scroller.scrollTop;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      if (row?.isConnected) result.moved = Math.max(result.moved, Math.abs(row.getBoundingClientRect().top - y - moved));
      if (!atTop()) result.blank++;
      result.most = Math.max(result.most, rows().length);
    }
    return result;
  });
  assert.ok(seen.steps < 500, 'the beginning is reached');
  assert.ok(seen.moved < 1, `what was being read moved by ${seen.moved} px`);
  assert.equal(seen.blank, 0, 'there is always something to read');
  assert.ok(seen.most < 120, `${seen.most} rows at once`);
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await log(page).getByText('Question 298').waitFor();
  assert.ok(await inView(log(page).getByText('Answer 299')));
  await check();
});

test('where the focus is stays on the page, and the keyboard goes on from there', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  await log(page).getByText('Question 298').waitFor();
  await log(page).evaluate((scroller) => (scroller.scrollTop = 0));
  await log(page).getByText('Question 270', { exact: true }).waitFor({ state: 'attached' });
  await log(page).getByRole('button', { name: 'Copy', exact: true }).first().focus();
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document.querySelector('openai-chatkit').shadowRoot;
      const thread = activeElement?.closest('[role=log]');
      const question = Number(/Question (\d+)/.exec(activeElement?.closest('.turn')?.textContent)?.[1]);
      return { label: activeElement?.getAttribute('aria-label'), question, rows: thread?.querySelectorAll('[data-row]').length };
    });
  const before = await focused();
  for (let press = 0; press < 3; press++) {
    await log(page).evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
    await log(page).getByText('Question 298').waitFor();
    await drawn(page);
  }
  const after = await focused();
  assert.equal(after.label, 'Copy', 'the focus has not been lost');
  assert.ok(after.rows < before.rows + 60, 'the pages between have gone');
  await page.keyboard.press('Tab');
  assert.equal((await focused()).question, after.question + 2, 'the next control in the thread has the focus');
  await check();
});

test('messages that are not on the page can be reached without a mouse', async () => {
  const { page, check } = await openChat(browser, server.url);
  await serveLongThread(page);
  await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
  await log(page).getByText('Question 298').waitFor();
  await log(page).evaluate(async (scroller) => {
    for (let step = 0; !/Question 200(?!\d)/.test(scroller.textContent); step += 1) {
      if (step > 1000) throw new Error('Question 200 does not come');
      scroller.scrollTop -= 300;
      await new Promise(requestAnimationFrame);
    }
  });
  const later = log(page).getByRole('button', { name: 'Later messages' });
  await later.waitFor({ state: 'attached' });
  const before = await log(page).evaluate((scroller) => scroller.scrollTop);
  await later.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((top) => {
    const scroller = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]');
    return scroller.scrollTop > top + 300;
  }, before);
  await check();
});
