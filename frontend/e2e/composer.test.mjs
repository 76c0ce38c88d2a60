// The composer as its options shape it: tools, models, files, quotes, and threads that take no messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, screenshot } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { call, embed, requests, setOptions, told } from './embedded.mjs';
import { sunset } from './picture.mjs';
import { browser, server } from './running.mjs';

/** Answers messages. */
function answering(stub) {
  stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a1', 'The first answer'), stub.said('a2', 'and more of it'));
  return {};
}

test('tools are picked from the menu or pinned, and say how they are called', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await setOptions(page, () => ({
    composer: {
      placeholder: 'Say it',
      tools: [
        { id: 'research', label: 'Deep research', shortLabel: 'Research', placeholderOverride: 'What is to be found out?', icon: 'compass' },
        { id: 'image', label: 'Make an image', shortLabel: 'Image', icon: 'square-image', pinned: true, persistent: true },
      ],
      models: [
        { id: 'swift', label: 'Swift', description: 'For everyday questions' },
        { id: 'deep', label: 'Deep', description: 'Takes its time', default: true },
        { id: 'soon', label: 'Soon', disabled: true },
      ],
      attachments: { enabled: true },
    },
  }));
  assert.equal(await composer(page).getAttribute('placeholder'), 'Say it');
  await page.getByRole('button', { name: 'Add files and more' }).click();
  assert.deepEqual(await page.getByRole('menu').getByRole('menuitem').allInnerTexts(), ['Add files']);
  await page.getByRole('menuitemradio', { name: 'Deep research' }).click();
  await page.getByRole('button', { name: 'Remove Research' }).waitFor();
  assert.equal(await composer(page).getAttribute('placeholder'), 'What is to be found out?');
  await screenshot(page, 'composer-tools');
  await page.getByRole('button', { name: 'Image', exact: true }).click();
  assert.equal(await page.getByRole('button', { name: 'Remove Research' }).count(), 0, 'one tool at a time');
  assert.deepEqual((await told(page)).filter(([name]) => name === 'tool.change').map(([, { toolId }]) => toolId), ['research', 'image']);
  await page.getByRole('button', { name: 'Model: Deep' }).click();
  const soon = page.getByRole('menuitemradio', { name: 'Soon' });
  assert.equal(await soon.getAttribute('aria-disabled'), 'true');
  await screenshot(page, 'composer-models');
  await page.getByRole('menuitemradio', { name: /Swift/ }).click();
  await composer(page).fill('A boat');
  await composer(page).press('Enter');
  await log(page).getByText('The first answer').waitFor();
  assert.deepEqual((await requests(page, 'threads.create'))[0].params.input.inference_options, { tool_choice: { id: 'image' }, model: 'swift' });
  assert.equal(await page.getByRole('button', { name: 'Image', exact: true }).getAttribute('aria-pressed'), 'true', 'persistent');
  await setOptions(page, () => ({}));
  assert.deepEqual((await told(page)).filter(([name]) => name === 'tool.change').at(-1), ['tool.change', { toolId: null }], 'a tool no longer offered is given up');
  await check();
});

