// What a conversation asks of a server. The wire behind it is `HttpTransport`; tests put a server of their own in its place.

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
  /** Streams the answer to a request to its end. False when the server has nothing to stream. */
  send(request: StreamingRequest, onEvents: OnEvents, signal: AbortSignal): Promise<boolean>;
  /** Streams what the running turn has said behind the event `after`, and what follows. False when no turn runs. */
  resume(threadId: string, after: number, onEvents: OnEvents, signal: AbortSignal): Promise<boolean>;
  /** Ends a running turn whose events are counted; others end with their connection. */
  stop(threadId: string): Promise<void>;
  /** The thread with its oldest items. */
  load(threadId: string, signal: AbortSignal): Promise<Thread>;
  /** The items before the one with the id `before`, or the newest ones, newest first. */
  page(threadId: string, before: string | undefined, signal: AbortSignal): Promise<Page<Item>>;
  actAtOnce(params: SyncAction): Promise<Updated>;
  /** Tells the output of a call that the reader gave up, and wants no answer to it. Settles within seconds. */
  giveUpCall(threadId: string, result: unknown): Promise<void>;
}
