// Errors are worded by their code, in the language of the reader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, apiErrorFrom } from '../src/client/errors.ts';
import { CATALOG_NAMES, loadCatalog } from '../src/i18n/locales.ts';
import { createTranslate } from '../src/i18n/translate.ts';
import { readEvent } from '../src/protocol/event.ts';
import { RETRY_HELPS } from '../src/protocol/generated/errors.ts';
import { wordsFor, wordsOfNotice } from '../src/state/error-words.ts';
import { explain } from '../src/state/explain.ts';
import { reduceThread } from '../src/state/reduce.ts';
import { EMPTY_THREAD } from '../src/state/thread-state.ts';

const german = async () => createTranslate('de', await loadCatalog('de'));
const params = { max: 7, max_bytes: 5 << 20, seconds: 9 };

for (const name of CATALOG_NAMES) {
  test(`every code has whole words in ${name}`, async () => {
    const t = createTranslate(name, await loadCatalog(name));
    for (const code of Object.keys(RETRY_HELPS)) {
      const words = wordsFor(code, params, t);
      if (code === 'custom') assert.equal(words, null, 'an application words its own errors');
      else assert.match(words ?? '', /^[^{}]+$/u, code);
    }
  });
}

test('numbers are written as the language writes them', async () => {
  const t = await german();
  const tooLarge = '{"error":{"code":"file_too_large","message":"At most 5242880 bytes.","ext_params":{"max_bytes":5242880}}}';
  assert.equal(explain(apiErrorFrom(413, tooLarge), t).message, 'Die Datei ist zu groß. Erlaubt sind höchstens 5 MB.');
  assert.equal(wordsFor('model_busy', { seconds: 1 }, t), 'Der Assistent ist beschäftigt. Bitte versuchen Sie es in 1 Sekunde erneut.');
  assert.equal(wordsFor('model_busy', {}, t), t('error.busy'), 'a wait that nobody knows is not made up');
});

test('what is not of the table keeps the words of its server', async () => {
  const t = await german();
  assert.equal(explain(new ApiError(402, 'no_credit', 'Buy more.'), t).message, 'Buy more.');
  assert.equal(explain(new ApiError(402, 'no_credit', ''), t).message, t('error.refused'));
  assert.equal(wordsFor('constructor', {}, t), null);
});

test('another try is offered only where it can help', async () => {
  const t = await german();
  const retryOf = (status: number, code: string) => explain(new ApiError(status, code, ''), t).allowRetry;
  assert.deepEqual([retryOf(502, 'model_timeout'), retryOf(502, 'model_misconfigured'), retryOf(502, 'of_a_proxy')], [true, false, true]);
});

test('an error within a stream brings its code along', () => {
  const event = readEvent({ type: 'error', code: 'custom', message: 'Busy.', allow_retry: true, ext_code: 'model_busy', ext_params: { seconds: 3 } });
  assert.ok(event);
  assert.deepEqual(reduceThread(EMPTY_THREAD, event).error, { code: 'model_busy', message: 'Busy.', allowRetry: true, params: { seconds: 3 } });
});

test('a notice with a code of the table is worded in the language of the reader, any other as its server words it', async () => {
  const t = await german();
  const words = (event: unknown) => {
    const read = readEvent(event);
    assert.ok(read);
    const item = reduceThread(EMPTY_THREAD, read).entries[0]?.item;
    assert.ok(item?.type === 'local.notice');
    return wordsOfNotice(item, t);
  };
  const notice = { type: 'notice', level: 'info', title: 'Busy', message: 'Please wait.' };
  assert.deepEqual(words({ ...notice, ext_code: 'model_busy', ext_params: { seconds: 1 } }), { message: wordsFor('model_busy', { seconds: 1 }, t) });
  assert.deepEqual(words(notice), { title: 'Busy', message: 'Please wait.' });
  assert.deepEqual(words({ ...notice, ext_code: 'of_the_application' }), { title: 'Busy', message: 'Please wait.' });
});
