// One turn of the assistant: a stream that survives a broken connection if the server can resume it.

import type { NumberedEvent } from '../client/api.ts';
import { NetworkError } from '../client/errors.ts';
import type { ChatTransport, OnEvents } from '../client/transport.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { StreamingRequest } from '../protocol/request.ts';

/** Growing delays, about two minutes in total. An offline page waits until it is online again. */
const RECONNECT_DELAYS_MS = [250, 1000, 2000, 4000, ...Array<number>(14).fill(8000)];

export interface TurnContext {
  /** Null until `thread.created` arrives, if the turn creates the thread. */
  threadId(): string | null;
  /** Receives new events. The list is empty when a resumed connection has only repeated known ones. */
  onEvents(events: ThreadEvent[]): void;
  /** The connection broke. It counts as restored when `onEvents` is next called. */
  onBroke?(): void;
  signal: AbortSignal;
}

/**
 * `ended`: every event of the turn has arrived. `gone`: the server no longer has this turn, so its result has to be
 * loaded.
 */
export type TurnOutcome = 'ended' | 'gone';

type TurnTransport = Pick<ChatTransport, 'send' | 'resume'>;

export class Turn {
  readonly #transport: TurnTransport;
  readonly #context: TurnContext;
  #lastEvent = 0;
  #resumable = false;

  constructor(transport: TurnTransport, context: TurnContext) {
    this.#transport = transport;
    this.#context = context;
  }

  /** True once the server has sent numbered events, which means that it can resume and stop the turn. */
  get resumable(): boolean {
    return this.#resumable;
  }

  /** Sends a request, and streams the turn that it begins. */
  send(request: StreamingRequest): Promise<TurnOutcome> {
    return this.#run((onEvents) => this.#transport.send(request, onEvents, this.#context.signal));
  }

  /** Streams the turn that is running in a thread, if there is one. */
  follow(threadId: string): Promise<TurnOutcome> {
    return this.#run((onEvents) => this.#transport.resume(threadId, 0, onEvents, this.#context.signal));
  }

  async #run(first: (onEvents: OnEvents) => Promise<boolean>): Promise<TurnOutcome> {
    let connect = first;
    for (let failures = 0; ; ) {
      const before = this.#lastEvent;
      try {
        const streamed = await connect((events) => this.#receive(events));
        return streamed ? 'ended' : 'gone';
      } catch (error) {
        if (this.#lastEvent > before) failures = 0;
        const delay = RECONNECT_DELAYS_MS[failures++];
        const threadId = this.#context.threadId();
        if (!(error instanceof NetworkError) || !this.#resumable || !threadId || delay === undefined) throw error;
        this.#context.onBroke?.();
        await untilWorthATry(delay, this.#context.signal);
        connect = (onEvents) => this.#transport.resume(threadId, this.#lastEvent, onEvents, this.#context.signal);
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
    this.#context.onEvents(fresh);
  }
}

/** Resolves after `ms`, or as soon as the network is back. While the page is offline, only the latter counts. */
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
