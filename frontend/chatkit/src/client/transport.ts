// The requests of a conversation. `HttpTransport` sends them to a server; tests use a server of their own instead.

import type { Item } from '../protocol/item.ts';
import type { PlainRequest, StreamingRequest } from '../protocol/request.ts';
import type { Page, Thread } from '../protocol/thread.ts';
import type { NumberedEvent } from './api.ts';

export type OnEvents = (events: NumberedEvent[]) => void;

export type SyncAction = Extract<PlainRequest, { type: 'threads.sync_custom_action' }>['params'];

/** What an action that answers at once has changed. */
export interface Updated {
  updated_item?: Item;
}

/** Every method rejects with `ApiError`, `NetworkError`, or `AbortError` when its signal is aborted. */
export interface ChatTransport {
  /** Streams the answer to a request to its end. Resolves with false if the server has nothing to stream. */
  send(request: StreamingRequest, onEvents: OnEvents, signal: AbortSignal): Promise<boolean>;
  /** Streams the running turn from the event behind `after` on. Resolves with false if no turn is running. */
  resume(threadId: string, after: number, onEvents: OnEvents, signal: AbortSignal): Promise<boolean>;
  /** Stops a running turn whose events are numbered. Other turns end when their connection closes. */
  stop(threadId: string): Promise<void>;
  /** The thread with its oldest items. */
  load(threadId: string, signal: AbortSignal): Promise<Thread>;
  /** The items before the one with the id `before`, or the newest ones, newest first. */
  page(threadId: string, before: string | undefined, signal: AbortSignal): Promise<Page<Item>>;
  actAtOnce(params: SyncAction): Promise<Updated>;
  /** Sends the output of a call that the reader stopped, and cancels the turn that follows. Settles within seconds. */
  giveUpCall(threadId: string, result: unknown): Promise<void>;
}
