// One conversation in several tabs, and over connections that come and go.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answered, ask, composer, log, openChat, transcript } from './browser.mjs';
import { startProxy } from './cuttable-proxy.mjs';
import { eventually } from './eventually.mjs';
import { browser, SLOWLY } from './running.mjs';
import { startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer(SLOWLY);
});
after(() => server?.stop());

/** Records which thread is opened from now on. Returns a function that waits for its id. */
async function threadOf(page) {
  await page.evaluate(() => {
    document.querySelector('openai-chatkit').addEventListener('chatkit.thread.change', ({ detail }) => (window.threadId = detail.threadId));
  });
  return () => eventually('the thread to be known', () => page.evaluate(() => window.threadId));
}

/** A second tab of the same browser, with the same thread open. */
async function secondTab(context, url, threadId) {
  const page = await context.newPage();
  await page.goto(url);
  await composer(page).waitFor();
  await page.evaluate((id) => document.querySelector('openai-chatkit').setThreadId(id), threadId);
  await log(page).waitFor();
  return page;
}

/** The words of both tabs, once they are the same and neither is answering. */
async function sameWords(...pages) {
  for (const page of pages) await answered(page);
  for (const page of pages) await log(page).getByText('Humidity', { exact: true }).last().waitFor();
  const [first, ...others] = await Promise.all(pages.map(transcript));
  for (const other of others) assert.equal(other, first);
  return first;
}

test('a second tab shows the answer while it is written, and can go on with it', async () => {
  const { page, context, check } = await openChat(browser, server.url);
  const known = await threadOf(page);
  await ask(page, "What's the weather like in Tokyo?");
  const other = await secondTab(context, server.url, await known());
  await sameWords(page, other);
  await composer(page).fill("And what's the weather like in Oslo?");
  await composer(page).press('Enter');
  // Live: the other tab can be asked to stop it.
  await other.getByRole('button', { name: 'Stop answering' }).waitFor();
  await log(other).getByText("And what's the weather like in Oslo?").waitFor();
  const words = await sameWords(page, other);
  assert.equal(words.match(/And what's the weather like in Oslo\?/g).length, 1);
  await ask(other, "And what's the weather like in Rome?");
  await log(page).getByText("And what's the weather like in Rome?").waitFor();
  assert.match(await sameWords(page, other), /Rome.*Humidity/);
  await other.close();
  await check();
});

test('a reload in the middle of an answer goes on without a gap or a double', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the weather like in Tokyo?");
  const whole = (await transcript(page)).length;
  await composer(page).fill("And what's the weather like in Lima?");
  await composer(page).press('Enter');
  await page.waitForFunction((length) => {
    const shown = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]');
    return shown.innerText.length > length + 60;
  }, whole);
  await page.reload();
  await log(page).getByText("And what's the weather like in Lima?").waitFor();
  await answered(page);
  await log(page).getByText('Humidity', { exact: true }).nth(1).waitFor();
  const words = await transcript(page);
  assert.equal(words.match(/And what's the weather like in Lima\?/g).length, 1);
  const [, answer] = words.split("And what's the weather like in Lima?");
  assert.equal(answer.match(/At a glance/g)?.length, 1, 'the card is there once');
  assert.match(answer, /Lima.*Humidity/);
  await page.reload();
  await log(page).getByText('Humidity', { exact: true }).nth(1).waitFor();
  assert.equal(await transcript(page), words, 'what was shown is what was stored');
  await check();
});

test('a lost connection is told, and the answer goes on when it is back', async (t) => {
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  const { page, context, allow, check } = await openChat(browser, proxy.url);
  allow(/ERR_/);
  await ask(page, "What's the weather like in Tokyo?");
  await composer(page).fill("And what's the weather like in Cairo?");
  await composer(page).press('Enter');
  await page.getByRole('button', { name: 'Stop answering' }).waitFor();
  await log(page).getByText(/Cairo.*:/).waitFor();
  await context.setOffline(true);
  proxy.cut();
  await log(page).getByText(/You are offline/).waitFor();
  await context.setOffline(false);
  await answered(page);
  await log(page).getByText('Humidity', { exact: true }).nth(1).waitFor();
  assert.equal(await page.getByRole('alert').filter({ hasText: /wrong|reached/ }).count(), 0);
  assert.equal((await transcript(page)).match(/At a glance/g).length, 2);
  await check();
});

test('a thread that could not be loaded is there once the network is back', async () => {
  const { page, context, allow, check } = await openChat(browser, server.url);
  allow(/ERR_/);
  const known = await threadOf(page);
  await ask(page, "What's the weather like in Tokyo?");
  const threadId = await known();
  await context.setOffline(true);
  await page.evaluate((id) => document.querySelector('openai-chatkit').setThreadId(id).catch(() => undefined), threadId);
  await page.getByRole('alert').getByText(/could not be reached/).waitFor();
  await context.setOffline(false);
  await log(page).getByText('Humidity', { exact: true }).waitFor();
  await check();
});
