// What a conversation needs from the page around it.

import type { ThreadMeta } from '../protocol/thread.ts';
import type { ThreadError } from './thread-state.ts';

export interface ConversationHost {
  emit(name: string, detail?: unknown): void;
  /** Tells the page about an error. */
  report(error: unknown): void;
  threadSeen(meta: ThreadMeta): void;
  /** The server has accepted a turn of this conversation, so other tabs may follow it. */
  turnRuns(threadId: string): void;
  /** The function that runs the page's client tools, or null if the page has none. */
  clientTool(): ((call: { name: string; params: Record<string, unknown> }) => Promise<unknown>) | null;
  explain(error: unknown): ThreadError;
  /** Resolves when a thread can be drawn in its final form. */
  prepared(): Promise<unknown>;
}
