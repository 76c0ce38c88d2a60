// The reducer, over everything the reference server was recorded to send.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readEvent, type ThreadEvent } from '../src/protocol/event.ts';
import type { AssistantMessageItem, Item, UserMessageItem, WidgetItem } from '../src/protocol/item.ts';
import { cutAfter, refreshed, settled, withEarlier, withSending } from '../src/state/local.ts';
import { reduceThread } from '../src/state/reduce.ts';
import { EMPTY_THREAD, type ThreadState } from '../src/state/thread-state.ts';

declare const FIXTURES: string;

interface Recording {
  name: string;
  events: unknown[];
  stored: string[];
}

const recordings = (JSON.parse(readFileSync(path.join(FIXTURES, 'streams.json'), 'utf8')) as Recording[]).map((recording) => ({
  ...recording,
  events: readEvents(recording.events),
}));

/** Events as the client reads them off the wire. */
function readEvents(events: readonly unknown[]): ThreadEvent[] {
  return events.flatMap((event) => readEvent(event) ?? []);
}

function run(events: readonly ThreadEvent[], from: ThreadState = EMPTY_THREAD): ThreadState {
  return events.reduce(reduceThread, from);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

for (const { name, events, stored } of recordings) {
  test(`recording ${name}`, () => {
    const state = run(freeze(events));
    // What an item was when it was last complete, unless it was changed or removed after that.
    const complete = new Map<string, Item>();
    for (const event of events) {
      if (event.type === 'thread.item.done' || event.type === 'thread.item.replaced') {
        complete.set(event.item.id, event.item);
      } else if (event.type === 'thread.item.updated' || event.type === 'thread.item.removed') {
        complete.delete(event.item_id);
      }
    }
    const shown = new Map(state.entries.map((entry) => [entry.item.id, entry.item]));
    for (const [id, item] of complete) assert.deepEqual(shown.get(id), item);
    const finished = state.entries.filter((entry) => !entry.live).map((entry) => entry.item.id);
    const known = finished.filter((id) => stored.includes(id));
    assert.deepEqual(known, stored.filter((id) => known.includes(id)), 'the order is the order of the store');
    assert.ok(state.entries.every(({ item }) => !/hidden/.test(item.type)), 'hidden items stay hidden');
  });

  test(`recording ${name}, replayed from the start over its own end`, () => {
    const once = run(events);
    const again = run(events, { ...once, entries: once.entries.filter((entry) => entry.item.type !== 'local.notice') });
    assert.deepEqual(itemsOf(again), itemsOf(once));
  });
}

const itemsOf = (state: ThreadState) => state.entries.map(({ item }) => ({ ...item, id: item.id.replace(/^local.*/, '') }));

const message = (id: string, text: string | null): AssistantMessageItem => ({
  type: 'assistant_message',
  id,
  thread_id: 't',
  created_at: '',
  content: text === null ? [] : [{ type: 'output_text', text, annotations: [] }],
});

const delta = (id: string, text: string): ThreadEvent => ({
  type: 'thread.item.updated',
  item_id: id,
  update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: text },
});

const question = (id: string): UserMessageItem => ({
  type: 'user_message',
  id,
  thread_id: 't',
  created_at: '',
  content: [{ type: 'input_text', text: 'Hello' }],
  attachments: [],
  inference_options: {},
});

test('deltas reach a message that was added without parts', () => {
  const state = run([{ type: 'thread.item.added', item: message('a', null) }, delta('a', 'Hel'), delta('a', 'lo')]);
  assert.deepEqual(state.entries[0]?.item, message('a', 'Hello'));
  assert.equal(state.entries[0]?.live, true);
});

test('an item may be done without having been added', () => {
  const state = run([{ type: 'thread.item.done', item: message('a', 'Hi') }]);
  assert.deepEqual(state.entries.map((entry) => [entry.item.id, entry.live]), [['a', false]]);
});

test("the server's message takes the place and the key of the one being sent", () => {
  const sending = withSending(EMPTY_THREAD, null, { content: [], attachments: [], inference_options: {} }, []);
  const state = run([{ type: 'thread.item.done', item: question('m1') }], sending);
  assert.deepEqual(
    state.entries.map(({ key, item, sending: still }) => [key, item.id, still]),
    [['local-message-1', 'm1', false]],
  );
});

