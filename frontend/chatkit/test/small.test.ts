// Rules that fit on a line: forms, files, words, sentences, options.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatKitOptions } from '@openai/chatkit';
import { en } from '../src/i18n/en.ts';
import { createTranslate } from '../src/i18n/translate.ts';
import { SentenceReader, speakable } from '../src/state/announcer.ts';
import { Narrator } from '../src/state/narrator.ts';
import { EMPTY_THREAD, type Entry } from '../src/state/thread-state.ts';
import { acceptAttribute, refusal } from '../src/state/file-rules.ts';
import { readOptions, sameOptions } from '../src/state/options.ts';
import { apiErrorFrom } from '../src/client/errors.ts';
import { mergeValues } from '../src/widgets/form-values.ts';

test('form values join the payload by their dotted names', () => {
  const payload = { id: 1, todo: { done: true } };
  assert.deepEqual(mergeValues(payload, { 'todo.title': 'x', note: 'n' }).payload, {
    id: 1,
    todo: { done: true, title: 'x' },
    note: 'n',
  });
  assert.deepEqual(payload, { id: 1, todo: { done: true } }, 'the payload itself is not touched');
});

test('what the payload has already wins, and is reported', () => {
  assert.deepEqual(mergeValues({ a: 1 }, { a: 'x', 'a.b': 'y' }), { payload: { a: 1 }, collisions: ['a', 'a.b'] });
});

test('a missing payload counts as empty, other payloads are left alone', () => {
  assert.deepEqual(mergeValues(undefined, { a: true }).payload, { a: true });
  assert.deepEqual(mergeValues(undefined, {}).payload, undefined);
  assert.deepEqual(mergeValues([1], { a: true }).payload, [1]);
});

test('names cannot reach prototypes', () => {
  const { payload, collisions } = mergeValues({}, { '__proto__.polluted': 'x', 'a.constructor.b': 'y' });
  assert.deepEqual(payload, {});
  assert.equal(collisions.length, 2);
  assert.equal(({} as { polluted?: string }).polluted, undefined);
});

const pictures = { accept: { 'image/*': ['.png', '.jpg'] }, maxSize: 1000 };

test('files are judged by type, extension and size', () => {
  assert.equal(refusal({ name: 'a.PNG', type: 'image/png', size: 10 }, pictures), null);
  assert.equal(refusal({ name: 'a.png', type: '', size: 10 }, pictures), null);
  assert.deepEqual(refusal({ name: 'a.txt', type: 'text/plain', size: 10 }, pictures), { reason: 'type' });
  assert.deepEqual(refusal({ name: 'a.svg', type: 'image/svg+xml', size: 10 }, pictures), { reason: 'type' });
  assert.deepEqual(refusal({ name: 'a.png', type: 'image/png', size: 0 }, pictures), { reason: 'empty' });
  assert.deepEqual(refusal({ name: 'a.png', type: 'image/png', size: 1001 }, pictures), { reason: 'size', limit: 1000 });
  assert.equal(refusal({ name: 'a.bin', type: 'application/x', size: 5e6 }, {}), null);
});

test('limits may differ by type', () => {
  const rules = { maxSize: { 'image/*': 10, 'image/png': 20, '*': 5 } };
  const limitOf = (type: string) => refusal({ name: 'a', type, size: 1e6 }, rules);
  assert.deepEqual(limitOf('image/png'), { reason: 'size', limit: 20 });
  assert.deepEqual(limitOf('image/gif'), { reason: 'size', limit: 10 });
  assert.deepEqual(limitOf('text/plain'), { reason: 'size', limit: 5 });
});

test('the file dialog is told types and extensions', () => {
  assert.equal(acceptAttribute(pictures.accept), 'image/*,.png,.jpg');
  assert.equal(acceptAttribute(undefined), undefined);
});

test('messages count and fill in', () => {
  const t = createTranslate('en');
  assert.equal(t('workflow.thought.seconds', { n: 1 }), 'Thought for 1 second');
  assert.equal(t('workflow.thought.seconds', { n: 1200 }), 'Thought for 1,200 seconds');
  assert.equal(t('attachment.remove', { name: '{n}' }), 'Remove {n}');
  for (const text of Object.values(en)) assert.ok(text.trim() !== '');
});

