// A thread is loaded from its end, and its beginning only when the reader goes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError } from '../src/client/errors.ts';
import type { ChatTransport } from '../src/client/transport.ts';
import type { Item } from '../src/protocol/item.ts';
import type { Page } from '../src/protocol/thread.ts';
import { ThreadLoader } from '../src/state/thread-loader.ts';
import { asked, FakeServer, Held, threadOf } from './fake-server.ts';

const never = new AbortController().signal;
const idsOf = (items: readonly Item[]) => items.map(({ id }) => id);

/** A thread longer than its first page; pages are answered by hand. */
class LongThread extends FakeServer {
  readonly cursors: (string | undefined)[] = [];
  readonly held: Held<Page<Item>>[] = [];

  constructor() {
    super();
    const oldest = threadOf([asked('1')]);
    this.thread = { ...oldest, items: { data: [asked('1')], has_more: true } } as typeof oldest;
  }

  override page(...[, before, signal]: Parameters<ChatTransport['page']>): Promise<Page<Item>> {
    this.cursors.push(before);
    const page = new Held<Page<Item>>(signal);
    this.held.push(page);
    return page.promise;
  }
}

async function longThread() {
  const server = new LongThread();
  const loader = new ThreadLoader(server);
  const loading = loader.newest('t', never);
  await Promise.resolve();
  await new Promise(setImmediate);
  server.held[0]?.resolve({ data: [asked('9'), asked('8')], has_more: true });
  const loaded = await loading;
  loader.beginAt(loaded);
  return { server, loader, loaded };
}

test('a short thread is there with one request', async () => {
  const server = new FakeServer();
  server.thread = threadOf([asked('1'), asked('2')]);
  const loader = new ThreadLoader(server);
  const loaded = await loader.newest('t', never);
  loader.beginAt(loaded);
  assert.deepEqual([idsOf(loaded.items), loader.earlier.value], [['1', '2'], 'none']);
});

test('of a long thread the newest items come first, in order of time', async () => {
  const { server, loader, loaded } = await longThread();
  assert.deepEqual([idsOf(loaded.items), server.cursors, loader.earlier.value], [['8', '9'], [undefined], 'more']);
});

test('earlier items are asked for once at a time, from the first one that is there', async () => {
  const { server, loader } = await longThread();
  const got: string[][] = [];
  const use = (items: Item[]) => void got.push(idsOf(items));
  const first = loader.loadEarlier('t', never, use);
  await loader.loadEarlier('t', never, use);
  assert.deepEqual([server.cursors, loader.earlier.value], [[undefined, '8'], 'loading']);
  server.held[1]?.resolve({ data: [asked('7'), asked('6')], has_more: false });
  await first;
  assert.deepEqual([got, loader.earlier.value], [[['6', '7']], 'none']);
  await loader.loadEarlier('t', never, use);
  assert.equal(server.cursors.length, 2, 'the thread has begun');
});

test('a page that fails can be asked for again', async () => {
  const { server, loader } = await longThread();
  const loading = loader.loadEarlier('t', never, () => undefined);
  server.held[1]?.reject(new NetworkError('away'));
  await assert.rejects(loading, NetworkError);
  assert.equal(loader.earlier.value, 'more');
});

test('a page of a thread that was left is dropped', async () => {
  const { server, loader } = await longThread();
  const left = new AbortController();
  const loading = loader.loadEarlier('t', left.signal, () => assert.fail('another thread is shown by now'));
  left.abort();
  loader.forget();
  await assert.rejects(loading, { name: 'AbortError' });
  assert.equal(loader.earlier.value, 'none');
  assert.equal(server.held.length, 2);
});
