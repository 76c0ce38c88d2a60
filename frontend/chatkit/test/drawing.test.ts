// What keeps drawing cheap: pieces joined, frames awaited, pages kept as they are.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ThreadEvent } from '../src/protocol/event.ts';
import type { AssistantMessageItem, UserMessageItem } from '../src/protocol/item.ts';
import { FrameQueue } from '../src/state/frame-queue.ts';
import { mergeDeltas } from '../src/state/merge-deltas.ts';
import { groupPages, type PageRows } from '../src/state/pages.ts';
import { entryFor, type Entry } from '../src/state/thread-state.ts';

const text = (id: string, delta: string, part = 0): ThreadEvent => ({
  type: 'thread.item.updated',
  item_id: id,
  update: { type: 'assistant_message.content_part.text_delta', content_index: part, delta },
});
const value = (component_id: string, delta: string, done = false): ThreadEvent => ({
  type: 'thread.item.updated',
  item_id: 'w',
  update: { type: 'widget.streaming_text.value_delta', component_id, delta, done },
});

test('neighbouring pieces of one text become one, and nothing else does', () => {
  const note: ThreadEvent = { type: 'progress_update', text: 'x' };
  assert.deepEqual(mergeDeltas([text('a', '1'), text('a', '2'), text('a', '3'), note, text('a', '4')]), [text('a', '123'), note, text('a', '4')]);
  const apart = [text('a', '1'), text('b', '2'), text('b', '3', 1), value('x', '4'), value('y', '5', true), value('y', '6')];
  assert.deepEqual(mergeDeltas(apart), apart);
  assert.deepEqual(mergeDeltas([value('x', '1'), value('x', '2', true)]), [value('x', '12', true)]);
  const malformed = [{ type: 'thread.item.updated', item_id: 'a' }, text('a', 1 as unknown as string), text('a', '2')] as ThreadEvent[];
  assert.deepEqual(mergeDeltas(malformed), malformed);
});

/** A page whose clock and frames the test moves. */
function fakePage(t: TestContext) {
  let now = 1000;
  let tasks: { at: number; run: () => void }[] = [];
  const later = (run: () => void, wait = 0) => {
    const task = { at: now + wait, run };
    tasks.push(task);
    return task;
  };
  const drop = (task: unknown) => (tasks = tasks.filter((one) => one !== task));
  const stubs = {
    document: { hidden: false },
    requestAnimationFrame: (run: () => void) => later(run, 16),
    cancelAnimationFrame: drop,
    setTimeout: later,
    clearTimeout: drop,
    performance: { now: () => now },
  };
  for (const [name, stub] of Object.entries(stubs)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value: stub, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : Reflect.deleteProperty(globalThis, name)));
  }
  return {
    now: () => now,
    work: (ms: number) => (now += ms),
    pass: (ms: number) => {
      const until = now + ms;
      for (;;) {
        const next = tasks.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        drop(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = Math.max(now, until);
    },
  };
}

test('what arrives within a frame is handed over once, in order', (t) => {
  const page = fakePage(t);
  const seen: number[][] = [];
  const queue = new FrameQueue<number>((batch) => seen.push(batch));
  queue.push([1, 2]);
  queue.push([3]);
  page.pass(20);
  queue.push([4]);
  page.pass(40);
  assert.deepEqual(seen, [[1, 2, 3], [4]]);
});

test('dear drawing leaves the page as much time as it took, and what nobody sees waits longer', (t) => {
  const page = fakePage(t);
  const at: number[] = [];
  const queue = new FrameQueue<number>(() => {
    at.push(page.now());
    page.work(40);
  });
  const run = (ms: number) => {
    for (const end = page.now() + ms; page.now() < end; page.pass(4)) queue.push([0]);
  };
  run(1000);
  const gaps = at.slice(1).map((time, index) => time - (at[index] as number));
  assert.ok(gaps.slice(1).every((gap) => gap >= 72), String(gaps));
  const seen = at.length;
  queue.unseen = true;
  run(1000);
  assert.ok(at.length - seen <= 5, `${at.length - seen} drawings that nobody sees`);
  queue.unseen = false;
  const before = at.length;
  run(100);
  assert.ok(at.length > before, 'seen again, drawn again');
});

const base = (id: string) => ({ id, thread_id: 't', created_at: '' });
const asked = (id: string): Entry =>
  entryFor({ ...base(id), type: 'user_message', content: [], attachments: [], inference_options: {} } satisfies UserMessageItem);
const said = (id: string): Entry => entryFor({ ...base(id), type: 'assistant_message', content: [] } satisfies AssistantMessageItem);
const thread = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => (n + from) % 2 === 0 ? asked(`q${n + from}`) : said(`a${n + from}`));
const rowsOf = (pages: readonly PageRows[]) => pages.flatMap(({ rows }) => rows);

test('pages hold every row in order, and few of them', () => {
  const entries = thread(0, 101);
  const pages = groupPages(entries, []);
  assert.deepEqual(rowsOf(pages), entries);
  assert.ok(pages.every(({ rows }) => rows.length <= 13));
  assert.equal(new Set(pages.map(({ key }) => key)).size, pages.length);
  assert.equal(groupPages([...entries], pages), pages, 'nothing has changed');
});

test('a token changes one page and one turn of it', () => {
  const entries = thread(0, 60);
  const before = groupPages(entries, []);
  const last = entries.at(-1) as Entry;
  const after = groupPages(entries.with(-1, { ...last, live: true }), before);
  assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
  after.slice(0, -1).forEach((page, index) => assert.equal(page, before[index]));
  assert.equal(after.at(-1)?.key, before.at(-1)?.key);
  assert.notEqual(after.at(-1), before.at(-1));
  assert.deepEqual(after.at(-1)?.turns.map((turn, index) => turn === before.at(-1)?.turns[index]).filter((same) => !same).length, 1);
});

test('rows that come at the end fill the last page, then a new one', () => {
  const entries = thread(0, 200);
  let pages: readonly PageRows[] = [];
  for (let length = 1; length <= entries.length; length++) {
    const next = groupPages(entries.slice(0, length), pages);
    assert.deepEqual(rowsOf(next), entries.slice(0, length));
    assert.deepEqual(next.slice(0, pages.length).map(({ key }) => key), pages.map(({ key }) => key));
    pages = next;
  }
  assert.ok(pages.length > 14 && pages.every(({ rows }) => rows.length <= 13));
});

test('earlier rows come before the pages that are there, and an answer joins its question', () => {
  const all = thread(0, 150);
  let from = 141;
  let pages = groupPages(all.slice(from), []);
  while (from > 0) {
    const shown = pages;
    from = Math.max(0, from - 15);
    pages = groupPages(all.slice(from), shown);
    assert.deepEqual(rowsOf(pages), all.slice(from));
    assert.deepEqual(pages.slice(-shown.length).map(({ key }) => key), shown.map(({ key }) => key), 'no page is drawn anew');
    const turnKeys = pages.flatMap(({ turns }) => turns.map(({ key }) => key));
    assert.equal(new Set(turnKeys).size, turnKeys.length);
  }
});
