// The files of a draft, from the moment they are given to the moment they belong to a message.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/client/errors.ts';
import type { Attachment } from '../src/protocol/attachment.ts';
import { DraftAttachments } from '../src/state/attachments.ts';
import type { FileRules } from '../src/state/file-rules.ts';
import { FakeRequests } from './fake-requests.ts';
import { Held, settle } from './fake-server.ts';

const file = (name: string, type = 'text/plain', text = 'hello') => new File([text], name, { type });
const kept = (id: string): Attachment => ({ id, type: 'file', name: `${id}.txt`, mime_type: 'text/plain' });

/** A draft whose bytes go through the page's own fetch, which is answered by hand. */
function draft({ rules = {}, direct = null }: { rules?: FileRules; direct?: string | null } = {}) {
  const api = new FakeRequests();
  const uploads: { url: string; body: FormData; answer: Held<Response> }[] = [];
  const errors: unknown[] = [];
  const pageFetch = (url: unknown, init: RequestInit = {}) => {
    const answer = new Held<Response>(init.signal ?? undefined);
    uploads.push({ url: String(url), body: init.body as FormData, answer });
    return answer.promise;
  };
  const attachments = new DraftAttachments(api, {
    rules: () => rules,
    directUploadUrl: () => direct,
    fetch: () => pageFetch as typeof fetch,
    explain: () => 'It failed',
    report: (error) => errors.push(error),
  });
  const states = () => attachments.files.value.map(({ name, state }) => `${name} ${state}`);
  const announce = async (index: number, id: string) => {
    api.answers[index]?.resolve({ ...kept(id), upload_descriptor: { url: `/upload/${id}`, method: 'PUT' } });
    await settle();
  };
  return { api, attachments, uploads, errors, states, announce };
}

test('a file is announced, uploaded, and then ready', async () => {
  const { api, attachments, uploads, states, announce } = draft();
  attachments.add([file('a.txt')]);
  assert.deepEqual(states(), ['a.txt uploading']);
  assert.deepEqual(api.asked[0], { type: 'attachments.create', params: { name: 'a.txt', size: 5, mime_type: 'text/plain' } });
  await announce(0, 'atc_1');
  assert.equal(uploads[0]?.url, '/upload/atc_1');
  assert.equal((uploads[0]?.body.get('file') as File).name, 'a.txt');
  assert.deepEqual(attachments.ready(), [], 'the bytes are on their way');
  uploads[0]?.answer.resolve(new Response(''));
  await settle();
  assert.deepEqual(states(), ['a.txt ready']);
  assert.deepEqual(attachments.ready().map(({ id, upload_descriptor: address }) => [id, address]), [['atc_1', undefined]]);
});

test('with a direct address there is one request, and its answer is the attachment', async () => {
  const { api, attachments, uploads, states } = draft({ direct: '/direct' });
  attachments.add([file('a.txt'), file('b.txt')]);
  await settle();
  uploads[0]?.answer.resolve(Response.json(kept('atc_1')));
  uploads[1]?.answer.resolve(Response.json({ nothing: true }));
  await settle();
  assert.deepEqual([api.asked.length, states()], [0, ['a.txt ready', 'b.txt failed']]);
});

test('what does not fit the rules is refused before a byte is sent', () => {
  const { api, attachments, states } = draft({ rules: { maxCount: 1, maxSize: 5, accept: { 'text/plain': ['.txt'] } } });
  attachments.add([file('a.exe', 'application/x-msdownload'), file('long.txt', 'text/plain', 'too long'), file('empty.txt', 'text/plain', '')]);
  attachments.add([file('a.txt'), file('b.txt')]);
  assert.deepEqual([states(), api.asked.length], [['a.txt uploading'], 1]);
  assert.deepEqual(attachments.refused.value.map(({ name, refusal }) => `${name} ${refusal.reason}`), ['b.txt count'], 'earlier refusals are history');
  attachments.dismissRefused(attachments.refused.value[0]?.key ?? '');
  assert.equal(attachments.refused.value.length, 0);
});

test('an upload that failed says why, and is tried again', async () => {
  const { api, attachments, errors, states, announce, uploads } = draft();
  attachments.add([file('a.txt')]);
  api.answers[0]?.reject(new ApiError(503, 'busy', ''));
  await settle();
  const [failed] = attachments.files.value;
  assert.deepEqual([states(), failed?.error, errors.length], [['a.txt failed'], 'It failed', 1]);
  attachments.retry(failed?.key ?? '');
  assert.deepEqual([states(), attachments.files.value[0]?.error], [['a.txt uploading'], undefined]);
  await announce(1, 'atc_1');
  uploads[0]?.answer.resolve(new Response(''));
  await settle();
  assert.deepEqual(states(), ['a.txt ready']);
});

test('a file that is taken off while it uploads is no error, and nothing of it comes back', async () => {
  const { attachments, errors, uploads, announce } = draft();
  attachments.add([file('a.txt')]);
  await announce(0, 'atc_1');
  attachments.remove(attachments.files.value[0]?.key ?? '');
  await settle();
  await assert.rejects(uploads[0]?.answer.promise ?? Promise.resolve(), { name: 'AbortError' });
  assert.deepEqual([attachments.files.value, errors], [[], []]);
});

test('a file that the server has is deleted there when it is taken off', async () => {
  const { api, attachments } = draft();
  attachments.adopt([kept('atc_1')]);
  attachments.remove(attachments.files.value[0]?.key ?? '');
  assert.deepEqual(api.asked, [{ type: 'attachments.delete', params: { attachment_id: 'atc_1' } }]);
});

test('a set of attachments takes the place of the draft’s, and what stays is not uploaded or deleted', async () => {
  const { api, attachments, states, announce, uploads } = draft();
  attachments.add([file('a.txt')]);
  await announce(0, 'atc_1');
  uploads[0]?.answer.resolve(new Response(''));
  await settle();
  attachments.replace([kept('atc_1'), kept('atc_2')]);
  assert.deepEqual(states(), ['a.txt ready', 'atc_2.txt ready']);
  attachments.replace([kept('atc_2')]);
  assert.deepEqual(states(), ['atc_2.txt ready']);
  assert.deepEqual(api.asked.map(({ type }) => type), ['attachments.create', 'attachments.delete'], 'only its own upload is given up');
});

test('a picture that was sent is still shown from this computer', async () => {
  const { attachments, announce, uploads } = draft();
  attachments.add([file('a.png', 'image/png')]);
  const preview = attachments.files.value[0]?.previewUrl;
  assert.match(preview ?? '', /^blob:/);
  await announce(0, 'atc_1');
  uploads[0]?.answer.resolve(new Response(''));
  await settle();
  attachments.take();
  assert.deepEqual([attachments.files.value, attachments.previewOf(kept('atc_1'))], [[], preview]);
  attachments.dispose();
  assert.equal(attachments.previewOf(kept('atc_1')), undefined);
});

test('vector pictures wait for the server to look at them', () => {
  const { attachments } = draft();
  attachments.add([file('a.svg', 'image/svg+xml')]);
  assert.equal(attachments.files.value[0]?.previewUrl, undefined);
});
