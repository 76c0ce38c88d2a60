// Plain requests that are answered by hand.

import type { Requests } from '../src/client/api.ts';
import type { Reader } from '../src/protocol/read.ts';
import type { PlainRequest } from '../src/protocol/request.ts';
import { Held } from './fake-server.ts';

export class FakeRequests implements Requests {
  readonly asked: PlainRequest[] = [];
  readonly answers: Held<unknown>[] = [];

  async request<T>(request: PlainRequest, read: Reader<T>, signal?: AbortSignal): Promise<T> {
    this.asked.push(request);
    const answer = new Held<unknown>(signal);
    this.answers.push(answer);
    const fitting = read(await answer.promise);
    if (fitting === undefined) throw new Error('the answer could not be read');
    return fitting;
  }
}
