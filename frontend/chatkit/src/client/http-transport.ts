// Sends the requests of a conversation to a ChatKit server.

import type { StreamingRequest } from '../protocol/request.ts';
import { anything, object, type Reader } from '../protocol/read.ts';
import { readItem, type Item } from '../protocol/read-item.ts';
import { readPage, readThread, type Page, type Thread } from '../protocol/thread.ts';
import type { ApiClient } from './api.ts';
import { isAbort } from './errors.ts';
import type { ChatTransport, OnEvents, SyncAction, Updated } from './transport.ts';

const PAGE_SIZE = 30;
/** How long to wait for the server to confirm the output of a stopped call. */
const GIVE_UP_MS = 3000;

const readUpdated: Reader<Updated> = object({}, { updated_item: readItem });

export class HttpTransport implements ChatTransport {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  send(request: StreamingRequest, onEvents: OnEvents, signal: AbortSignal): Promise<boolean> {
    return this.#api.stream(request, onEvents, signal);
  }

  resume(threadId: string, after: number, onEvents: OnEvents, signal: AbortSignal): Promise<boolean> {
    return this.#api.stream({ type: 'ext.threads.resume', params: { thread_id: threadId, after } }, onEvents, signal);
  }

  async stop(threadId: string): Promise<void> {
    await this.#api.request({ type: 'ext.threads.stop', params: { thread_id: threadId } }, anything);
  }

  load(threadId: string, signal: AbortSignal): Promise<Thread> {
    return this.#api.request({ type: 'threads.get_by_id', params: { thread_id: threadId } }, readThread, signal);
  }

  page(threadId: string, before: string | undefined, signal: AbortSignal): Promise<Page<Item>> {
    const params = { thread_id: threadId, limit: PAGE_SIZE, order: 'desc' as const, after: before };
    return this.#api.request({ type: 'items.list', params }, readPage, signal);
  }

  actAtOnce(params: SyncAction): Promise<Updated> {
    return this.#api.request({ type: 'threads.sync_custom_action', params }, readUpdated);
  }

  async giveUpCall(threadId: string, result: unknown): Promise<void> {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), GIVE_UP_MS);
    try {
      const request = { type: 'threads.add_client_tool_output' as const, params: { thread_id: threadId, result } };
      // The first event proves that the output is stored. Closing the connection then cancels a turn that is not resumable.
      await this.#api.stream(request, () => cut.abort(), cut.signal, false);
    } catch (error) {
      if (!isAbort(error)) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
