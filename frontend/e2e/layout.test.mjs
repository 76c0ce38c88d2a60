// How the view follows an answer: in the thread's own box, with `autoScroll`, and with the page as the scroller.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, screenshot } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { call, embed, setOptions } from './embedded.mjs';
import { browser, server } from './running.mjs';

function long(stub) {
  const text = (n) => Array.from({ length: 12 }, (_, i) => `Paragraph ${n}.${i} says something that takes a line or two to say.`).join('\n\n');
  const data = Array.from({ length: 10 }, (_, n) => [
    stub.asked(`Question ${n}`, { id: `q${n}`, content: [{ type: 'input_text', text: `Question ${n}` }] }).item,
    stub.said(`a${n}`, text(n)).item,
  ]).flat();
  stub.answers['threads.get_by_id'] = ({ thread_id }) => stub.thread({ id: thread_id, title: 'Long', items: { data, has_more: false } });
  stub.answers['threads.add_user_message'] = (params) => [
    stub.asked('', { id: 'new', content: params.input.content }),
    stub.said('answer', text('new')),
  ];
  return { initialThread: 'long' };
}

const onScreen = (locator) =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight + 1;
  });
const position = (page) => page.evaluate(() => document.scrollingElement.scrollTop);

test('the page scrolls the thread, and the view follows as in a box of its own', async () => {
  const { page, check } = await embed(browser, server.url, long, { attributes: 'layout="document"', css: ' html,body{height:auto}' });
  await log(page).getByText('Paragraph 9.11').waitFor();
  await page.waitForFunction(() => document.scrollingElement.scrollTop > 100);
  assert.ok(await onScreen(log(page).getByText('Paragraph 9.11')), 'the newest is in view');
  assert.ok(await onScreen(composer(page)));
  const inner = await page.evaluate(() => getComputedStyle(document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller')).overflowY);
  assert.equal(inner, 'visible', 'there is no scroller inside of the page’s');
  await screenshot(page, 'document');

  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  assert.ok(await onScreen(page.getByRole('button', { name: 'Jump to latest' })));
  assert.ok(await onScreen(composer(page)), 'the composer stays in view');
  assert.ok(await onScreen(page.getByRole('button', { name: 'New chat' })), 'and so does the header');
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await page.waitForFunction(() => document.scrollingElement.scrollTop > 100);
  assert.ok(await onScreen(log(page).getByText('Paragraph 9.11')));

  await composer(page).fill('What else?');
  await composer(page).press('Enter');
  await log(page).getByText('Paragraph new.0').waitFor();
  await drawn(page);
  const question = log(page).getByText('What else?', { exact: true });
  assert.ok(await onScreen(question), 'the question is in view with the beginning of its answer');
  const below = await page.evaluate(() => {
    const root = document.querySelector('openai-chatkit').shadowRoot;
    const asked = Array.from(root.querySelectorAll('[data-question]')).at(-1).getBoundingClientRect().top;
    return asked - root.querySelector('.header').getBoundingClientRect().bottom;
  });
  assert.ok(below >= 0, `not under the header: ${below}`);

  await page.evaluate(() => scrollTo(0, 300));
  await drawn(page);
  const before = await position(page);
  await call(page, 'setComposerValue', { text: 'a\nb\nc\nd' });
  await drawn(page);
  assert.equal(await position(page), before, 'a reader who has gone back is left alone');
  await check();
});

test('autoScroll follows an answer to its end, unless the reader has gone back', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    stub.answers['threads.create'] = 'hold';
    stub.grow = (n) =>
      stub.streams[0].push(
        ...Array.from({ length: n }, () => ({
          type: 'thread.item.updated', item_id: 'a',
          update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: 'One more paragraph of a long answer.\n\n' },
        })),
      );
    return { thread: { autoScroll: true } };
  });
  const distance = () =>
    page.evaluate(() => {
      const view = document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller');
      return Math.round(view.scrollHeight - view.clientHeight - view.scrollTop);
    });
  const grown = async (n) => {
    const before = await page.evaluate(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller').scrollHeight);
    await page.evaluate((count) => stub.grow(count), n);
    await page.waitForFunction((height) => document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller').scrollHeight > height + 500, before);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  };
  await page.evaluate(() => void document.querySelector('openai-chatkit').sendUserMessage({ text: 'Tell me all' }).catch(() => undefined));
  await page.waitForFunction(() => stub.streams.length === 1);
  await page.evaluate(() =>
    stub.streams[0].push(stub.created(), stub.asked('Tell me all'), { ...stub.said('a', ''), type: 'thread.item.added' }),
  );
  await grown(60);
  assert.ok((await distance()) <= 2, `at the end: ${await distance()}`);
  await log(page).hover();
  await page.mouse.wheel(0, -600);
  await page.waitForFunction(() => {
    const view = document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller');
    return view.scrollHeight - view.clientHeight - view.scrollTop > 300;
  });
  const away = await distance();
  await grown(40);
  assert.ok((await distance()) > away + 500, 'the reader is left where they are');
  await setOptions(page, () => ({}));
  await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  await page.evaluate(() => stub.streams[0].close());
  await check();
});
