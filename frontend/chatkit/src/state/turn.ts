// One turn of the assistant: a streaming request that survives a broken connection when the server can resume.

import type { ApiClient, NumberedEvent } from '../client/api.ts';
import { NetworkError } from '../client/errors.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { StreamingRequest } from '../protocol/request.ts';

/** More and more patient, for about two minutes in all; an offline page waits until it is online. */
const RECONNECT_DELAYS_MS = [250, 1000, 2000, 4000, ...Array<number>(14).fill(8000)];

export interface TurnContext {
  /** Known from `thread.created` on when the turn makes the thread. */
  threadId(): string | null;
  onEvents(events: ThreadEvent[]): void;
  /** The connection broke and is being mended, or has been mended. */
  onLost?(lost: boolean): void;
  signal: AbortSignal;
}

/**
 * `ended`: every event of the turn has arrived. `gone`: the server has no such turn any more; what it left behind
 * has to be loaded.
 */
export type TurnOutcome = 'ended' | 'gone';

export class Turn {
  readonly #api: ApiClient;
  readonly #context: TurnContext;
  #lastEvent = 0;
  #resumable = false;

  constructor(api: ApiClient, context: TurnContext) {
    this.#api = api;
    this.#context = context;
  }

  /** True once the server has shown that it counts the events, and so can be asked to resume and to stop. */
  get resumable(): boolean {
    return this.#resumable;
  }

  async run(first: StreamingRequest): Promise<TurnOutcome> {
    let request = first;
    for (let failures = 0; ; ) {
      const before = this.#lastEvent;
      try {
        const streamed = await this.#api.stream(request, (events) => this.#receive(events), this.#context.signal);
        this.#context.onLost?.(false);
        return streamed ? 'ended' : 'gone';
      } catch (error) {
        if (this.#lastEvent > before) failures = 0;
        const delay = RECONNECT_DELAYS_MS[failures++];
        const threadId = this.#context.threadId();
        if (!(error instanceof NetworkError) || !this.#resumable || !threadId || delay === undefined) throw error;
        this.#context.onLost?.(true);
        await untilWorthATry(delay, this.#context.signal);
        request = { type: 'ext.threads.resume', params: { thread_id: threadId, after: this.#lastEvent } };
      }
    }
  }

  #receive(events: NumberedEvent[]): void {
    this.#context.onLost?.(false);
    const fresh: ThreadEvent[] = [];
    for (const { id, event } of events) {
      if (id !== null) {
        this.#resumable = true;
        if (id <= this.#lastEvent) continue;
        this.#lastEvent = id;
      }
      fresh.push(event);
    }
    if (fresh.length > 0) this.#context.onEvents(fresh);
  }
}

/** After `ms`, or as soon as the network is back; while the page is offline there is nothing to try. */
function untilWorthATry(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', online);
      signal.removeEventListener('abort', aborted);
      settle();
    };
    const online = done(resolve);
    const aborted = done(() => reject(new DOMException('aborted', 'AbortError')));
    const timer = globalThis.navigator?.onLine === false ? undefined : setTimeout(online, ms);
    globalThis.addEventListener?.('online', online);
    signal.addEventListener('abort', aborted);
  });
}
