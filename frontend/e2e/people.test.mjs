// The chat without a mouse, without a screen, and on a phone: focus, announcements, the keyboard's room, the network.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everything } from './barriers.mjs';
import { answered, composer, log, openChat, sendButton, stopButton } from './browser.mjs';
import { call, embed } from './embedded.mjs';
import { sunset } from './picture.mjs';
import { browser, server, SLOWLY } from './running.mjs';
import { startServer } from './server.mjs';

/** What has the focus, and whether it can be seen that it has. */
const focus = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('openai-chatkit').shadowRoot;
    const element = root.activeElement;
    if (!element) return { name: null, seen: false };
    const box = element.closest('.composer') && element.matches('textarea') ? element.closest('.composer') : element;
    const { outlineStyle, outlineWidth, borderColor, boxShadow } = getComputedStyle(box);
    return {
      name: element.getAttribute('aria-label') ?? element.innerText,
      seen: element.matches(':focus-visible') && ((outlineStyle !== 'none' && outlineWidth !== '0px') || (box !== element && (borderColor !== '' || boxShadow !== 'none'))),
    };
  });
const focusIs = async (page, name) => {
  await page.waitForFunction(
    (wanted) => {
      const element = document.querySelector('openai-chatkit').shadowRoot.activeElement;
      return element && (element.getAttribute('aria-label') ?? element.innerText) === wanted;
    },
    name,
  );
  assert.ok((await focus(page)).seen, `the focus on ${name} can be seen`);
};
/** Presses Tab until something has the focus; fails when that takes more than a round. */
async function tabTo(page, name, key = 'Tab') {
  const passed = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press(key);
    const at = await focus(page);
    passed.push(at.name);
    if (at.name === name) return assert.ok(at.seen, `the focus on ${name} can be seen`);
  }
  assert.fail(`${name} cannot be reached by ${key}, only ${passed.join(', ')}`);
}

