// Streams as bytes: wherever a recorded body is cut into pieces, and wherever it breaks off, the thread ends the same.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ApiClient } from '../src/client/api.ts';
import { HttpTransport } from '../src/client/http-transport.ts';
import { readEvent } from '../src/protocol/event.ts';
import { applyEvents } from '../src/state/apply.ts';
import type { ConversationHost } from '../src/state/conversation-host.ts';
import { settled } from '../src/state/local.ts';
import { EMPTY_THREAD, type ThreadState } from '../src/state/thread-state.ts';
import { Turn } from '../src/state/turn.ts';
import { SseParser } from '../src/client/sse.ts';

declare const FIXTURES: string;

interface Recording {
  name: string;
  events: unknown[];
}

const recordings = (JSON.parse(readFileSync(path.join(FIXTURES, 'streams.json'), 'utf8')) as Recording[]).filter(({ events }) => events.length > 0);

const HOST: ConversationHost = {
  emit: () => undefined,
  threadSeen: () => undefined,
  turnRuns: () => undefined,
  report: () => undefined,
  clientTool: () => null,
  explain: () => ({ code: '', message: '', allowRetry: false }),
  prepared: () => Promise.resolve(),
};

const encode = (text: string) => new TextEncoder().encode(text);
/** As our server sends it to a client that asked for numbers, or as the reference does. */
const bodyOf = (events: readonly unknown[], numbered: boolean, from = 0) =>
  encode(events.slice(from).map((event, n) => `${numbered ? `id: ${from + n + 1}\n` : ''}data: ${JSON.stringify(event)}\n\n`).join(': ping\n\n'));

const read = (chunks: Iterable<Uint8Array>): ThreadState => {
  const parser = new SseParser();
  let state = EMPTY_THREAD;
  const apply = (frames: { data: string }[]) => (state = applyEvents(state, frames.flatMap(({ data }) => readEvent(JSON.parse(data)) ?? []), HOST));
  for (const chunk of chunks) apply(parser.push(chunk));
  apply(parser.end());
  return settled(state);
};

function* sized(body: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

for (const { name, events } of recordings) {
  test(`recording ${name}, cut at every byte and into pieces of every size`, () => {
    const body = bodyOf(events, true);
    const whole = read([body]);
    const wanted = JSON.stringify(whole);
    for (let cut = 1; cut < body.length; cut++) {
      const state = read([body.subarray(0, cut), body.subarray(cut)]);
      if (JSON.stringify(state) !== wanted) assert.deepEqual(state, whole, `cut at ${cut}`);
    }
    for (const size of [1, 2, 3, 5, 7, 16, 64, 100, 255, 1024]) {
      assert.deepEqual(read(sized(body, size)), whole, `pieces of ${size}`);
    }
  });
}

/** A server that breaks the connection off after so many bytes, once, and resumes behind the last event seen. */
function breaking(events: readonly unknown[], after: number) {
  let calls = 0;
  const answer: typeof fetch = async (_, init) => {
    const request = JSON.parse(String(init?.body)) as { type: string; params: { after?: number } };
    const from = request.type === 'ext.threads.resume' ? (request.params.after ?? 0) : 0;
    const body = bodyOf(events, true, from);
    const cut = calls++ === 0 ? after : body.length;
    let sent = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!sent && cut > 0) controller.enqueue(body.subarray(0, cut));
        else if (cut < body.length) controller.error(new TypeError('network error'));
        else controller.close();
        sent = true;
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  };
  return answer;
}

test('a stream that breaks at any event, or in the middle of one, is resumed to the same end', async (t) => {
  // The pauses between attempts are not what is tested.
  t.mock.method(globalThis, 'setTimeout', (run: () => void) => queueMicrotask(run));
  Object.assign(globalThis, { document: { baseURI: 'http://chat.example/' }, location: { origin: 'http://chat.example' } });
  t.after(() => {
    Reflect.deleteProperty(globalThis, 'document');
    Reflect.deleteProperty(globalThis, 'location');
  });
  for (const { name, events } of recordings) {
    const whole = read([bodyOf(events, true)]);
    const body = bodyOf(events, true);
    const first = bodyOf(events.slice(0, 1), true).length;
    // Before the first event is whole, the server has not shown that it can resume.
    const step = Math.max(1, Math.floor((body.length - first) / 60));
    for (let cut = first; cut < body.length; cut += step) {
      let state = EMPTY_THREAD;
      const config = { url: 'http://chat.example/chatkit', fetch: breaking(events, cut), locale: 'en', getClientSecret: undefined };
      const api = new ApiClient(() => config);
      const turn = new Turn(new HttpTransport(api), {
        threadId: () => 't',
        onEvents: (batch) => (state = applyEvents(state, batch, HOST)),
        signal: new AbortController().signal,
      });
      assert.equal(await turn.send({ type: 'threads.retry_after_item', params: { thread_id: 't', item_id: 'i' } }), 'ended');
      assert.deepEqual(settled(state), whole, `${name}, broken off at ${cut}`);
    }
  }
});
