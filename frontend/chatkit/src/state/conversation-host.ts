// What a conversation needs of the page around it.

import type { ThreadMeta } from '../protocol/thread.ts';
import type { ThreadError } from './thread-state.ts';

export interface ConversationHost {
  emit(name: string, detail?: unknown): void;
  /** Tells the page of an error. */
  report(error: unknown): void;
  threadSeen(meta: ThreadMeta): void;
  /** The server has taken a turn of this conversation, and others may follow it. */
  turnRuns(threadId: string): void;
  /** Runs a tool of the page; null when it has none. */
  clientTool(): ((call: { name: string; params: Record<string, unknown> }) => Promise<unknown>) | null;
  explain(error: unknown): ThreadError;
  /** Resolves when a thread can be drawn as it will stay. */
  prepared(): Promise<unknown>;
}
