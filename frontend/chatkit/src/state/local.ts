// Changes that this client makes to a thread on its own: loading, sending, failing, stopping. Pure, like the reducer.

import type { ClientToolCallItem, Item, StructuredInputItem, UserMessageItem } from '../protocol/item.ts';
import type { UserInput } from '../protocol/request.ts';
import type { ThreadMeta } from '../protocol/thread.ts';
import { metaOf } from './reduce.ts';
import { EMPTY_THREAD, entryFor, LOCAL_KEY, type Entry, type ThreadError, type ThreadState } from './thread-state.ts';

/** A thread as loaded, with `items` in chronological order. */
export function loadedThread(meta: ThreadMeta, items: readonly Item[]): ThreadState {
  return { ...EMPTY_THREAD, meta: metaOf(meta), entries: items.map((item) => entryFor(item)) };
}

/** Prepends an earlier page, skipping items that are already there. */
export function withEarlier(state: ThreadState, items: readonly Item[]): ThreadState {
  const present = new Set(state.entries.map((entry) => entry.item.id));
  const earlier = items.filter((item) => !present.has(item.id)).map((item) => entryFor(item));
  return { ...state, entries: [...earlier, ...state.entries] };
}

/** Updates a thread with newly loaded last items, keeping the keys of known rows. */
export function refreshed(state: ThreadState, meta: ThreadMeta, items: readonly Item[]): ThreadState {
  const firstFresh = items[0]?.id;
  const overlap = state.entries.findIndex((entry) => entry.item.id === firstFresh);
  const kept = overlap >= 0 ? state.entries.slice(0, overlap) : [];
  const keys = new Map(state.entries.map((entry) => [entry.item.id, entry.key]));
  return {
    ...state,
    meta: metaOf(meta),
    progress: null,
    entries: [...kept, ...items.map((item) => entryFor(item, keys.get(item.id)))],
  };
}

/** Shows a message before the server has confirmed it. */
export function withSending(
  state: ThreadState,
  threadId: string | null,
  input: UserInput,
  attachments: UserMessageItem['attachments'],
): ThreadState {
  const localIds = state.localIds + 1;
  const item: UserMessageItem = {
    type: 'user_message',
    id: `${LOCAL_KEY}${localIds}`,
    thread_id: threadId ?? '',
    created_at: new Date().toISOString(),
    content: input.content,
    quoted_text: input.quoted_text,
    inference_options: input.inference_options,
    attachments,
  };
  const entry: Entry = { ...entryFor(item), sending: true };
  return { ...state, localIds, error: null, entries: [...state.entries, entry] };
}

/** Removes a message that the server never confirmed. */
export function withoutSending(state: ThreadState): ThreadState {
  return { ...state, entries: state.entries.filter((entry) => !entry.sending) };
}

export function withError(state: ThreadState, error: ThreadError | null): ThreadState {
  return { ...state, error, progress: null };
}

/** Removes everything after the item, as the server does on a retry without sending an event. */
export function cutAfter(state: ThreadState, itemId: string): ThreadState {
  const index = state.entries.findIndex((entry) => entry.item.id === itemId);
  return index < 0 ? state : { ...state, error: null, entries: state.entries.slice(0, index + 1) };
}

/** Ends a turn, for whatever reason: no row stays unfinished, and empty rows are removed. */
export function settled(state: ThreadState): ThreadState {
  const entries = state.entries
    .filter((entry) => !(entry.live && isEmpty(entry)))
    .map((entry) => (entry.live ? { ...entry, live: false } : entry));
  return { ...state, entries, progress: null };
}

export function withItem(state: ThreadState, item: Item): ThreadState {
  return {
    ...state,
    entries: state.entries.map((entry) => (entry.item.id === item.id ? { ...entry, item, live: false } : entry)),
  };
}

/** Marks the pending call as answered: the server saves this without an event. */
export function withToolOutput(state: ThreadState, itemId: string, output: unknown): ThreadState {
  return {
    ...state,
    entries: state.entries.map((entry) =>
      entry.item.id === itemId && entry.item.type === 'client_tool_call'
        ? { ...entry, item: { ...entry.item, status: 'completed', output } }
        : entry,
    ),
  };
}

/** The question that waits for an answer, if it is the last thing said. */
export function openQuestion(state: ThreadState): StructuredInputItem | null {
  const item = lastSaid(state);
  return item?.type === 'structured_input' && item.status === 'pending' ? item : null;
}

/** The client tool that waits to be run, if nothing has come after it. */
export function pendingCall(state: ThreadState): ClientToolCallItem | null {
  const item = lastSaid(state);
  return item?.type === 'client_tool_call' && item.status === 'pending' ? item : null;
}

/** The last item, if it is complete. */
function lastSaid(state: ThreadState): Entry['item'] | null {
  const last = state.entries.findLast(({ item }) => item.type !== 'end_of_turn' && item.type !== 'local.notice');
  return last && !last.live ? last.item : null;
}

function isEmpty({ item }: Entry): boolean {
  if (item.type === 'assistant_message') return item.content.every((part) => part.text.trim() === '');
  if (item.type === 'workflow') return item.workflow.tasks.length === 0;
  return item.type === 'generated_image' && item.image === undefined;
}
