// What goes wrong on the way: refusals, lost connections, other paths to the script. And that everyone can use it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { answered, ask, composer, log, openChat, transcript } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { startProxy } from './cuttable-proxy.mjs';
import { browser, server, SLOWLY } from './running.mjs';
import { startServer } from './server.mjs';


test('a refused message comes back to the composer, with the reason in words', async () => {
  const { page, allow, check } = await openChat(browser, server.url);
  allow(/status of 503/);
  const body = JSON.stringify({ error: { code: 'busy', message: 'All seats are taken.' } });
  await page.route('**/chatkit', (route) => route.fulfill({ status: 503, contentType: 'application/json', body }));
  await composer(page).fill('Hello there');
  await composer(page).press('Enter');
  await page.getByRole('alert').getByText('All seats are taken.').waitFor();
  assert.equal(await composer(page).inputValue(), 'Hello there');
  await page.unroute('**/chatkit');
  await composer(page).press('Enter');
  await answered(page);
  assert.match(await transcript(page), /Hello there \S/);
  assert.equal(await page.getByRole('alert').getByText('All seats are taken.').count(), 0);
  await check();
});

test('a server out of reach is told in words', async () => {
  const { page, allow, check } = await openChat(browser, server.url);
  allow(/ERR_/);
  await page.route('**/chatkit', (route) => route.abort('connectionrefused'));
  await composer(page).fill('Hello');
  await composer(page).press('Enter');
  await page.getByRole('alert').getByText(/could not be reached/).waitFor();
  assert.equal(await composer(page).inputValue(), 'Hello');
  await check();
});

test('an answer goes on where the connection broke', async (t) => {
  const slow = await startServer(SLOWLY);
  const proxy = await startProxy(slow.url);
  t.after(() => proxy.stop().then(slow.stop));
  const { page, allow, check } = await openChat(browser, proxy.url);
  allow(/ERR_/);
  await ask(page, "What's the weather like in Tokyo?");
  const whole = (await transcript(page)).length;
  await composer(page).fill("And what's the weather like in Oslo?");
  await composer(page).press('Enter');
  await page.waitForFunction((length) => {
    const log = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]');
    return log.innerText.length > length + 60;
  }, whole);
  proxy.cut();
  await answered(page);
  const answer = (await transcript(page)).split("And what's the weather like in Oslo?");
  assert.equal(answer.length, 2, 'the question is there once');
  assert.match(answer[1], /Oslo.*Humidity/i);
  assert.equal(answer[1].match(/At a glance/g)?.length, 1, 'the card is there once');
  assert.equal(await page.getByRole('alert').filter({ hasText: /wrong|reached/ }).count(), 0);
  await check();
});

test('a thread that is gone is told, and the next message begins a new one', async () => {
  const { page, allow, check } = await openChat(browser, server.url);
  allow(/status of 404/);
  const refused = await page.evaluate(() => document.querySelector('openai-chatkit').setThreadId('thr_gone').catch((error) => error.message));
  assert.match(refused, /no longer exists/);
  await page.getByRole('alert').getByText('This conversation no longer exists.').waitFor();
  await ask(page, "What's the current time?");
  assert.match(await transcript(page), /\d{1,2}:\d{2}/);
  await check();
});

test("the script works from the original's path", async () => {
  const { page, check } = await openChat(browser, server.url);
  await page.route(`${server.url}/`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('"/chatkit.js"', '"/deployments/chatkit/chatkit.js"');
    await route.fulfill({ response, body });
  });
  await page.reload();
  await composer(page).waitFor();
  await check();
});

test('the page may call every method, before the chat is there too', async () => {
  const { page, check } = await openChat(browser, server.url);
  const result = await page.evaluate(async () => {
    const element = document.createElement('openai-chatkit');
    const events = [];
    for (const name of ['ready', 'thread.change', 'response.start', 'response.end', 'history.open', 'history.close']) {
      element.addEventListener(`chatkit.${name}`, ({ detail }) => events.push([name, detail]));
    }
    element.setOptions({ api: { url: '/chatkit', domainKey: 'any' } });
    document.body.replaceChildren(element);
    await element.setComposerValue({ text: 'a draft', reply: 'a quote' });
    const draft = await element.getComposerValue();
    await element.focusComposer();
    const focused = element.shadowRoot.activeElement?.tagName;
    await element.sendUserMessage({ text: "What's the current time?" });
    await element.showHistory();
    await element.hideHistory();
    await element.fetchUpdates();
    await element.setThreadId(null);
    const refused = await element.sendCustomAction({ type: 'x' }).then(() => null, (error) => error.message);
    return { events: events.map(([name]) => name), draft, focused, refused };
  });
  assert.equal(result.draft.text, 'a draft');
  assert.equal(result.draft.reply, 'a quote');
  assert.equal(result.focused, 'TEXTAREA');
  assert.match(result.refused, /no thread/);
  assert.deepEqual(result.events, [
    'ready',
    'response.start',
    'thread.change',
    'response.end',
    'history.open',
    'history.close',
    'thread.change',
  ]);
  await check();
});

test('Shift+Enter makes a line, and an input method keeps its Enter', async () => {
  const { page, check } = await openChat(browser, server.url);
  await composer(page).fill('one');
  await composer(page).press('Shift+Enter');
  await composer(page).pressSequentially('two');
  assert.equal(await composer(page).inputValue(), 'one\ntwo');
  await composer(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
  assert.equal(await composer(page).inputValue(), 'one\ntwo');
  await check();
});

test('nothing moves while an answer is being read', async () => {
  const { page, check } = await openChat(browser, server.url, { viewport: { width: 900, height: 480 } });
  await ask(page, "What's the weather like in Tokyo?");
  await log(page).evaluate((scroller) => (scroller.scrollTop = 0));
  await drawn(page);
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'detached' });
  await check();
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`no barrier is found, ${colorScheme}`, async () => {
    const { page, check } = await openChat(browser, server.url, { colorScheme, strict: false, reducedMotion: 'reduce' });
    /** @type {[string, () => Promise<unknown>][]} */
    const states = [
      ['start', async () => undefined],
      ['weather', () => ask(page, "What's the weather like in Tokyo?")],
      ['cities', () => ask(page, 'Show me available cities')],
      ['history', () => page.getByRole('button', { name: 'Chat history' }).click()],
    ];
    for (const [name, enter] of states) {
      await enter();
      await drawn(page);
      const found = await violations(page);
      assert.deepEqual(found, [], name);
    }
    await check();
  });
}
