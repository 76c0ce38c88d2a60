// Texts and widgets made to freeze the page: no task takes long, no script runs, nothing foreign is loaded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATEGORIES, readTrace } from '../bench/trace.mjs';
import { TEXTS } from '../chatkit/test/hostile-texts.mjs';
import { log } from './browser.mjs';
import { item, message, openGallery, sse, widgetItem } from './gallery.mjs';
import { browser, server } from './running.mjs';

/**
 * How long a task may take, as a multiple of a known task: building and laying out a number of plain paragraphs at once,
 * which takes about 70 ms on an idle machine. Both are measured in CPU time of the main thread, in the same page and within
 * moments of each other, so that a slow or busy machine makes no difference.
 */
const LIMIT = 2;
const KNOWN_PARAGRAPHS = 6000;

const nested = (depth, type) => (depth === 0 ? { type: 'Text', value: 'deep' } : { type, children: [nested(depth - 1, type)] });
const many = (count, make) => Array.from({ length: count }, (_, n) => make(n));
const card = (...children) => ({ type: 'Card', children });
const source = (n) => ({ type: 'annotation', index: n, source: { type: 'url', url: `https://evil.example/${n}`, title: `Source ${n}`, favicon: 'https://evil.example/f.png' } });

const ITEMS = {
  'boxes in boxes': widgetItem('i', nested(1000, 'Box')),
  'cards in cards': widgetItem('i', nested(1000, 'Card')),
  'a list of 6,000 rows': widgetItem('i', { type: 'ListView', children: many(6000, (n) => ({ type: 'ListViewItem', children: [{ type: 'Text', value: `Row ${n}` }] })) }),
  '20,000 texts': widgetItem('i', card(...many(20_000, (n) => ({ type: 'Text', value: `Text ${n}` })))),
  'a long text': widgetItem('i', card({ type: 'Text', value: 'a'.repeat(1_000_000) })),
  'a long word in a title': widgetItem('i', card({ type: 'Title', value: 'm'.repeat(1_000_000) })),
  'a word of kerned letters': widgetItem('i', card({ type: 'Text', value: 'A'.repeat(1_000_000) }, { type: 'Title', value: 'A'.repeat(1_000_000) }, { type: 'Caption', value: 'A'.repeat(1_000_000) })),
  'a question of kerned letters': item('i', 'user_message', { content: [{ type: 'input_text', text: 'A'.repeat(19_000) }], quoted_text: 'A'.repeat(19_000), attachments: [], inference_options: {} }),
  'long Markdown': widgetItem('i', card({ type: 'Markdown', value: TEXTS.tasks })),
  'Markdown a hundred times': widgetItem('i', card(...many(100, () => ({ type: 'Markdown', value: TEXTS.bold.slice(0, 4000) })))),
  'a table of 300 by 300': widgetItem('i', card({ type: 'Table', children: many(300, () => ({ type: 'Table.Row', children: many(300, () => ({ type: 'Table.Cell', children: [{ type: 'Text', value: 'x' }] })) })) })),
  'a chart of 50,000 points': widgetItem('i', card({ type: 'Chart', data: many(50_000, (n) => ({ x: n, y: n % 7 })), series: [{ type: 'line', dataKey: 'y' }], xAxis: 'x' })),
  'a chart of 500 series': widgetItem('i', card({ type: 'Chart', data: many(50, (n) => ({ x: n, ...Object.fromEntries(many(500, (s) => [`s${s}`, s])) })), series: many(500, (s) => ({ type: 'bar', dataKey: `s${s}` })), xAxis: 'x' })),
  '50,000 choices': widgetItem('i', card({ type: 'Select', name: 's', options: many(50_000, (n) => ({ value: `${n}`, label: `Choice ${n}` })) }, { type: 'RadioGroup', name: 'r', options: many(50_000, (n) => ({ value: `${n}`, label: `Choice ${n}` })) })),
  'a pattern that backtracks': widgetItem('i', card({ type: 'Form', children: [{ type: 'Input', name: '__proto__.polluted', pattern: '(a+)+$', defaultValue: `${'a'.repeat(40)}!` }] })),
  '10,000 sources': message('i', 'a '.repeat(10_000), many(10_000, source)),
  'a workflow of 10,000 tasks': item('i', 'workflow', { workflow: { type: 'custom', expanded: true, summary: { title: 'Work' }, tasks: many(10_000, (n) => ({ type: 'custom', title: `Task ${n}`, content: 'Words' })) } }),
  'a search of 10,000 sources': item('i', 'workflow', { workflow: { type: 'custom', expanded: true, tasks: [{ type: 'web_search', title: 'Search', queries: many(5000, (n) => `q${n}`), sources: many(10_000, (n) => source(n).source) }] } }),
  'a long question': item('i', 'user_message', { content: [{ type: 'input_text', text: `${'a'.repeat(500_000)} ${'b\n'.repeat(100_000)}` }], attachments: [], inference_options: {} }),
};

