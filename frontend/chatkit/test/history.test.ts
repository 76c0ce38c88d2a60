// The list of earlier threads: pages that follow each other, and changes that are taken back when they fail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError } from '../src/client/errors.ts';
import type { ThreadMeta } from '../src/protocol/thread.ts';
import { History } from '../src/state/history.ts';
import { FakeRequests } from './fake-requests.ts';
import { settle } from './fake-server.ts';

const meta = (id: string, title = id): ThreadMeta => ({ id, title, created_at: '2026-01-01T00:00:00Z', status: { type: 'active' } });

function opened() {
  const api = new FakeRequests();
  const errors: unknown[] = [];
  const history = new History(api, (error) => errors.push(error));
  const titles = () => history.threads.value.map(({ title }) => title);
  const answer = async (index: number, value: unknown) => {
    api.answers[index]?.resolve(value);
    await settle();
  };
  return { api, errors, history, titles, answer };
}

test('pages follow each other by their cursors, and a thread that moved between them is there once', async () => {
  const { api, history, titles, answer } = opened();
  void history.reload();
  assert.equal(history.state.value, 'loading');
  await answer(0, { data: [meta('a'), meta('b')], has_more: true, after: 'cursor' });
  assert.deepEqual([history.state.value, history.hasMore.value], ['idle', true]);
  void history.more();
  assert.deepEqual(api.asked[1], { type: 'threads.list', params: { limit: 25, order: 'desc', after: 'cursor' } });
  await answer(1, { data: [meta('b'), meta('c')], has_more: false });
  assert.deepEqual(titles(), ['a', 'b', 'c']);
  void history.more();
  assert.equal(api.asked.length, 2, 'there is nothing more');
});

test('without a cursor the last thread is where the next page begins', async () => {
  const { api, history, answer } = opened();
  void history.reload();
  await answer(0, { data: [meta('a'), meta('b')], has_more: true });
  void history.more();
  assert.equal((api.asked[1] as { params: { after?: string } }).params.after, 'b');
});

test('a list that is loaded anew is not overwritten by an older answer', async () => {
  const { history, titles, answer } = opened();
  void history.reload();
  void history.reload();
  await answer(1, { data: [meta('new')], has_more: false });
  await answer(0, { data: [meta('old')], has_more: true });
  assert.deepEqual([titles(), history.hasMore.value], [['new'], false]);
});

test('a page that fails keeps what is shown, and is asked for again', async () => {
  const { api, errors, history, titles, answer } = opened();
  void history.reload();
  await answer(0, { data: [meta('a')], has_more: true });
  void history.more();
  api.answers[1]?.reject(new NetworkError('away'));
  await settle();
  assert.deepEqual([history.state.value, titles(), errors.length], ['failed', ['a'], 1]);
  void history.more();
  await answer(2, { data: [meta('b')], has_more: false });
  assert.deepEqual([history.state.value, titles()], ['idle', ['a', 'b']]);
});

test('a new title is shown at once, and taken back when it is refused', async () => {
  const { api, history, titles, answer } = opened();
  history.seen(meta('a'));
  const renamed = history.rename('a', 'New');
  assert.deepEqual(titles(), ['New']);
  await answer(0, meta('a', 'New, as the server writes it'));
  assert.equal((await renamed).title, 'New, as the server writes it');
  const refused = history.rename('a', 'Refused');
  api.answers[1]?.reject(new NetworkError('away'));
  await assert.rejects(refused, NetworkError);
  assert.deepEqual(titles(), ['New, as the server writes it']);
});

test('a thread that is deleted goes at once, and comes back when it cannot be', async () => {
  const { api, history, titles } = opened();
  history.seen(meta('a'));
  history.seen(meta('b'));
  assert.deepEqual(titles(), ['b', 'a']);
  const deleted = history.delete('a');
  assert.deepEqual(titles(), ['b']);
  api.answers[0]?.reject(new NetworkError('away'));
  await assert.rejects(deleted, NetworkError);
  assert.deepEqual(titles(), ['b', 'a']);
});
