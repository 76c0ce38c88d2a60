// Tags and commands in the composer: written inline, found by typing, sent in their order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, screenshot } from './browser.mjs';
import { drawn, timersRun } from './eventually.mjs';
import { call, calls, embed, forget, requests } from './embedded.mjs';
import { browser, server } from './running.mjs';

const field = (page) => page.locator('openai-chatkit textarea').first();
const list = (page) => page.getByRole('listbox');
const option = (page, name) => list(page).getByRole('option', { name });
const active = (page) =>
  field(page).evaluate((input) => input.getRootNode().getElementById(input.getAttribute('aria-activedescendant'))?.innerText);

/** People and papers; `slow` answers after the others. */
function people(stub) {
  stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a', 'Noted'));
  const all = [
    { id: 'h', title: 'Harry Potter', icon: 'user', group: 'People', interactive: true, data: { house: 'Gryffindor' } },
    { id: 'g', title: 'Hermione Granger', icon: 'user', group: 'People' },
    { id: 'm', title: 'Marauder’s Map', icon: 'map-pin', group: 'Papers', interactive: true },
  ];
  return {
    entities: {
      showComposerMenu: true,
      onTagSearch: async (query) => {
        stub.calls.push(['search', query]);
        if (query === 'slow') await new Promise((resolve) => (stub.release = resolve));
        if (query === 'fail') throw new Error('no index');
        return all.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()));
      },
      onClick: stub.call('click'),
      onRequestPreview: stub.call('preview', async ({ title, data }) => ({
        preview: {
          type: 'Basic',
          children: [{ type: 'Title', value: title, size: 'sm' }, { type: 'Text', value: data?.house ?? 'Nobody knows' }],
        },
      })),
    },
  };
}

test('a tag is found by typing, chosen with the keyboard, and sent where it was written', async () => {
  const { page, check } = await embed(browser, server.url, people);
  await field(page).pressSequentially('Ask @h');
  await option(page, 'Hermione Granger').waitFor();
  assert.equal(await field(page).getAttribute('role'), 'combobox');
  assert.equal(await field(page).getAttribute('aria-expanded'), 'true');
  assert.equal(await active(page), 'Harry Potter');
  await screenshot(page, 'tags-menu');
  await page.keyboard.press('ArrowDown');
  assert.equal(await active(page), 'Hermione Granger');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await list(page).waitFor({ state: 'detached' });
  assert.equal(await field(page).getAttribute('role'), null, 'a plain field again');
  await field(page).pressSequentially('about the @mar');
  await option(page, 'Marauder’s Map').click();
  await field(page).pressSequentially('today');
  assert.equal(await field(page).inputValue(), 'Ask @Harry Potter about the @Marauder’s Map today');
  await screenshot(page, 'tags');
  const { content } = await call(page, 'getComposerValue');
  const sent = [
    { type: 'input_text', text: 'Ask ' },
    { type: 'input_tag', id: 'h', text: 'Harry Potter', data: { house: 'Gryffindor' }, group: 'People', interactive: true },
    { type: 'input_text', text: ' about the ' },
    { type: 'input_tag', id: 'm', text: 'Marauder’s Map', data: {}, group: 'Papers', interactive: true },
    { type: 'input_text', text: ' today' },
  ];
  assert.deepEqual(content, sent);
  await page.keyboard.press('Enter');
  await log(page).getByText('Noted').waitFor();
  assert.deepEqual((await requests(page, 'threads.create'))[0].params.input.content, sent);
  assert.equal(await field(page).inputValue(), '');
  await check();
});

test('a tag is deleted as one thing, and an undo brings it back', async () => {
  const { page, check } = await embed(browser, server.url, people);
  await field(page).pressSequentially('Ask @harry');
  await option(page, 'Harry Potter').waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await field(page).inputValue(), 'Ask @Harry Potter ');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  assert.equal(await field(page).inputValue(), 'Ask ');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('textarea').value.includes('@Harry Potter'));
  const { content } = await call(page, 'getComposerValue');
  assert.equal(content.at(-1).type, 'input_tag');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  const caret = () => field(page).evaluate((input) => input.selectionStart);
  assert.equal(await caret(), 4, 'the caret steps over the tag');
  await page.keyboard.press('ArrowRight');
  assert.equal(await caret(), 17);
  await check();
});

test('an answer to an older question is never shown, and a search that fails says so', async () => {
  const { page, check } = await embed(browser, server.url, people);
  await field(page).pressSequentially('@slow');
  await page.waitForFunction(() => typeof stub.release === 'function');
  await field(page).fill('');
  await field(page).pressSequentially('@her');
  await option(page, 'Hermione Granger').waitFor();
  await page.evaluate(() => stub.release());
  await drawn(page);
  assert.equal(await list(page).getByRole('option').count(), 1);
  const searched = (await calls(page)).filter(([name]) => name === 'search').map(([, query]) => query);
  assert.ok(searched.length < 8, `not every key is asked for: ${searched}`);
  await field(page).fill('');
  await field(page).pressSequentially('@fail');
  await page.getByText('The search did not work.').waitFor();
  await field(page).fill('');
  await field(page).pressSequentially('@nobody');
  await page.getByText('Nothing found').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Nothing found').waitFor({ state: 'detached' });
  assert.equal(await field(page).inputValue(), '@nobody', 'words that name nothing stay words');
  await check();
});