test('the whole conversation can be held with the keyboard, and the focus is never lost', async () => {
  const { page, check } = await openChat(browser, server.url);
  await page.locator('openai-chatkit').evaluate((/** @type {any} */ element) => element.focusComposer());
  await page.keyboard.type("What's the current time?");
  await page.keyboard.press('Enter');
  await log(page).getByText("What's the current time?", { exact: true }).waitFor();
  await answered(page);
  await focusIs(page, 'Message');
  await page.keyboard.press('F6');
  await focusIs(page, 'Conversation');
  await page.keyboard.press('F6');
  await focusIs(page, 'Message');

  await page.keyboard.type('Show me available cities');
  await page.keyboard.press('Enter');
  await log(page).getByRole('button', { name: 'Miami, FL' }).waitFor();
  await answered(page);
  await tabTo(page, 'Miami, FL', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await log(page).getByText(/Humidity/i).first().waitFor();
  await answered(page);
  assert.notEqual((await focus(page)).name, null, 'the card that was chosen from may be gone, the focus is not');
  await tabTo(page, 'Copy');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Copied');

  const chooser = page.waitForEvent('filechooser');
  await tabTo(page, 'Add files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({ name: 'sunset.png', mimeType: 'image/png', buffer: sunset() });
  await focusIs(page, 'Message');
  await page.keyboard.type('What is in this picture?');
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await log(page).getByRole('button', { name: 'View sunset.png' }).waitFor();
  await answered(page);
  await tabTo(page, 'View sunset.png', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('.viewer img').waitFor();
  await page.keyboard.press('Escape');
  await focusIs(page, 'View sunset.png');

  await tabTo(page, 'Chat history', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Close chat history');
  await page.keyboard.press('Escape');
  await focusIs(page, 'Chat history');
  await page.keyboard.press('Enter');
  await tabTo(page, (await page.getByRole('dialog').getByRole('listitem').first().getByRole('button').first().innerText()));
  await page.keyboard.press('F2');
  await focusIs(page, 'Title of the chat');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('A walk without a mouse');
  await page.keyboard.press('Enter');
  await focusIs(page, 'A walk without a mouse');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.activeElement?.matches('[role=menuitem]'));
  await page.keyboard.press('Escape');
  assert.match((await focus(page)).name, /^Options for/);
  await page.keyboard.press('Escape');
  await focusIs(page, 'Chat history');
  await page.keyboard.press('Enter');
  await tabTo(page, 'A walk without a mouse');
  await page.keyboard.press('Delete');
  await focusIs(page, 'Cancel');
  await page.keyboard.press('Escape');
  await focusIs(page, 'A walk without a mouse');
  await page.keyboard.press('Delete');
  await focusIs(page, 'Cancel');
  await page.keyboard.press('Tab');
  await focusIs(page, 'Delete');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Close chat history');
  await page.getByText('No chats yet').waitFor();
  await page.keyboard.press('Escape');
  await focusIs(page, 'Chat history');
  await tabTo(page, 'New chat');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Message');
  await check();
});

test('menus, lists, feedback, retry and stop are worked by keyboard', async () => {
  const { page, check } = await embed(browser, server.url, everything, { data: { locale: 'en', threads: {} } });
  await page.locator('openai-chatkit').evaluate((/** @type {any} */ element) => element.focusComposer());
  await tabTo(page, 'Add files and more');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Add files');
  await page.keyboard.press('ArrowUp');
  await focusIs(page, 'Deep research');
  await page.keyboard.press('Escape');
  await focusIs(page, 'Add files and more');
  await page.keyboard.press('ArrowUp');
  await focusIs(page, 'Deep research');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Message');
  await tabTo(page, 'Remove Research');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Message');
  await tabTo(page, 'Model: Swift');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.activeElement?.role === 'menuitemradio');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Model: Thorough');

  await page.keyboard.press('F6');
  await tabTo(page, 'Message');
  await page.keyboard.type('How deep is @nor');
  await page.getByRole('option', { name: 'Northern reef' }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('openai-chatkit textarea').inputValue(), 'How deep is @Northern reef ');
  await page.keyboard.type('today? /');
  await page.getByRole('option', { name: 'Hand over' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await log(page).getByText('It was mapped in 1998').waitFor();
  await answered(page);
  await focusIs(page, 'Message');

  await tabTo(page, 'Good response', 'Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal(await log(page).getByRole('button', { name: 'Good response' }).getAttribute('aria-pressed'), 'true');
  await focusIs(page, 'Good response');
  await page.evaluate(() => (stub.answers['threads.retry_after_item'] = 'hold'));
  await tabTo(page, 'Try again');
  await page.keyboard.press('Enter');
  await stopButton(page).waitFor();
  // The button that was pressed goes with the answer, and the focus goes on to another.
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.activeElement !== null);
  assert.notEqual((await focus(page)).name, null);
  await tabTo(page, 'Stop answering');
  await page.keyboard.press('Enter');
  await sendButton(page).waitFor();
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.activeElement !== null);
  await check();
});

test('what goes away leaves the focus to what is nearest', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    stub.answers['threads.create'] = 'hold';
    stub.answers['ext.threads.stop'] = () => (stub.streams.at(-1).close(), {});
    return { composer: { attachments: { enabled: true } } };
  });
  const event = (...events) => page.evaluate((given) => stub.streams.at(-1).push(...given.map((one) => (one === 'created' ? stub.created() : one === 'asked' ? stub.asked('Hi') : one))), events);
  await composer(page).fill('Hi');
  await composer(page).press('Enter');
  await stopButton(page).focus();
  await event('created', 'asked', { type: 'error', code: 'custom', message: 'Out of paper', allow_retry: true });
  await page.evaluate(() => stub.streams.at(-1).close());
  await page.getByRole('alert').getByText('Out of paper').waitFor();
  await focusIs(page, 'Message');

  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).focus();
  await page.keyboard.press('Enter');
  await focusIs(page, 'Conversation');

  await call(page, 'setComposerValue', { reply: 'Some words' });
  await page.getByRole('button', { name: 'Remove quote' }).focus();
  await page.keyboard.press('Enter');
  await focusIs(page, 'Message');
  await check();
});

