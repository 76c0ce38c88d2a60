// What goes wrong is told in the reader's language, with what can be done about it, and never in the server's English.

import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { watched } from './browser.mjs';
import { browser } from './running.mjs';
import { startServer } from './server.mjs';

/** A German reader's chat on a server of its own. */
async function german(settings) {
  const server = await startServer(settings);
  const opened = await watched(browser, server.url, { locale: 'de-DE' });
  // Refused requests are what this file is about.
  opened.allow(/status of [45]\d\d/);
  await opened.page.goto(server.url);
  const box = opened.page.getByRole('textbox', { name: 'Nachricht', exact: true });
  await box.waitFor();
  const say = async (text) => {
    await box.fill(text);
    await box.press('Enter');
  };
  const close = async () => {
    await opened.check();
    await server.stop();
  };
  return { ...opened, say, box, close };
}

/** A model server that answers every request in this way. */
async function modelThat(answer) {
  const model = http.createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await new Promise((resolve) => model.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = model.address();
  assert.ok(address && typeof address === 'object');
  return { url: `http://127.0.0.1:${address.port}/v1`, close: () => new Promise((resolve) => model.close(resolve)) };
}

const refusal = (status, code) => (response) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: 'an English sentence of the provider', code } }));
};

test('a message that is too long is refused in the reader\'s words, and its draft is kept', async () => {
  const { page, say, box, close } = await german({ MAX_MESSAGE_BYTES: '100' });
  const long = 'Wie wird das Wetter morgen? '.repeat(10);
  await say(long);
  await page.getByText('Diese Nachricht ist zu lang. Bitte kürzen Sie sie.').waitFor();
  assert.equal((await box.inputValue().catch(() => box.innerText())).trim(), long.trim());
  await close();
});

test('a file that is not what it claims to be is refused in the reader\'s words', async () => {
  const { page, close } = await german({});
  const file = { name: 'foto.png', mimeType: 'image/png', buffer: Buffer.from('das ist kein Bild') };
  await page.getByLabel('Dateien hinzufügen').first().setInputFiles(file);
  await page.getByText('Diese Datei ist nicht von der Art, die ihr Name angibt.').waitFor();
  await close();
});

test('a model that refuses this server is told, without a retry that cannot help', async () => {
  const model = await modelThat(refusal(401, 'invalid_api_key'));
  const { page, say, close } = await german({ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'm' });
  await say('Hallo');
  const alert = page.getByRole('alert').filter({ hasText: 'Dieser Assistent ist nicht richtig eingerichtet.' });
  await alert.waitFor();
  assert.equal(await alert.getByRole('button', { name: 'Erneut versuchen' }).count(), 0);
  assert.equal(await page.getByText('English sentence').count(), 0);
  await close();
  await model.close();
});

test('a model that breaks down is told, with a retry', async () => {
  const model = await modelThat(refusal(400, 'some_kind'));
  await model.close();
  const { page, say, close } = await german({ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'm' });
  await say('Hallo');
  const alert = page.getByRole('alert').filter({ hasText: 'Das Sprachmodell kann gerade nicht antworten.' });
  await alert.waitFor();
  assert.equal(await alert.getByRole('button').count(), 2, 'retry, and dismiss');
  await close();
});
