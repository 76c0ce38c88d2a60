// Loads a thread from its end: the newest items first, earlier ones when the reader scrolls back.

import { batch, signal } from '@preact/signals';
import type { ChatTransport } from '../client/transport.ts';
import type { Item } from '../protocol/item.ts';
import type { ThreadMeta } from '../protocol/thread.ts';

export interface Loaded {
  meta: ThreadMeta;
  /** In order of time. */
  items: Item[];
  /** The cursor of the previous page, if there is one. */
  before: string | undefined;
}

export class ThreadLoader {
  /** Whether there are items before the first one loaded. */
  readonly earlier = signal<'none' | 'more' | 'loading'>('none');

  readonly #transport: ChatTransport;
  /** The cursor of the page before the first one loaded. */
  #cursor: string | undefined;

  constructor(transport: ChatTransport) {
    this.#transport = transport;
  }

  async newest(threadId: string, signal: AbortSignal): Promise<Loaded> {
    const thread = await this.#transport.load(threadId, signal);
    // This answer holds the oldest items. If there are more, request the newest ones separately.
    if (thread.items.has_more) return { meta: thread, ...(await this.#page(threadId, undefined, signal)) };
    return { meta: thread, items: thread.items.data, before: undefined };
  }

  /** From now on, earlier items are those before these ones. */
  beginAt({ before }: Pick<Loaded, 'before'>): void {
    this.#cursor = before;
    this.earlier.value = before === undefined ? 'none' : 'more';
  }

  /**
   * Loads the page before what is loaded and passes it to `use`, if there is one. `earlier` changes in the same batch:
   * if the "load earlier" row disappeared before the page is in place, the view would jump.
   */
  async loadEarlier(threadId: string, signal: AbortSignal, use: (items: Item[]) => void): Promise<void> {
    const cursor = this.#cursor;
    if (this.earlier.value !== 'more' || cursor === undefined) return;
    this.earlier.value = 'loading';
    try {
      const page = await this.#page(threadId, cursor, signal);
      if (signal.aborted || this.#cursor !== cursor) return;
      batch(() => {
        this.beginAt(page);
        use(page.items);
      });
    } catch (error) {
      if (!signal.aborted && this.#cursor === cursor) this.earlier.value = 'more';
      throw error;
    }
  }

  forget(): void {
    this.beginAt({ before: undefined });
  }

  async #page(threadId: string, before: string | undefined, signal: AbortSignal): Promise<Omit<Loaded, 'meta'>> {
    const page = await this.#transport.page(threadId, before, signal);
    const items = page.data.toReversed();
    return { items, before: page.has_more ? (page.after ?? items[0]?.id) : undefined };
  }
}
