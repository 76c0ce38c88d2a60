// A conversation over a server that answers by hand, and a clock that is moved by hand.

import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';
import { ApiError, NetworkError } from '../src/client/errors.ts';
import { asked, created, done, FakeServer, said, settle, threadOf } from './fake-server.ts';
import { tab } from './fake-tab.ts';

test.before(() => {
  // A hidden page needs no frames.
  Object.assign(globalThis, { document: { hidden: true } });
  mock.timers.enable({ apis: ['setTimeout'] });
});
test.after(() => {
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, 'document');
});

/** A new thread whose turn has begun, on a server that counts. */
async function streaming(t: TestContext) {
  const server = new FakeServer();
  const shown = tab(t, server);
  const sent = shown.say('Hello');
  await settle();
  server.last.pushCounted(1, created(), done(asked('q')));
  return { server, sent, ...shown };
}

test('a turn is told from its start to its end', async (t) => {
  const { conversation, server, sent, told, ids } = await streaming(t);
  assert.equal(conversation.state.value.name, 'Streaming');
  server.last.pushCounted(3, done(said('a')));
  await server.last.end();
  await sent;
  assert.equal(conversation.state.value.name, 'Idle');
  assert.deepEqual(ids(), ['q', 'a']);
  assert.deepEqual(told(), ['response.start', 'response.end']);
});

test('what follows a stopped turn is neither kept from being sent nor cut, however much time passes', async (t) => {
  for (const pause of [0, 10_000]) {
    const { conversation, server, say, ids } = await streaming(t);
    const stopped = conversation.stop();
    assert.equal(conversation.state.value.name, 'Stopping');
    server.stops[0]?.resolve();
    await server.last.end();
    await stopped;
    mock.timers.tick(pause);
    const sent = say('Something else');
    await settle();
    server.last.pushCounted(9, done(asked('q2')));
    mock.timers.tick(10_000);
    assert.ok(server.last.open, `after ${pause} ms`);
    server.last.pushCounted(10, done(said('a2')));
    await server.last.end();
    await sent;
    assert.deepEqual(ids(), ['q', 'q2', 'a2']);
  }
});

test('a stop that leads to nothing cuts the connection after three seconds', async (t) => {
  const { conversation, server, told } = await streaming(t);
  void conversation.stop();
  mock.timers.tick(2_999);
  assert.ok(server.last.open);
  mock.timers.tick(1);
  await settle();
  assert.equal(server.last.open, false);
  assert.equal(conversation.state.value.name, 'Idle');
  assert.deepEqual(told(), ['response.start', 'response.end']);
});

test('a stop that cannot be told cuts the connection at once', async (t) => {
  const { conversation, server } = await streaming(t);
  void conversation.stop();
  server.stops[0]?.reject(new NetworkError('away'));
  await settle();
  assert.equal(server.last.open, false);
  assert.equal(conversation.state.value.name, 'Idle');
});

test('a thread that gets its name after the stop is told of it then', async (t) => {
  const server = new FakeServer();
  const { conversation, say } = tab(t, server);
  void say('Hello');
  await settle();
  void conversation.stop();
  assert.equal(server.stops.length, 0);
  server.last.pushCounted(1, created());
  assert.equal(server.stops.length, 1);
  assert.ok(server.last.open);
  await server.last.end();
  assert.equal(conversation.state.value.name, 'Idle');
});

test('a message that was never taken rejects, so that its draft comes back', async (t) => {
  const server = new FakeServer();
  const { conversation, say, ids, told } = tab(t, server);
  const sent = say('Hello');
  await settle();
  await server.last.fail(new ApiError(429, 'busy', 'Later'));
  await assert.rejects(sent, ApiError);
  assert.deepEqual([ids(), conversation.state.value], [[], { name: 'Failed', of: 'turn' }]);
  assert.deepEqual(told(), ['response.start', 'error', 'response.end']);
  conversation.dismissError();
  assert.deepEqual([conversation.state.value.name, conversation.thread.value.error], ['Idle', null]);
});

test('an error event of the server is a failed turn', async (t) => {
  const { conversation, server } = await streaming(t);
  server.last.pushCounted(3, { type: 'error', code: 'stream.error', allow_retry: true });
  await server.last.end();
  assert.deepEqual(conversation.state.value, { name: 'Failed', of: 'turn' });
  assert.equal(conversation.thread.value.error?.allowRetry, true);
});

test('a retry that is refused gives back what it took away', async (t) => {
  const server = new FakeServer();
  server.thread = threadOf([asked('q'), said('a')]);
  const { conversation, ids } = tab(t, server);
  await conversation.open('t');
  await server.last.end(false);
  const retried = conversation.retry('q');
  retried.catch(() => undefined);
  assert.deepEqual(ids(), ['q']);
  await settle();
  await server.last.fail(new ApiError(409, 'conflict', ''));
  await assert.rejects(retried, ApiError);
  assert.deepEqual(ids(), ['q', 'a']);
});

test('a broken connection is mended behind the last event', async (t) => {
  const { conversation, server, ids } = await streaming(t);
  await server.last.fail(new NetworkError('cut'));
  assert.equal(conversation.state.value.name, 'Reconnecting');
  mock.timers.tick(250);
  await settle();
  assert.deepEqual(server.last.request, { type: 'resume', threadId: 't', after: 2 });
  server.last.pushCounted(2, done(asked('q')));
  assert.equal(conversation.state.value.name, 'Streaming', 'mended, although nothing is new yet');
  server.last.pushCounted(3, done(said('a')));
  await server.last.end();
  assert.deepEqual(ids(), ['q', 'a']);
});

