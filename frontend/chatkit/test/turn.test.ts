// A turn survives a broken connection when the server counts its events.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NumberedEvent } from '../src/client/api.ts';
import { ApiError, NetworkError } from '../src/client/errors.ts';
import type { ChatTransport, OnEvents } from '../src/client/transport.ts';
import type { ThreadEvent } from '../src/protocol/event.ts';
import type { StreamingRequest } from '../src/protocol/request.ts';
import { Turn } from '../src/state/turn.ts';

const note = (text: string): ThreadEvent => ({ type: 'progress_update', text });
const numbered = (id: number): NumberedEvent => ({ id, event: note(String(id)) });
const first: StreamingRequest = { type: 'threads.retry_after_item', params: { thread_id: 't', item_id: 'i' } };

type Step = NumberedEvent[] | Error | 'end' | 'nothing';

/** A server whose streams follow a script, one list of steps per request. */
function scripted(script: Step[][]) {
  const requests: unknown[] = [];
  const stream = async (request: unknown, onEvents: OnEvents) => {
    requests.push(request);
    for (const step of script.shift() ?? []) {
      if (step instanceof Error) throw step;
      if (step === 'nothing') return false;
      if (step !== 'end') onEvents(step);
    }
    return true;
  };
  const transport: Pick<ChatTransport, 'send' | 'resume'> = {
    send: (request, onEvents) => stream(request, onEvents),
    resume: (threadId, after, onEvents) => stream(['resume', threadId, after], onEvents),
  };
  const seen: string[] = [];
  const turn = new Turn(transport, {
    threadId: () => 't',
    onEvents: (events) => seen.push(...events.map((event) => (event.type === 'progress_update' ? event.text : ''))),
    signal: new AbortController().signal,
  });
  return { turn, requests, seen };
}

test('goes on after the last event it has seen, without a double', async () => {
  const { turn, requests, seen } = scripted([
    [[numbered(1), numbered(2)], new NetworkError('cut')],
    [[numbered(2), numbered(3)], 'end'],
  ]);
  assert.equal(await turn.send(first), 'ended');
  assert.deepEqual(seen, ['1', '2', '3']);
  assert.deepEqual(requests[1], ['resume', 't', 2]);
});

test('tells when the turn has ended while the connection was away', async () => {
  const { turn } = scripted([[[numbered(1)], new NetworkError('cut')], ['nothing']]);
  assert.equal(await turn.send(first), 'gone');
});

test('a server that does not count is not asked to resume', async () => {
  const { turn, requests } = scripted([[[{ id: null, event: note('a') }], new NetworkError('cut')]]);
  await assert.rejects(turn.send(first), NetworkError);
  assert.equal(requests.length, 1);
});

test('a refusal is not tried again', async () => {
  const { turn, requests } = scripted([[new ApiError(409, 'conflict', '')]]);
  await assert.rejects(turn.send(first), ApiError);
  assert.equal(requests.length, 1);
});
