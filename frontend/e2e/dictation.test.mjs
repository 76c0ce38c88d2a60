// Dictation with a microphone that is not there: Chromium plays a beep into it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { composer, launch, screenshot } from './browser.mjs';
import { call, embed, requests, told } from './embedded.mjs';
import { server } from './running.mjs';

let browser;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
});
after(() => browser?.close());

function dictation(stub) {
  stub.answers['input.transcribe'] = () => new Promise((resolve) => (stub.answer = resolve));
  stub.answers['threads.get_by_id'] = ({ thread_id }) => stub.thread({ id: thread_id });
  return { composer: { dictation: { enabled: true }, models: [{ id: 'a', label: 'Swift' }] } };
}

const start = (page) => page.getByRole('button', { name: 'Dictate' }).click();
const bar = (page) => page.getByRole('group', { name: 'Dictation' });
const finish = (page) => page.getByRole('button', { name: 'Finish dictation' });
const listening = async (page) => {
  await bar(page).getByRole('timer').waitFor();
  // Something must have been said.
  await page.getByText(/^0:\d[1-9]$/).waitFor();
};

test('what is said is written into the draft, in the place of the caret', async () => {
  const { page, check } = await embed(browser, server.url, dictation);
  await composer(page).fill('Please: thanks');
  await composer(page).evaluate((field) => field.setSelectionRange(7, 7));
  await start(page);
  await listening(page);
  assert.equal(await bar(page).getByRole('status').innerText(), 'Listening');
  assert.equal(await page.evaluate(() => document.querySelector('openai-chatkit').shadowRoot.activeElement?.title), 'Finish dictation');
  await screenshot(page, 'dictation');
  await finish(page).click();
  await page.waitForFunction(() => typeof stub.answer === 'function');
  await screenshot(page, 'dictation-writing');
  await page.evaluate(() => stub.answer({ text: ' close the window ' }));
  await bar(page).waitFor({ state: 'detached' });
  assert.equal(await composer(page).inputValue(), 'Please: close the window thanks');
  const [{ params }] = await requests(page, 'input.transcribe');
  assert.ok(['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'].includes(params.mime_type), params.mime_type);
  const bytes = Buffer.from(params.audio_base64, 'base64');
  assert.ok(bytes.length > 1000, `${bytes.length} bytes`);
  if (params.mime_type.startsWith('audio/webm')) assert.equal(bytes.readUInt32BE(0), 0x1a45dfa3, 'it is a WebM file');
  await check();
});

test('a dictation that is cancelled, or left for another thread, writes nothing', async () => {
  const { page, check } = await embed(browser, server.url, dictation);
  await start(page);
  await listening(page);
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  await start(page);
  await listening(page);
  await call(page, 'setThreadId', 'other');
  await bar(page).waitFor({ state: 'detached' });
  assert.equal((await requests(page, 'input.transcribe')).length, 0);
  assert.equal(await composer(page).inputValue(), '');
  await check();
});

test('nobody is listened to who has gone to another window; what was said is kept', async () => {
  const { page, check } = await embed(browser, server.url, dictation);
  await start(page);
  await listening(page);
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await page.waitForFunction(() => typeof stub.answer === 'function');
  await page.evaluate(() => stub.answer({ text: 'Half a sentence' }));
  await bar(page).waitFor({ state: 'detached' });
  assert.equal(await composer(page).inputValue(), 'Half a sentence');
  await check();
});

for (const [what, answer, words] of /** @type {const} */ ([
  ['a server that takes no dictation', 501, 'This assistant cannot take dictation.'],
  ['a server that fails', 500, 'Answer 500'],
  ['silence', { text: '' }, 'Nothing was heard.'],
])) {
  test(`${what} is told in words, and can be tried again`, async () => {
    const { page, check } = await embed(browser, server.url, dictation);
    await page.evaluate((given) => (stub.answers['input.transcribe'] = given), answer);
    await start(page);
    await listening(page);
    await finish(page).click();
    await page.getByRole('alert').getByText(words).waitFor();
    await bar(page).waitFor({ state: 'detached' });
    const failed = (await told(page)).some(([name]) => name === 'error');
    assert.equal(failed, typeof answer === 'number');
    await screenshot(page, 'dictation-failed');
    await start(page);
    await page.getByRole('alert').getByText(words).waitFor({ state: 'detached' });
    await check();
  });
}

for (const [name, words] of /** @type {[string, RegExp][]} */ ([
  ['NotAllowedError', /may not be used/],
  ['NotFoundError', /No microphone was found/],
])) {
  test(`a microphone that cannot be had is told in words: ${name}`, async () => {
    const { page, check } = await embed(browser, server.url, dictation);
    await page.evaluate((reason) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', reason));
    }, name);
    await start(page);
    await page.getByRole('alert').getByText(words).waitFor();
    await bar(page).waitFor({ state: 'detached' });
    await check();
  });
}