test('an answer is read by the sentence, once, and an error at once', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    stub.answers['threads.create'] = 'hold';
    window.spoken = [];
    const root = document.querySelector('openai-chatkit').shadowRoot;
    const listen = () => {
      const region = root.querySelector('[role=status][aria-live=polite]');
      if (!region) return requestAnimationFrame(listen);
      new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    };
    listen();
    return {};
  });
  const text = 'The reef lies off the coast. It is 40 km long and was mapped in 1998. Boats keep their distance! ';
  await composer(page).fill('Hi');
  await composer(page).press('Enter');
  await stopButton(page).waitFor();
  await page.evaluate(async (whole) => {
    const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z', type: 'assistant_message' };
    const stream = stub.streams.at(-1);
    stream.push(stub.created(), stub.asked('Hi'), { type: 'thread.item.added', item: { ...at, id: 's', content: [{ type: 'output_text', text: '', annotations: [] }] } });
    for (const token of whole.match(/\S+\s*/g)) {
      stream.push({ type: 'thread.item.updated', item_id: 's', update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: token } });
      await new Promise(requestAnimationFrame);
    }
  }, text.repeat(4));
  await page.waitForFunction(() => window.spoken.join(' ').split('distance!').length > 4);
  const spoken = await page.evaluate(() => window.spoken);
  for (const words of spoken) assert.match(words, /[.!]$/, 'whole sentences, however slowly they come');
  assert.equal(spoken.join(' ').split('mapped in 1998').length - 1, 4, 'each sentence once');
  assert.equal(await log(page).getAttribute('aria-live'), 'off', 'the thread itself is not read token by token');
  await page.evaluate(() => {
    stub.streams.at(-1).push({ type: 'error', code: 'custom', message: 'Out of paper', allow_retry: false });
    stub.streams.at(-1).close();
  });
  await page.getByRole('alert').getByText('Out of paper').waitFor();
  await sendButton(page).waitFor();
  assert.ok(!(await page.evaluate(() => window.spoken.join(' '))).includes('Out of paper'), 'not twice');
  await check();
});

test('a server that goes away in the middle of an answer is told, waited for, and nothing is told twice', async (t) => {
  const own = await startServer(SLOWLY);
  t.after(() => own.stop());
  const { page, allow, check } = await openChat(browser, own.url);
  allow(/ERR_|status of 40/);
  await page.evaluate(() => {
    window.spoken = [];
    const region = document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=status][aria-live=polite]');
    new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await composer(page).fill("What's the weather like in Oslo?");
  await composer(page).press('Enter');
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('.md p, .widget'));
  await own.kill();
  await log(page).getByText('Connection lost').waitFor();
  await composer(page).fill('Half a thought');
  await page.waitForFunction(() => window.spoken.some((text) => text.includes('Connection lost')));
  await own.restart();
  await log(page).getByText('Connection lost').waitFor({ state: 'detached', timeout: 30_000 });
  await answered(page);
  assert.equal(await composer(page).inputValue(), 'Half a thought', 'what was being written is still there');
  assert.equal(await log(page).getByText("What's the weather like in Oslo?", { exact: true }).count(), 1);
  await composer(page).fill("What's the current time?");
  await composer(page).press('Enter');
  await log(page).getByText("What's the current time?", { exact: true }).waitFor();
  await answered(page);
  await page.waitForFunction(() => /\d:\d\d/.test(window.spoken.at(-1)));
  const sentences = (await page.evaluate(() => window.spoken)).join(' ').split(/(?<=[.!?…])\s+/).filter((text) => text !== 'The assistant is answering.');
  assert.deepEqual(sentences.filter((text, index) => sentences.indexOf(text) !== index), [], 'no sentence twice');
  await check();
});