test('the button with the @ opens the list', async () => {
  const { page, check } = await embed(browser, server.url, people);
  await composer(page).fill('Hello');
  await page.getByRole('button', { name: 'Mention something' }).click();
  await option(page, 'Harry Potter').click();
  assert.equal(await field(page).inputValue(), 'Hello @Harry Potter ');
  await check();
});

test('an entity is previewed under the pointer and the focus, and opened by a click', async () => {
  const { page, check } = await embed(browser, server.url, people);
  const content = [
    { type: 'input_text', text: 'Ask ' },
    { type: 'input_tag', id: 'h', text: 'Harry Potter', data: { house: 'Gryffindor' }, interactive: true },
    { type: 'input_tag', id: 'x', text: 'Nobody' },
  ];
  await call(page, 'sendUserMessage', { content });
  const tag = log(page).getByRole('button', { name: '@Harry Potter' });
  await tag.hover();
  await page.getByRole('tooltip').getByText('Gryffindor').waitFor();
  await screenshot(page, 'preview');
  await page.getByRole('tooltip').hover();
  await timersRun(page, 400);
  assert.ok(await page.getByRole('tooltip').isVisible(), 'the pointer may go into the preview');
  await page.mouse.move(5, 5);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await tag.focus();
  await page.getByRole('tooltip').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await tag.click();
  const made = await calls(page);
  assert.equal(made.filter(([name]) => name === 'preview').length, 1, 'the page is asked once');
  assert.deepEqual(made.at(-1), ['click', { id: 'h', title: 'Harry Potter', interactive: true, data: { house: 'Gryffindor' } }]);
  assert.equal(await log(page).getByRole('button', { name: '@Nobody' }).count(), 0, 'only interactive ones answer');
  await check();
});

/** Commands of every kind. */
function commands(stub) {
  const group = 'Page';
  return {
    ...window.people?.(stub),
    composer: {
      attachments: { enabled: true },
      dictation: { enabled: true },
      tools: [{ id: 'search', label: 'Search the web', icon: 'globe' }],
      models: [{ id: 'a', label: 'Swift', default: true }, { id: 'b', label: 'Thorough', description: 'Takes its time' }],
    },
    commands: {
      enabled: true,
      onSearch: async (query) =>
        [
          { id: 'do', label: 'Clear the board', icon: 'trash', group },
          { id: 'pick', label: 'Insert a ticket', description: 'From the open ones', icon: 'lucide:ticket', group },
          { id: 'deep', label: 'More', icon: 'dots-horizontal', group },
        ].filter(({ label }) => label.toLowerCase().includes(query)),
      onSelect: stub.call('select', async ({ id }) => {
        if (id === 'pick') return { type: 'entity', entity: { id: 't1', title: 'T-1', interactive: false } };
        if (id === 'deep') return { type: 'menu', commands: [{ id: 'do', label: 'Deepest', icon: 'bug' }, { id: 'pick', label: 'Other' }] };
        return undefined;
      }),
    },
  };
}

test('the / menu holds the page’s commands and the composer’s own', async () => {
  const { page, check } = await embed(browser, server.url, commands);
  await field(page).pressSequentially('/');
  await option(page, 'Clear the board').waitFor();
  const labels = await list(page).getByRole('option').evaluateAll((rows) => rows.map((row) => row.querySelector('.suggestion-text > span').textContent));
  assert.deepEqual(labels, ['Clear the board', 'Insert a ticket', 'More', 'Add files', 'Search the web', 'Model', 'Dictate']);
  await screenshot(page, 'commands-menu');
  await option(page, 'Search the web').click();
  await page.getByRole('button', { name: 'Remove Search the web' }).waitFor();
  assert.equal(await field(page).inputValue(), '');
  await field(page).pressSequentially('/model');
  await option(page, 'Model').waitFor();
  await page.keyboard.press('Enter');
  await option(page, 'Thorough').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Model: Thorough' }).waitFor();
  assert.equal(await field(page).inputValue(), '', 'nothing of the command is left');
  await check();
});

test('a command acts, inserts an entity, or leads to another menu', async () => {
  const { page, check } = await embed(browser, server.url, commands);
  await field(page).pressSequentially('See /ins');
  await option(page, 'Insert a ticket').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('textarea').value === 'See @T-1 ');
  const { content } = await call(page, 'getComposerValue');
  assert.deepEqual(content[1], { type: 'input_tag', id: 't1', text: 'T-1', data: {}, interactive: false });
  await forget(page);
  await field(page).pressSequentially('/mor');
  await option(page, 'More').waitFor();
  await page.keyboard.press('Enter');
  await option(page, 'Deepest').waitFor();
  await page.keyboard.press('Escape');
  await option(page, 'More').waitFor();
  await page.keyboard.press('ArrowUp');
  await option(page, 'More').click();
  await field(page).pressSequentially('deep');
  await option(page, 'Other').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await list(page).waitFor({ state: 'detached' });
  assert.equal(await field(page).inputValue(), 'See @T-1 ', 'an effect leaves no words behind');
  assert.deepEqual((await calls(page)).map(([, { id }]) => id), ['deep', 'deep', 'do']);
  await field(page).pressSequentially('and/or /usr/bin');
  await list(page).waitFor({ state: 'detached' });
  await check();
});
