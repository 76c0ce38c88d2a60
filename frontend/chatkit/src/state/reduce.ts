// The reducer: takes a thread and a server event, and returns the next thread. Pure, total, tolerant.

import type { ThreadEvent } from '../protocol/event.ts';
import type { Item } from '../protocol/item.ts';
import type { Thread, ThreadMeta } from '../protocol/thread.ts';
import { entryFor, type Entry, type Notice, type ThreadState } from './thread-state.ts';
import { applyUpdate } from './updates.ts';

export function reduceThread(state: ThreadState, event: ThreadEvent): ThreadState {
  switch (event.type) {
    case 'thread.created':
    case 'thread.updated':
      return { ...state, meta: metaOf(event.thread) };
    case 'thread.item.added':
    case 'thread.item.done':
    case 'thread.item.replaced':
      return receive(state, event);
    case 'thread.item.updated':
      return update(state, event);
    case 'thread.item.removed':
      return remove(state, event.item_id);
    case 'stream_options':
      return { ...state, allowCancel: event.stream_options.allow_cancel };
    case 'progress_update':
      return { ...state, progress: { text: event.text, icon: event.icon } };
    case 'error':
      return {
        ...state,
        progress: null,
        error: {
          code: event.ext_code ?? event.code,
          message: event.message ?? '',
          allowRetry: event.allow_retry,
          params: event.ext_params,
        },
      };
    case 'notice':
      return addNotice(state, event);
    case 'client_effect':
      return state;
    default:
      // A newer server may know more than this client.
      event satisfies never;
      return state;
  }
}

/** The thread without its items, because the item page in an update is always empty. */
export function metaOf(thread: Thread | ThreadMeta): ThreadMeta {
  const { id, title, created_at, status, allowed_image_domains } = thread;
  return { id, title, created_at, status, allowed_image_domains };
}

type ItemEvent = Extract<ThreadEvent, { item: Item }>;

function receive(state: ThreadState, { item, type }: ItemEvent): ThreadState {
  return { ...upsert(state, item, type === 'thread.item.added'), progress: null };
}

function upsert(state: ThreadState, item: Item, live: boolean): ThreadState {
  const index = indexOf(state, item.id);
  if (index >= 0) return replaceAt(state, index, (entry) => ({ ...entry, item, live, sending: false }));
  if (item.type === 'user_message') {
    const waiting = state.entries.findIndex((entry) => entry.sending);
    if (waiting >= 0) return replaceAt(state, waiting, (entry) => ({ ...entry, item, live, sending: false }));
  }
  return { ...state, entries: [...state.entries, { ...entryFor(item), live }] };
}

function update(state: ThreadState, event: Extract<ThreadEvent, { type: 'thread.item.updated' }>): ThreadState {
  const index = indexOf(state, event.item_id);
  if (index < 0) return state;
  return replaceAt(state, index, (entry) => {
    if (entry.item.type === 'local.notice') return entry;
    const item = applyUpdate(entry.item, event.update);
    if (event.update.type === 'generated_image.updated') return { ...entry, item, progress: event.update.progress };
    return item === entry.item ? entry : { ...entry, item };
  });
}

function remove(state: ThreadState, id: string): ThreadState {
  const index = indexOf(state, id);
  return index < 0 ? state : { ...state, entries: state.entries.toSpliced(index, 1) };
}

function addNotice(state: ThreadState, event: Extract<ThreadEvent, { type: 'notice' }>): ThreadState {
  const localIds = state.localIds + 1;
  const notice: Notice = {
    type: 'local.notice',
    id: `local-notice-${localIds}`,
    level: event.level,
    title: event.title,
    message: event.message,
    code: event.ext_code,
    params: event.ext_params,
  };
  return { ...state, localIds, entries: [...state.entries, entryFor(notice)] };
}

/** Searches from the end, because almost every event is about one of the last items. */
function indexOf(state: ThreadState, id: string): number {
  for (let i = state.entries.length - 1; i >= 0; i--) if (state.entries[i]?.item.id === id) return i;
  return -1;
}

function replaceAt(state: ThreadState, index: number, change: (entry: Entry) => Entry): ThreadState {
  const entry = state.entries[index];
  if (!entry) return state;
  const next = change(entry);
  return next === entry ? state : { ...state, entries: state.entries.with(index, next) };
}
