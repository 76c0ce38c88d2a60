// The thread on screen: its items as they are loaded, streamed and changed, and which thread it is.

import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ChatTransport } from '../client/transport.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { ClientToolCallItem, Item } from '../protocol/item.ts';
import { applyEvents } from './apply.ts';
import type { ConversationHost } from './conversation-host.ts';
import { FrameQueue } from './frame-queue.ts';
import * as local from './local.ts';
import { EMPTY_THREAD, type ThreadState } from './thread-state.ts';
import { ThreadLoader } from './thread-loader.ts';

export class ShownThread {
  readonly thread = signal<ThreadState>(EMPTY_THREAD);
  readonly #id = signal<string | null>(null);
  readonly id: ReadonlySignal<string | null> = this.#id;
  /** The thread without its items, so that whatever depends on it is not drawn again with every token. */
  readonly meta = computed(() => this.thread.value.meta);
  readonly allowCancel = computed(() => this.thread.value.allowCancel);

  readonly #host: ConversationHost;
  readonly #loader: ThreadLoader;
  readonly #queue = new FrameQueue<ThreadEvent>((events) => {
    this.thread.value = applyEvents(this.thread.value, events, this.#host);
  });
  /** Aborted when another thread is shown. */
  #left = new AbortController();

  constructor(transport: ChatTransport, host: ConversationHost) {
    this.#host = host;
    this.#loader = new ThreadLoader(transport);
  }

  /** Whether there are items before the first one shown. */
  get earlier() {
    return this.#loader.earlier;
  }

  get value(): ThreadState {
    return this.thread.peek();
  }

  set value(state: ThreadState) {
    this.thread.value = state;
  }

  rename(threadId: string | null): void {
    if (this.#id.peek() === threadId) return;
    this.#id.value = threadId;
    this.#host.emit('chatkit.thread.change', { threadId });
  }

  /** Clears the screen and aborts whatever is still loading. */
  clear(): void {
    this.#left.abort();
    this.#left = new AbortController();
    this.#queue.clear();
    this.#loader.forget();
    this.thread.value = EMPTY_THREAD;
  }

  /** Shows the newest items of a thread as soon as they can be drawn in their final form. */
  async load(threadId: string, signal: AbortSignal): Promise<void> {
    const [loaded] = await Promise.all([this.#loader.newest(threadId, signal), this.#host.prepared()]);
    if (signal.aborted) return;
    this.#host.threadSeen(loaded.meta);
    this.#loader.beginAt(loaded);
    this.thread.value = local.loadedThread(loaded.meta, loaded.items);
  }

  async loadEarlier(): Promise<void> {
    const threadId = this.#id.peek();
    if (threadId === null) return;
    const { signal } = this.#left;
    try {
      const use = (items: Item[]) => void (this.thread.value = local.withEarlier(this.thread.value, items));
      await this.#loader.loadEarlier(threadId, signal, use);
    } catch (error) {
      if (!signal.aborted) this.#host.report(error);
    }
  }

  /**
   * Loads the newest items again; rows that have not changed stay as they are. If they are not wanted any more once they
   * are there, nothing changes: a message that is being sent meanwhile is not among them.
   */
  async refresh(wanted = () => true): Promise<void> {
    const threadId = this.#id.peek();
    if (threadId === null) return;
    const { signal } = this.#left;
    const loaded = await this.#loader.newest(threadId, signal);
    if (signal.aborted || !wanted()) return;
    this.#host.threadSeen(loaded.meta);
    const next = local.refreshed(this.thread.value, loaded.meta, loaded.items);
    // So many items are new that they do not overlap with what was shown, so start over from them.
    if (next.entries.length === loaded.items.length) this.#loader.beginAt(loaded);
    this.thread.value = next;
  }

  /** Like `refresh`. Returns false and keeps what is shown if that fails. */
  async tryRefresh(wanted: () => boolean): Promise<boolean> {
    return this.refresh(wanted).then(
      () => true,
      () => false,
    );
  }

  /** Whether the server already has an answer to the call, which is why it would refuse another one. */
  async answered(call: ClientToolCallItem): Promise<boolean> {
    try {
      await this.refresh();
    } catch {
      return false;
    }
    return local.pendingCall(this.thread.peek())?.id !== call.id;
  }

  /** Queues events to be shown with the next frame. */
  push(events: readonly ThreadEvent[]): void {
    this.#queue.push(events);
  }

  /** Shows queued events immediately instead of waiting for the next frame. */
  flush(): void {
    this.#queue.flush();
  }

  /** Tells whether the end of the thread is in view. While it is not, the thread is drawn less often. */
  watched(seen: boolean): void {
    this.#queue.unseen = !seen;
  }
}
