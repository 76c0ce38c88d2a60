// One turn of the assistant: a streaming request that survives a broken connection when the server can resume.

import type { ApiClient, NumberedEvent } from '../client/api.ts';
import { NetworkError } from '../client/errors.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { StreamingRequest } from '../protocol/request.ts';

const RECONNECT_DELAYS_MS = [250, 1000, 2000, 4000, 8000];

export interface TurnContext {
  /** Known from `thread.created` on when the turn makes the thread. */
  threadId(): string | null;
  onEvents(events: ThreadEvent[]): void;
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
        return streamed ? 'ended' : 'gone';
      } catch (error) {
        if (this.#lastEvent > before) failures = 0;
        const delay = RECONNECT_DELAYS_MS[failures++];
        const threadId = this.#context.threadId();
        if (!(error instanceof NetworkError) || !this.#resumable || !threadId || delay === undefined) throw error;
        await sleep(delay, this.#context.signal);
        request = { type: 'ext.threads.resume', params: { thread_id: threadId, after: this.#lastEvent } };
      }
    }
  }

  #receive(events: NumberedEvent[]): void {
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

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
}