test('a stop while the connection is away tries no more', async (t) => {
  const { conversation, server } = await streaming(t);
  await server.last.fail(new NetworkError('cut'));
  void conversation.stop();
  server.stops[0]?.reject(new NetworkError('away'));
  await settle();
  assert.equal(conversation.state.value.name, 'Idle');
  mock.timers.tick(60_000);
  await settle();
  assert.equal(server.streams.length, 1);
});

test('nothing outlives the thread it was for, in whatever state it is left', async (t) => {
  const enter: Record<string, (shown: Awaited<ReturnType<typeof streaming>>) => unknown> = {
    Streaming: () => undefined,
    Stopping: ({ conversation }) => void conversation.stop(),
    Reconnecting: ({ server }) => server.last.fail(new NetworkError('cut')),
  };
  for (const [name, begin] of Object.entries(enter)) {
    const shown = await streaming(t);
    await begin(shown);
    assert.equal(shown.conversation.state.value.name, name);
    await shown.conversation.open(null);
    assert.equal(shown.server.last.open, false);
    mock.timers.tick(60_000);
    shown.server.last.pushCounted(7, done(said('late')));
    await settle();
    assert.deepEqual([shown.server.streams.length, shown.ids(), shown.conversation.state.value.name], [1, [], 'Idle'], name);
    assert.deepEqual(shown.told(), ['response.start', 'response.end'], name);
  }
});

test('a thread that is left while it loads is not shown', async (t) => {
  const server = new FakeServer();
  server.thread = null;
  const { conversation, events, ids } = tab(t, server);
  const first = conversation.open('t');
  assert.equal(conversation.state.value.name, 'Opening');
  assert.throws(() => conversation.requireIdle(), /being loaded/);
  const second = conversation.open('u');
  server.loads[0]?.resolve(threadOf([asked('q')], 't'));
  server.loads[1]?.resolve(threadOf([asked('q2')], 'u'));
  await Promise.all([first, second]);
  assert.deepEqual(ids(), ['q2']);
  assert.deepEqual(events, ['thread.change', 'thread.load.start', 'thread.load.end', 'thread.change', 'thread.load.start', 'thread.load.end']);
});

test('a thread that cannot be loaded takes no message; one that is gone makes room for a new one', async (t) => {
  const server = new FakeServer();
  server.thread = null;
  const { conversation, say } = tab(t, server);
  const opened = conversation.open('t');
  server.loads[0]?.reject(new NetworkError('away'));
  await opened;
  assert.equal(conversation.loadError.value?.code, 'network');
  await assert.rejects(say('Hello'), /not been loaded/);
  const again = conversation.follow();
  assert.equal(conversation.state.value.name, 'Opening', 'the network is back');
  server.loads[1]?.reject(new ApiError(404, 'not_found', ''));
  await again;
  assert.deepEqual([conversation.threadId.value, conversation.loadError.value?.code], [null, 'other']);
  void say('Hello');
  await settle();
  assert.equal((server.last.request as { type: string }).type, 'threads.create');
});

test('a turn that runs elsewhere is shown from its first event on', async (t) => {
  const server = new FakeServer();
  server.thread = threadOf([asked('q')]);
  const { conversation, told, ids } = tab(t, server);
  await conversation.open('t');
  await settle();
  assert.deepEqual([conversation.phase.value, told()], ['idle', []], 'it is not known yet whether one runs');
  server.last.pushCounted(5, done(said('a')));
  assert.deepEqual([conversation.phase.value, told()], ['busy', ['response.start']]);
  await server.last.end();
  assert.deepEqual([ids(), told()], [['q', 'a'], ['response.start', 'response.end']]);
});

test('a turn that ends between the loading of its thread and the question whether it runs is not missed', async (t) => {
  for (const begin of ['open', 'follow'] as const) {
    const server = new FakeServer();
    server.thread = threadOf([asked('q')]);
    const { conversation, told, ids } = tab(t, server);
    await conversation.open('t');
    if (begin === 'follow') {
      await server.last.end(false);
      void conversation.follow();
      await settle();
    }
    server.thread = threadOf([asked('q'), said('a')]);
    await server.last.end(false);
    assert.deepEqual([ids(), told(), conversation.phase.value], [['q', 'a'], [], 'idle'], begin);
  }
});

test('a message that is sent while a thread is loaded again stays, and a server out of reach is no error', async (t) => {
  const server = new FakeServer();
  server.thread = threadOf([asked('q')]);
  const { conversation, say, told, ids } = tab(t, server);
  await conversation.open('t');
  server.thread = null;
  await server.last.end(false);
  void say('More');
  await settle();
  server.loads.at(-1)?.resolve(threadOf([asked('q'), said('a')]));
  await settle();
  assert.deepEqual([ids().length, conversation.state.value.name], [2, 'Sending']);

  server.thread = threadOf([asked('q')]);
  await conversation.open('t');
  server.thread = null;
  await server.last.end(false);
  server.loads.at(-1)?.reject(new NetworkError('away'));
  await settle();
  assert.deepEqual([ids(), conversation.state.value.name], [['q'], 'Idle']);
  assert.ok(!told().includes('error'));
});

test('a message ends the question whether a turn runs; a server that does not know it is asked once', async (t) => {
  const server = new FakeServer();
  const { conversation, say } = tab(t, server);
  await conversation.open('t');
  const [listening] = server.streams;
  void say('Hello');
  await settle();
  assert.equal(listening?.open, false);
  await conversation.open('t');
  await server.last.fail(new ApiError(400, 'invalid_request', ''));
  const asked = server.streams.length;
  await conversation.open('t');
  assert.equal(server.streams.length, asked);
});
