// Applies events to a thread, and tells the page what it should know of them.

import type { ThreadEvent } from '../protocol/event.ts';
import type { ConversationHost } from './conversation-host.ts';
import { mergeDeltas } from './merge-deltas.ts';
import { reduceThread } from './reduce.ts';
import type { ThreadState } from './thread-state.ts';

export function applyEvents(state: ThreadState, events: readonly ThreadEvent[], host: ConversationHost): ThreadState {
  let thread = state;
  for (const event of mergeDeltas(events)) {
    try {
      thread = reduceThread(thread, event);
    } catch (error) {
      host.emit('chatkit.log', { name: 'event.malformed', data: { type: event.type, error: String(error) } });
      continue;
    }
    if (event.type === 'client_effect') host.emit('chatkit.effect', { name: event.name, data: event.data ?? {} });
    if (event.type === 'error') host.emit('chatkit.error', { error: new Error(event.message || event.code) });
    if ((event.type === 'thread.created' || event.type === 'thread.updated') && thread.meta) host.threadSeen(thread.meta);
  }
  return thread;
}
