// Loads a thread from its end: the newest items first, earlier ones when the reader goes back.

import type { ApiClient } from '../client/api.ts';
import type { Item } from '../protocol/item.ts';
import { readItems } from '../protocol/read-item.ts';
import type { Page, Thread, ThreadMeta } from '../protocol/thread.ts';

const PAGE_SIZE = 30;

export interface LoadedItems {
  items: Item[];
  /** The cursor of the page before, when there is one. */
  earlier: string | undefined;
}

export class ThreadLoader {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async newest(threadId: string, signal: AbortSignal): Promise<LoadedItems & { meta: ThreadMeta }> {
    const thread = await this.#api.request<Thread>(
      { type: 'threads.get_by_id', params: { thread_id: threadId } },
      signal,
    );
    // The answer holds the oldest items. When they are not all, the newest are a page of their own.
    if (thread.items?.has_more) return { meta: thread, ...(await this.before(threadId, undefined, signal)) };
    return { meta: thread, items: readItems(thread.items?.data), earlier: undefined };
  }

  async before(threadId: string, after: string | undefined, signal: AbortSignal): Promise<LoadedItems> {
    const page = await this.#api.request<Page<unknown>>(
      { type: 'items.list', params: { thread_id: threadId, limit: PAGE_SIZE, order: 'desc', after } },
      signal,
    );
    const items = readItems(page.data).reverse();
    return { items, earlier: page.has_more ? (page.after ?? items[0]?.id) : undefined };
  }
}