/** Opens a thread, streams events into it, scrolls through them, and compares the longest task with the limit. */
async function openMeasured() {
  const chat = await openGallery(browser, server.url, [message('m', 'Hello')]);
  const { page } = chat;
  await log(page).locator('.md p').first().waitFor();
  const longestTask = async (run, given) => {
    await browser.startTracing(page, { categories: CATEGORIES });
    await page.evaluate(run, given);
    return readTrace(await browser.stopTracing()).longest;
  };
  const calibrate = () =>
    longestTask(async (count) => {
      const nextTask = () => new Promise((resolve) => setTimeout(resolve));
      performance.mark('bench:start');
      await nextTask();
      const box = document.body.appendChild(document.createElement('div'));
      for (let n = 0; n < count; n += 1) box.appendChild(document.createElement('p')).textContent = `Paragraph ${n} has some plain words.`;
      if (box.offsetHeight === 0) throw new Error('nothing was laid out');
      box.remove();
      await nextTask();
      performance.mark('bench:end');
    }, KNOWN_PARAGRAPHS);
  const measure = async (events) => {
    chat.setReply(() => sse(events));
    const longest = await longestTask(async () => {
      performance.mark('bench:start');
      const element = document.querySelector('openai-chatkit');
      const frames = (count) => new Promise((resolve) => {
        const next = () => (count-- > 0 ? requestAnimationFrame(next) : setTimeout(resolve));
        next();
      });
      await element.sendCustomAction({ type: 'go' });
      await frames(20);
      const scroller = element.shadowRoot.querySelector('[role=log]');
      for (const at of [1, 0.5, 0]) {
        scroller.scrollTop = at * scroller.scrollHeight;
        await frames(5);
      }
      performance.mark('bench:end');
    });
    // Reloading the thread removes the item before the next measurement.
    await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr'));
    return longest;
  };
  const measureAll = async (entries) => {
    const slow = [];
    let known = await calibrate();
    for (const [name, events] of entries) {
      // Take the best of three: a page that freezes does so every time, while a busy machine slows only some runs.
      const tries = [];
      for (let again = false; tries.length < 3 && (tries.at(-1)?.times ?? LIMIT) >= LIMIT; again = true) {
        if (again) known = await calibrate();
        const ms = await measure(events);
        tries.push({ times: ms / known, words: `${Math.round(ms)} ms beside ${Math.round(known)} ms` });
      }
      if (process.env.SHOW_TIMES) console.log(`${name}: ${tries.map(({ words }) => words).join(', ')}`);
      if (tries.every(({ times }) => times >= LIMIT)) slow.push(`${name}: ${tries.map(({ words }) => words).join(', ')}`);
    }
    assert.deepEqual(slow, []);
  };
  return { ...chat, measureAll };
}

async function harmless({ page, check }) {
  assert.equal(await page.evaluate(() => window.harmed), undefined);
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  await check();
}

const delta = (text) => ({ type: 'thread.item.updated', item_id: 'i', update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: text } });
const WAYS = {
  'that is there at once': (text) => [{ type: 'thread.item.done', item: message('i', text) }],
  'that grows': (text) => {
    const part = text.slice(0, 30_000);
    return [{ type: 'thread.item.added', item: message('i', '') }, ...part.match(/[\s\S]{1,1000}/g).map(delta), { type: 'thread.item.done', item: message('i', part) }];
  },
};

for (const [way, eventsOf] of Object.entries(WAYS)) {
  test(`no text freezes the page ${way}`, async () => {
    const chat = await openMeasured();
    await chat.measureAll(Object.entries(TEXTS).map(([name, text]) => [name, eventsOf(text)]));
    await harmless(chat);
  });
}

test('no item and no widget freezes the page', async () => {
  const chat = await openMeasured();
  await chat.measureAll(Object.entries(ITEMS).map(([name, hostile]) => [name, [{ type: 'thread.item.done', item: hostile }]]));
  await harmless(chat);
});