test('an answer is read by the sentence', () => {
  const reader = new SentenceReader();
  assert.equal(reader.next('It is', false), '');
  assert.equal(reader.next('It is sunny. The wi', false), 'It is sunny.');
  assert.equal(reader.next('It is sunny. The wind is 3.5 km/h', false), '');
  assert.equal(reader.next('It is sunny. The wind is 3.5 km/h', true), 'The wind is 3.5 km/h');
  assert.equal(speakable('## **Hi** [there](https://a.example)\n- one'), 'Hi there one');
});

test('a text that begins once more after a break in the connection is not read once more', () => {
  const reader = new SentenceReader();
  assert.equal(reader.next('One. Two. Th', false), 'One. Two.');
  assert.equal(reader.next('One. T', false), '');
  assert.equal(reader.next('One. Two. Three. ', false), 'Three.');
  assert.equal(reader.next('Another answer. ', false), 'Another answer.', 'a text that was replaced is a new one');
});

test('what happens in a turn is told once, and nothing of what was loaded', () => {
  const t = createTranslate('en');
  const narrator = new Narrator();
  const said = (id: string, text: string, live = false): Entry => ({
    key: id,
    item: { id, thread_id: 't', created_at: '', type: 'assistant_message', content: [{ type: 'output_text', text, annotations: [] }] },
    live,
    sending: false,
  });
  const old = said('old', 'Long ago.');
  const tell = (entries: Entry[], busy = true, progress?: string) =>
    narrator.next({ ...EMPTY_THREAD, entries, progress: progress === undefined ? null : { text: progress } }, busy, t);
  assert.equal(tell([old], false), '');
  assert.equal(tell([old], true, 'Looking it up'), 'Looking it up');
  assert.equal(tell([old], true, 'Looking it up'), '');
  assert.equal(tell([old, said('a', 'First. Sec', true)]), 'First.');
  const card: Entry = { key: 'w', item: { id: 'w', thread_id: 't', created_at: '', type: 'widget', widget: { type: 'Card' } }, live: false, sending: false };
  assert.equal(tell([old, said('a', 'First. Second'), card]), 'Second A card was added.', 'the end of a message is not lost to what follows it');
  assert.equal(tell([old, said('a', 'First. Second'), card]), '');
  assert.equal(tell([old, said('a', 'First. Second'), card, said('b', 'The end')], false), 'The end', 'the last words come with the end');
  assert.equal(tell([]), '');
});

test('options have the defaults of the types', () => {
  const options = readOptions({ api: { url: '/chatkit', domainKey: 'any' } });
  assert.equal(options.problem, null);
  assert.deepEqual([options.feedback, options.retry, options.autoScroll, options.headerEnabled], [false, false, false, true]);
  assert.deepEqual(options.history, { enabled: true, showDelete: true, showRename: true });
  assert.equal(options.theme.colorScheme, 'light');
});

test('hosted mode and a missing address are said clearly', () => {
  assert.equal(readOptions({ api: { getClientSecret: async () => '' } }).problem, 'hosted');
  assert.equal(readOptions({} as ChatKitOptions).problem, 'url');
});

test('new closures are no new options', () => {
  const make = (label: string) => ({ a: [1, { f: () => label }], label });
  assert.ok(sameOptions(make('x'), make('x')));
  assert.ok(!sameOptions(make('x'), make('y')));
  assert.ok(!sameOptions({ a: 1 }, { a: 1, b: undefined }));
});

test('errors are read from JSON, and from nothing else', () => {
  const error = apiErrorFrom(429, '{"error":{"code":"busy","message":"Wait."}}');
  assert.deepEqual([error.status, error.code, error.words, error.message], [429, 'busy', 'Wait.', 'Wait.']);
  const { code, words, message } = apiErrorFrom(502, '<html>');
  assert.deepEqual([code, words, message], ['http_502', '', 'The server answered 502 (http_502).']);
});
