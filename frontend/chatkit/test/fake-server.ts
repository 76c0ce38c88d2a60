// A server for tests: it answers when it is told to, keeps what it was asked, and knows which connections are open.

import type { NumberedEvent } from '../src/client/api.ts';
import type { ChatTransport, OnEvents, SyncAction, Updated } from '../src/client/transport.ts';
import type { ThreadEvent } from '../src/protocol/event.ts';
import type { Item } from '../src/protocol/item.ts';
import type { StreamingRequest } from '../src/protocol/request.ts';
import type { Page, Thread } from '../src/protocol/thread.ts';

const base = { thread_id: 't', created_at: '2026-01-01T00:00:00Z' };

export const asked = (id: string, text = id) =>
  ({ ...base, id, type: 'user_message', content: [{ type: 'input_text', text }], attachments: [], inference_options: {} }) as Item;
export const said = (id: string, text = id) =>
  ({ ...base, id, type: 'assistant_message', content: [{ type: 'output_text', text, annotations: [] }] }) as Item;
export const called = (id: string) =>
  ({ ...base, id, type: 'client_tool_call', status: 'pending', call_id: id, name: 'tool', arguments: {} }) as Item;
export const done = (item: Item): ThreadEvent => ({ type: 'thread.item.done', item });
export const created = (id = 't'): ThreadEvent => ({ type: 'thread.created', thread: threadOf([], id) });

export function threadOf(items: Item[], id = 't'): Thread {
  return { id, created_at: base.created_at, status: { type: 'active' }, items: { data: items, has_more: false } } as Thread;
}

/** Lets everything run that waits for nothing but a promise. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An answer that is given by hand. */
export class Held<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor(readonly signal?: AbortSignal) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const abort = () => this.reject(new DOMException('aborted', 'AbortError'));
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
  }
}

export class FakeStream extends Held<boolean> {
  constructor(
    readonly request: unknown,
    readonly onEvents: OnEvents,
    signal: AbortSignal,
  ) {
    super(signal);
  }

  get open(): boolean {
    return this.signal?.aborted === false;
  }

  /** As a server writes that does not count. */
  push(...events: ThreadEvent[]): void {
    this.onEvents(events.map((event) => ({ id: null, event })));
  }

  pushCounted(first: number, ...events: ThreadEvent[]): void {
    this.onEvents(events.map((event, index): NumberedEvent => ({ id: first + index, event })));
  }

  async end(streamed = true): Promise<void> {
    this.resolve(streamed);
    await settle();
  }

  async fail(error: unknown): Promise<void> {
    this.reject(error);
    await settle();
  }
}

export class FakeServer implements ChatTransport {
  readonly streams: FakeStream[] = [];
  readonly loads: Held<Thread>[] = [];
  readonly stops: Held<void>[] = [];
  readonly givenUp: Held<void>[] = [];
  /** What is loaded at once; without it a load waits to be answered by hand. */
  thread: Thread | null = threadOf([]);
  pages: Page<Item>[] = [];

  get last(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('nothing was asked of the server');
    return stream;
  }

  send(request: StreamingRequest, onEvents: OnEvents, signal: AbortSignal): Promise<boolean> {
    return this.#stream(request, onEvents, signal);
  }

  resume(threadId: string, after: number, onEvents: OnEvents, signal: AbortSignal): Promise<boolean> {
    return this.#stream({ type: 'resume', threadId, after }, onEvents, signal);
  }

  stop(): Promise<void> {
    return add(this.stops, new Held<void>()).promise;
  }

  load(_threadId: string, signal: AbortSignal): Promise<Thread> {
    const load = add(this.loads, new Held<Thread>(signal));
    if (this.thread) load.resolve(this.thread);
    return load.promise;
  }

  page(..._: Parameters<ChatTransport['page']>): Promise<Page<Item>> {
    return Promise.resolve(this.pages.shift() ?? { data: [], has_more: false });
  }

  actAtOnce(_params: SyncAction): Promise<Updated> {
    return Promise.resolve({});
  }

  giveUpCall(): Promise<void> {
    return add(this.givenUp, new Held<void>()).promise;
  }

  #stream(request: unknown, onEvents: OnEvents, signal: AbortSignal): Promise<boolean> {
    return add(this.streams, new FakeStream(request, onEvents, signal)).promise;
  }
}

function add<T>(list: T[], value: T): T {
  list.push(value);
  return value;
}
