// A stopped answer is over: nothing of it reaches into what comes next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, sendButton, stopButton } from './browser.mjs';
import { embed, requests } from './embedded.mjs';
import { browser, server } from './running.mjs';

/** A server that counts its events and writes until it is stopped. */
function counting(stub) {
  stub.answers['threads.create'] = stub.answers['threads.add_user_message'] = 'hold';
  stub.answers['ext.threads.stop'] = () => {
    stub.streams.at(-1).close();
    return {};
  };
}

/** Says something and waits until its stream is open. */
async function say(page, text, streams) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
  await page.waitForFunction((count) => stub.streams.length === count, streams);
}

const begin = (page, id) =>
  page.evaluate(
    (answer) =>
      stub.streams.at(-1).pushCounted(
        stub.created(),
        stub.asked('Go on for long', { id: `q-${answer}` }),
        stub.said(answer, `Begun ${answer}`),
      ),
    id,
  );

const embedWithClock = () => embed(browser, server.url, counting, { prepare: (page) => page.clock.install() });

test('a message that follows a stopped answer is sent by the first Enter, however long one waits', async () => {
  const { page, check } = await embedWithClock();
  await say(page, 'Go on for long', 1);
  await begin(page, 'a1');
  await log(page).getByText('Begun a1').waitFor();
  await stopButton(page).click();
  await sendButton(page).waitFor();
  await page.clock.fastForward(10_000);
  await say(page, 'Something else', 2);
  assert.equal((await requests(page, 'threads.add_user_message')).length, 1);
  await check();
});

test('an answer that begins soon after a stop is not cut by it', async () => {
  const { page, check } = await embedWithClock();
  await say(page, 'Go on for long', 1);
  await begin(page, 'a1');
  await log(page).getByText('Begun a1').waitFor();
  await stopButton(page).click();
  await sendButton(page).waitFor();
  await say(page, 'Something else', 2);
  await begin(page, 'a2');
  await log(page).getByText('Begun a2').waitFor();
  await page.clock.fastForward(10_000);
  assert.equal(await page.evaluate(() => stub.streams[1].aborted), false);
  await page.evaluate(() => {
    stub.streams[1].pushCounted(stub.said('a3', 'The end of it'));
    stub.streams[1].close();
  });
  await log(page).getByText('The end of it').waitFor();
  await sendButton(page).waitFor();
  await check();
});

test('a stop that the server does not answer cuts the connection after three seconds', async () => {
  const { page, check } = await embedWithClock();
  await page.evaluate(() => (stub.answers['ext.threads.stop'] = () => new Promise(() => undefined)));
  await say(page, 'Go on for long', 1);
  await begin(page, 'a1');
  await log(page).getByText('Begun a1').waitFor();
  await stopButton(page).click();
  await page.getByRole('button', { name: 'Stopping' }).waitFor();
  await page.clock.fastForward(3_000);
  await sendButton(page).waitFor();
  assert.equal(await page.evaluate(() => stub.streams[0].aborted), true);
  await check();
});