test('without a network the chat says so, keeps what is written, and says when it is back', async () => {
  const { page, context, allow, check } = await embed(browser, server.url, (stub) => {
    stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a', 'Welcome'));
    return {};
  });
  // What the element would have fetched ahead of its use.
  allow(/ERR_INTERNET_DISCONNECTED/);
  await composer(page).fill('Half a thought');
  await context.setOffline(true);
  const note = page.locator('.offline-note');
  await note.getByText('You are offline').waitFor();
  await page.getByRole('status').getByText('You are offline').waitFor({ state: 'attached' });
  assert.equal(await composer(page).inputValue(), 'Half a thought');
  await context.setOffline(false);
  await note.waitFor({ state: 'detached' });
  await page.getByRole('status').getByText('You are online again').waitFor({ state: 'attached' });
  await composer(page).press('Enter');
  await log(page).getByText('Welcome').waitFor();
  await check();
});

test('a history whose code is out of reach says so, leaves the chat as it was, and opens once it is in reach', async () => {
  const { page, allow, check } = await embed(
    browser,
    server.url,
    (stub) => {
      stub.answers['threads.list'] = { data: [], has_more: false };
      return {};
    },
    { prepare: (prepared) => prepared.route('**/history-panel*', (route) => route.abort()) },
  );
  allow(/ERR_FAILED/);
  await page.getByRole('button', { name: 'Chat history' }).click();
  await page.getByRole('alert').getByText('Chats could not be loaded').waitFor();
  await composer(page).fill('Still here');
  await page.unroute('**/history-panel*');
  await page.getByRole('button', { name: 'Chat history' }).click();
  await page.getByRole('dialog', { name: 'Chat history' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await composer(page).inputValue(), 'Still here');
  await check();
});

test('a list runs as its words do, and a title is cut off at its own end, whatever the direction of the interface', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    const title = 'A very long title of a chat that was about a great many things and does not fit into its row';
    stub.answers['threads.list'] = { data: [stub.thread({ id: 't', title })], has_more: false };
    stub.answers['threads.get_by_id'] = stub.thread({
      items: { data: [stub.said('a', '- One of the reefs\n- Another\n\nand\n\n1. الأول\n2. الثاني').item], has_more: false },
    });
    return { locale: 'ar', initialThread: 'thr' };
  });
  await page.getByText('One of the reefs').waitFor();
  const directions = await page.evaluate(() =>
    Array.from(document.querySelector('openai-chatkit').shadowRoot.querySelectorAll('.md :is(ul, ol, li)'), (element) => `${element.localName} ${getComputedStyle(element).direction}`),
  );
  assert.deepEqual(directions, ['ul ltr', 'li ltr', 'li ltr', 'ol rtl', 'li rtl', 'li rtl']);
  await call(page, 'showHistory');
  const row = page.getByRole('dialog').getByRole('button', { name: /^A very long title/ });
  const shown = await row.evaluate((element) => {
    const range = document.createRange();
    range.setStart(element.firstChild, 0);
    range.setEnd(element.firstChild, 1);
    const [letter, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
    return letter.left >= box.left && element.scrollWidth > element.clientWidth;
  });
  assert.ok(shown, 'its first letter is seen');
  await check();
});

test('the keyboard of a phone does not cover what is written', async () => {
  const { page, check } = await embed(
    browser,
    server.url,
    () => ({}),
    { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true },
  );
  const bottom = () => composer(page).evaluate((field) => field.closest('.composer').getBoundingClientRect().bottom);
  assert.ok((await bottom()) > 600);
  await page.evaluate(() => {
    const view = window.visualViewport;
    Object.defineProperty(view, 'height', { configurable: true, get: () => innerHeight - 300 });
    view.dispatchEvent(new Event('resize'));
  });
  assert.ok((await bottom()) <= 400, `${await bottom()} px`);
  await page.evaluate(() => {
    delete (/** @type {any} */ (window.visualViewport).height);
    window.visualViewport.dispatchEvent(new Event('resize'));
  });
  assert.ok((await bottom()) > 600);
  await check();
});
