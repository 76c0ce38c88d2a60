// Plain requests that are answered by hand.

import type { Requests } from '../src/client/api.ts';
import type { PlainRequest } from '../src/protocol/request.ts';
import { Held } from './fake-server.ts';

export class FakeRequests implements Requests {
  readonly asked: PlainRequest[] = [];
  readonly answers: Held<unknown>[] = [];

  async request<T>(request: PlainRequest, signal?: AbortSignal): Promise<T> {
    this.asked.push(request);
    const answer = new Held<unknown>(signal);
    this.answers.push(answer);
    return (await answer.promise) as T;
  }
}