test('a resumed turn replaces what was stored of it, without a gap or a double', () => {
  const stored = run([{ type: 'thread.item.done', item: message('a', 'Hel') }]);
  const state = run([{ type: 'thread.item.added', item: message('a', null) }, delta('a', 'Hello'), delta('a', ' you')], stored);
  assert.deepEqual(state.entries.map(({ item }) => item), [message('a', 'Hello you')]);
});

test('annotations outlive a part that is done without them', () => {
  const source = { type: 'url' as const, title: 'A', url: 'https://a.example' };
  const annotation = { type: 'annotation' as const, source, index: 1 };
  const state = run([
    { type: 'thread.item.added', item: message('a', 'x') },
    {
      type: 'thread.item.updated',
      item_id: 'a',
      update: { type: 'assistant_message.content_part.annotation_added', content_index: 0, annotation_index: 9, annotation },
    },
    {
      type: 'thread.item.updated',
      item_id: 'a',
      update: { type: 'assistant_message.content_part.done', content_index: 0, content: message('', 'xy').content[0]! },
    },
  ]);
  const item = state.entries[0]?.item as AssistantMessageItem;
  assert.deepEqual(item.content, [{ type: 'output_text', text: 'xy', annotations: [annotation] }]);
});

test('a delta changes one node of a widget and leaves the others as they are', () => {
  const widget: WidgetItem = {
    type: 'widget',
    id: 'w',
    thread_id: 't',
    created_at: '',
    widget: { type: 'Card', children: [{ type: 'Text', id: 'a', value: 'x' }, { type: 'Text', id: 'b', value: 'y' }] },
  };
  const state = run([
    { type: 'thread.item.added', item: widget },
    {
      type: 'thread.item.updated',
      item_id: 'w',
      update: { type: 'widget.streaming_text.value_delta', component_id: 'b', delta: 'z', done: true },
    },
  ]);
  const root = (state.entries[0]?.item as WidgetItem).widget;
  assert.deepEqual(root.children, [{ type: 'Text', id: 'a', value: 'x' }, { type: 'Text', id: 'b', value: 'yz' }]);
  assert.equal((root.children as unknown[])[0], (widget.widget.children as unknown[])[0]);
});

test('what a newer server may send changes nothing', () => {
  const before = run([{ type: 'thread.item.done', item: message('a', 'Hi') }]);
  const strange = [
    { type: 'thread.polished', shine: 1 },
    { type: 'thread.item.done', item: { id: 'h', type: 'sdk_hidden_context' } },
    { type: 'thread.item.updated', item_id: 'a', update: { type: 'assistant_message.sung', tune: 'A' } },
    { type: 'thread.item.updated', item_id: 'nobody', update: { type: 'widget.root.updated', widget: { type: 'Card' } } },
    { type: 'thread.item.updated', item_id: 'a' },
  ];
  assert.deepEqual(run(readEvents(strange), before), before);
});

test('an item of an unknown type keeps its place, and is said to be there', () => {
  const events = [{ type: 'thread.item.added', item: { id: 'h', type: 'hologram' } }, { type: 'thread.item.done', item: message('a', 'Hi') }];
  const state = run(readEvents(events));
  assert.deepEqual(state.entries.map(({ item }) => item.type), ['unknown', 'assistant_message']);
});

test('a turn that ends leaves nothing unfinished and nothing empty', () => {
  const state = settled(run([{ type: 'thread.item.added', item: message('a', 'Hel') }, { type: 'thread.item.added', item: message('b', null) }]));
  assert.deepEqual(state.entries.map(({ item, live }) => [item.id, live]), [['a', false]]);
});

test('a retry cuts the thread, an earlier page comes before it, a refresh keeps the keys', () => {
  const thread = run([
    { type: 'thread.item.done', item: question('q') },
    { type: 'thread.item.done', item: message('a', 'one') },
  ]);
  assert.deepEqual(cutAfter(thread, 'q').entries.map(({ item }) => item.id), ['q']);
  assert.deepEqual(withEarlier(thread, [message('z', 'old'), question('q')]).entries.map(({ item }) => item.id), ['z', 'q', 'a']);
  const keyed = { ...thread, entries: thread.entries.map((entry) => ({ ...entry, key: `key-${entry.key}` })) };
  const meta = { id: 't', created_at: '', status: { type: 'active' as const } };
  const fresh = refreshed(keyed, meta, [message('a', 'two'), message('c', 'new')]);
  assert.deepEqual(fresh.entries.map(({ key }) => key), ['key-q', 'key-a', 'c']);
});