test('files are taken within their limits, pasted and dropped, and refused in words', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    let n = 0;
    stub.answers['attachments.create'] = ({ name, mime_type }) => ({
      id: `atc_${++n}`, type: mime_type.startsWith('image/') ? 'image' : 'file', name, mime_type, preview_url: '/favicon.svg',
      upload_descriptor: { url: `/upload/${n}`, method: 'POST', headers: {} },
    });
    return {
      composer: {
        attachments: {
          enabled: true,
          maxCount: 3,
          maxSize: { 'image/*': 100_000, 'text/plain': 10, '*': 20 },
          accept: { 'image/*': ['.png'], 'text/plain': ['.txt'], 'application/pdf': ['.pdf'] },
        },
      },
    };
  });
  const give = (how, files) =>
    page.evaluate(
      ([kind, given]) => {
        const data = new DataTransfer();
        for (const { name, type, size, bytes } of given) data.items.add(new File([bytes ? Uint8Array.from(bytes) : 'x'.repeat(size)], name, { type }));
        const root = document.querySelector('openai-chatkit').shadowRoot;
        const target = kind === 'paste' ? root.querySelector('textarea') : root.querySelector('.frame');
        const event = kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
        target.dispatchEvent(event);
      },
      [how, files],
    );
  await give('paste', [{ name: 'sunset.png', type: 'image/png', bytes: [...sunset()] }]);
  await page.getByRole('button', { name: 'Remove sunset.png' }).waitFor();
  await give('drop', [{ name: 'a.txt', type: 'text/plain', size: 11 }, { name: 'b.pdf', type: 'application/pdf', size: 21 }, { name: 'c.exe', type: 'application/x-exe', size: 1 }]);
  await page.getByText('“a.txt” is too large. Files can be up to 10 bytes.').waitFor();
  await page.getByText('“b.pdf” is too large. Files can be up to 20 bytes.').waitFor();
  await page.getByText('“c.exe” is not a supported file type.').waitFor();
  await give('drop', ['1.txt', '2.txt', '3.txt'].map((name) => ({ name, type: 'text/plain', size: 5 })));
  await page.getByText('You can add up to 3 files per message.').waitFor();
  await page.getByRole('button', { name: 'Remove 2.txt' }).waitFor();
  await call(page, 'setComposerValue', { text: 'What is to be seen here?', reply: 'The picture shows the sea at dusk, with a boat far out.' });
  await screenshot(page, 'composer-full');
  assert.equal((await requests(page, 'attachments.create')).length, 3);
  await setOptions(page, () => ({}));
  await give('paste', [{ name: 'late.png', type: 'image/png', bytes: [...sunset()] }]);
  assert.equal((await requests(page, 'attachments.create')).length, 3, 'nothing is taken when attachments are off');
  await check();
});

test('selected words of an answer can be replied to', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await call(page, 'sendUserMessage', { text: 'Hi' });
  // Drawn as Markdown by now: words that are drawn anew are no longer selected.
  const answer = log(page).getByRole('paragraph').getByText('The first answer');
  await answer.selectText();
  await page.getByRole('button', { name: 'Reply' }).waitFor();
  await screenshot(page, 'quote');
  await page.getByRole('button', { name: 'Reply' }).click();
  assert.equal((await call(page, 'getComposerValue')).reply, 'The first answer');
  assert.ok(await composer(page).evaluate((field) => field.getRootNode().activeElement === field));
  await page.getByRole('button', { name: 'Remove quote' }).click();
  assert.equal((await call(page, 'getComposerValue')).reply, null);
  await log(page).getByText('Hi', { exact: true }).selectText();
  await drawn(page);
  assert.equal(await page.getByRole('button', { name: 'Reply' }).count(), 0, 'only the assistant is quoted');
  await check();
});

test('a locked thread says why nothing can be written, a closed one has no composer', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    stub.answers['threads.get_by_id'] = ({ thread_id }) =>
      stub.thread({ id: thread_id, status: { type: thread_id, reason: `It is ${thread_id}` }, items: { data: [stub.said('a', 'So it ends').item], has_more: false } });
    return {};
  });
  await call(page, 'setThreadId', 'locked');
  await log(page).getByText('So it ends').waitFor();
  assert.equal(await composer(page).getAttribute('placeholder'), 'It is locked');
  assert.ok(await composer(page).isDisabled());
  await screenshot(page, 'locked');
  await call(page, 'setThreadId', 'closed');
  await page.getByText('It is closed').waitFor();
  assert.equal(await composer(page).count(), 0);
  await screenshot(page, 'closed');
  await call(page, 'setThreadId', null);
  await composer(page).waitFor();
  await check();
});

