// The tools of the page: run once in all tabs, stopped at once, and never in the way of what comes next.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ApiError, NetworkError } from '../src/client/errors.ts';
import { pendingCall } from '../src/state/local.ts';
import type { Locks } from '../src/state/tool-lease.ts';
import { asked, called, created, done, FakeServer, Held, said, settle, threadOf } from './fake-server.ts';
import { sharedLocks, tab } from './fake-tab.ts';

// A hidden page needs no frames.
test.before(() => void Object.assign(globalThis, { document: { hidden: true } }));
test.after(() => void Reflect.deleteProperty(globalThis, 'document'));

/** A thread whose newest item is a call, opened in a tab whose tool is settled by hand. */
async function calling(t: TestContext, server = new FakeServer(), locks?: Locks) {
  server.thread ??= threadOf([]);
  if (server.thread.items?.data.length === 0) server.thread = threadOf([asked('q'), called('c')]);
  const outputs: Held<unknown>[] = [];
  const tool = () => {
    const output = new Held<unknown>();
    outputs.push(output);
    return output.promise;
  };
  const shown = tab(t, server, { tool, locks });
  await shown.conversation.open('t');
  await server.last.end(false);
  await settle();
  return { ...shown, server, outputs };
}

test('a client tool answers, and the assistant goes on: one response to the page', async (t) => {
  const { conversation, server, outputs, told, ids } = await calling(t);
  assert.equal(conversation.state.value.name, 'RunningTool');
  outputs[0]?.resolve({ n: 1 });
  await settle();
  assert.deepEqual(server.last.request, { type: 'threads.add_client_tool_output', params: { thread_id: 't', result: { n: 1 } } });
  server.last.pushCounted(1, done(said('a')));
  await server.last.end();
  assert.deepEqual(ids(), ['q', 'c', 'a']);
  assert.deepEqual(told(), ['response.start', 'response.end']);
});

test('a client tool that fails answers with its error', async (t) => {
  const { server, outputs } = await calling(t);
  outputs[0]?.reject(new Error('no such luck'));
  await settle();
  assert.deepEqual((server.last.request as { params: unknown }).params, { thread_id: 't', result: { error: 'no such luck' } });
});

test('a stop frees the reader from a client tool at once, and its late output is dropped', async (t) => {
  const { conversation, server, outputs, told, say } = await calling(t);
  const before = server.streams.length;
  void conversation.stop();
  assert.equal(conversation.state.value.name, 'Idle');
  assert.equal(pendingCall(conversation.thread.value), null);
  assert.deepEqual([server.givenUp.length, told()], [1, ['response.start', 'response.end']]);
  outputs[0]?.resolve('too late');
  void say('And now?');
  await settle();
  assert.equal(server.streams.length, before, 'the server is told first');
  server.givenUp[0]?.resolve();
  await settle();
  assert.equal((server.last.request as { type: string }).type, 'threads.add_user_message');
});

test('a server that cannot be told of a stopped tool holds nothing up', async (t) => {
  const { conversation, server, say, events } = await calling(t);
  void conversation.stop();
  server.givenUp[0]?.reject(new NetworkError('away'));
  void say('And now?');
  await settle();
  assert.equal((server.last.request as { type: string }).type, 'threads.add_user_message');
  assert.ok(events.includes('log'));
});

test('a call that comes with the stop of its turn is not run', async (t) => {
  const server = new FakeServer();
  let runs = 0;
  const { conversation, say } = tab(t, server, { tool: async () => runs++ });
  void say('Hello');
  await settle();
  server.last.pushCounted(1, created(), done(asked('q')), done(called('c')));
  void conversation.stop();
  await server.last.end();
  assert.deepEqual([runs, server.givenUp.length, conversation.state.value.name], [0, 1, 'Idle']);
});

test('of two tabs one runs the call, and the other goes along with the answer', async (t) => {
  const locks = sharedLocks();
  const server = new FakeServer();
  const first = await calling(t, server, locks);
  const second = await calling(t, server, locks);
  assert.deepEqual([first.outputs.length, second.outputs.length], [1, 0]);
  assert.equal(second.conversation.state.value.name, 'RunningTool');
  server.thread = threadOf([asked('q'), { ...called('c'), status: 'completed' } as ReturnType<typeof called>]);
  first.outputs[0]?.resolve({});
  await settle();
  server.last.pushCounted(1, done(said('a')));
  await settle();
  assert.deepEqual(server.last.request, { type: 'resume', threadId: 't', after: 0 }, 'the second one follows');
  server.last.pushCounted(1, done(said('a')));
  assert.equal(second.conversation.state.value.name, 'Streaming');
  for (const stream of server.streams) await stream.end();
  assert.deepEqual([second.outputs.length, second.ids()], [0, ['q', 'c', 'a']]);
  assert.deepEqual([...first.told(), ...second.told()].filter((name) => name === 'error'), []);
});

test('a call whose tab has gone runs in the one that is left', async (t) => {
  const locks = sharedLocks();
  const server = new FakeServer();
  const first = await calling(t, server, locks);
  const second = await calling(t, server, locks);
  first.conversation.dispose();
  await settle();
  assert.equal(second.outputs.length, 1);
});

test('an output that came too late is no error: the answer to the other one is shown', async (t) => {
  for (const refusal of [new ApiError(409, 'conflict', ''), new NetworkError('the body broke off')]) {
    const { conversation, server, outputs, told, ids } = await calling(t);
    outputs[0]?.resolve({});
    await settle();
    server.thread = threadOf([asked('q'), { ...called('c'), status: 'completed' } as ReturnType<typeof called>, said('a')]);
    await server.last.fail(refusal);
    assert.deepEqual([ids(), conversation.thread.value.error], [['q', 'c', 'a'], null]);
    assert.ok(!told().includes('error'));
  }
});

test('an output that is refused while the call waits still is an error', async (t) => {
  const { conversation, server, outputs, told } = await calling(t);
  outputs[0]?.resolve({});
  await settle();
  await server.last.fail(new ApiError(500, 'internal', ''));
  assert.deepEqual([conversation.state.value.name, told().includes('error')], ['Failed', true]);
});

test('where tabs cannot be told apart, only the tab that began a turn or opens the thread runs its tools', async (t) => {
  const server = new FakeServer();
  server.thread = threadOf([asked('q')]);
  let runs = 0;
  const { conversation } = tab(t, server, { tool: async () => runs++ });
  await conversation.open('t');
  await server.last.end(false);
  server.thread = threadOf([asked('q'), called('c')]);
  const followed = conversation.follow();
  await settle();
  await server.last.end(false);
  await followed;
  assert.deepEqual([runs, conversation.state.value.name], [0, 'Idle']);
});
