// The one endpoint: JSON requests with a JSON answer or a stream of events.

import { readEvent, type ThreadEvent } from '../protocol/event.ts';
import type { Reader } from '../protocol/read.ts';
import type { PlainRequest, Request, StreamingRequest } from '../protocol/request.ts';
import { apiErrorFrom, isAbort, NetworkError } from './errors.ts';
import { ClientSecret, type SecretGetter } from './secret.ts';
import { SseParser, type SseFrame } from './sse.ts';

export interface ApiConfig {
  url: string;
  /** The page's own fetch, if it passed one. */
  fetch: typeof fetch | undefined;
  locale: string;
  /** In hosted mode, provides the bearer secret of each request. */
  getClientSecret?: SecretGetter;
}

export interface NumberedEvent {
  id: number | null;
  event: ThreadEvent;
}

/** Requests with a plain JSON answer, which is all that most rooms need. */
export type Requests = Pick<ApiClient, 'request'>;

export class ApiClient {
  readonly #config: () => ApiConfig;
  readonly #secret = new ClientSecret();

  /** `config` is called for every request, so that a page can change it at any time. */
  constructor(config: () => ApiConfig) {
    this.#config = config;
  }

  /**
   * Asks the page for its secret before the first request, because some pages show the chat only after this call.
   * Requests made meanwhile wait for the same answer.
   */
  async prepareSecret(): Promise<void> {
    const { getClientSecret } = this.#config();
    if (getClientSecret) await this.#secret.get(getClientSecret);
  }

  /** Rejects with `ApiError` when the server refuses, or answers what `read` cannot read. */
  async request<T>(request: PlainRequest, read: Reader<T>, signal?: AbortSignal): Promise<T> {
    const response = await this.#post(request, 'application/json', signal);
    const body = await readText(response);
    const answer = read(parseJson(body));
    if (answer === undefined) throw apiErrorFrom(response.status, body);
    return answer;
  }

  /**
   * Runs a streaming request to its end. Returns false if the server had nothing to stream (204). The server cancels a
   * turn that is not `resumable` when its connection closes.
   * Rejects with `ApiError` before the stream, with `NetworkError` when it broke, with `AbortError` when aborted.
   */
  async stream(
    request: StreamingRequest,
    onEvents: (events: NumberedEvent[]) => void,
    signal: AbortSignal,
    resumable = true,
  ): Promise<boolean> {
    const response = await this.#post(request, 'text/event-stream', signal, resumable);
    if (response.status === 204) return false;
    const type = response.headers.get('content-type') ?? '';
    if (!type.includes('text/event-stream')) throw apiErrorFrom(response.status, await readText(response));
    if (!response.body) return true;
    const parser = new SseParser();
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        const events = parseFrames(done ? parser.end() : parser.push(value));
        if (events.length > 0) onEvents(events);
        if (done) return true;
      }
    } catch (error) {
      throw isAbort(error) || signal.aborted ? abortError() : new NetworkError('the stream broke off');
    } finally {
      reader.releaseLock();
    }
  }

  async #post(request: Request, accept: string, signal?: AbortSignal, resumable = false): Promise<Response> {
    const { url, locale, getClientSecret } = this.#config();
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: `${accept}, application/json`,
      'accept-language': locale,
    };
    // A header of our own would fail the preflight of a foreign server that does not know it.
    if (isSameOrigin(url)) {
      headers['chatkit-error-codes'] = '1';
      if (resumable) headers['chatkit-resumable'] = '1';
    }
    const send = () => this.#fetch(url, { method: 'POST', headers, body: JSON.stringify(request), signal });
    if (!getClientSecret) return accepted(await send());
    const secret = await this.#secret.get(getClientSecret);
    headers.authorization = `Bearer ${secret}`;
    const response = await send();
    if (response.status !== 401) return accepted(response);
    headers.authorization = `Bearer ${await this.#secret.renew(getClientSecret, secret)}`;
    return accepted(await send());
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await (this.#config().fetch ?? fetch)(url, init);
    } catch (error) {
      if (isAbort(error) || init.signal?.aborted) throw abortError();
      throw new NetworkError(error instanceof Error ? error.message : 'the request failed');
    }
  }
}

async function accepted(response: Response): Promise<Response> {
  if (!response.ok) throw apiErrorFrom(response.status, await readText(response));
  return response;
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new NetworkError('the answer broke off');
  }
}

/** Drops frames that are not events, because one bad line must not end the turn. */
function parseFrames(frames: SseFrame[]): NumberedEvent[] {
  const events: NumberedEvent[] = [];
  for (const { id, data } of frames) {
    const event = readEvent(parseJson(data));
    if (event) events.push({ id, event });
  }
  return events;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isSameOrigin(url: string): boolean {
  return new URL(url, document.baseURI).origin === location.origin;
}

function abortError(): DOMException {
  return new DOMException('aborted', 'AbortError');
}
