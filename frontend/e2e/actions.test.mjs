// Widgets, forms and client tools: what the element sends, and what it hands to the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { log, openChat } from './browser.mjs';
import { browser, server } from './running.mjs';

const thread = { id: 'thr', created_at: '2026-01-01T00:00:00Z', status: { type: 'active' }, metadata: {}, items: { data: [], has_more: false } };
const base = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
const done = (item) => ({ type: 'thread.item.done', item: { ...base, ...item } });
const said = (id, text) => done({ id, type: 'assistant_message', content: [{ type: 'output_text', text, annotations: [] }] });
const question = done({ id: 'q', type: 'user_message', content: [{ type: 'input_text', text: 'Hello' }], attachments: [], inference_options: {} });
const begin = [{ type: 'thread.created', thread }, question];

/** Answers each request by its type with events, or with plain JSON, and keeps what was asked. */
async function script(page, answers) {
  const requests = [];
  await page.route('**/chatkit', async (route) => {
    const request = route.request().postDataJSON();
    requests.push(request);
    const answer = answers[request.type];
    if (Array.isArray(answer)) {
      const body = answer.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
      return route.fulfill({ status: 200, contentType: 'text/event-stream', body });
    }
    return answer ? route.fulfill({ json: answer }) : route.fulfill({ status: 400, json: {} });
  });
  return requests;
}

/** Puts a fresh element into the page; `window.seen` holds what it told the page. */
async function embed(page) {
  await page.evaluate(async () => {
    window.seen = [];
    const element = document.createElement('openai-chatkit');
    element.style.height = '100vh';
    for (const name of ['error', 'effect', 'response.start', 'response.end']) {
      element.addEventListener(`chatkit.${name}`, ({ detail }) => window.seen.push([name, detail?.name ?? detail?.error?.message]));
    }
    element.setOptions({
      api: { url: '/chatkit', domainKey: 'any' },
      onClientTool: async ({ name, params }) => {
        if (name === 'fail') throw new Error('no such luck');
        return { name, doubled: Number(params.n) * 2 };
      },
      widgets: { onAction: async (action, { id }) => void window.seen.push(['action', action.type, action.payload, id]) },
    });
    document.body.replaceChildren(element);
    await element.sendUserMessage({ text: 'Hello' });
  });
}

for (const [name, result] of [
  ['double', { name: 'double', doubled: 42 }],
  ['fail', { error: 'no such luck' }],
]) {
  test(`a client tool answers, and the assistant goes on: ${name}`, async () => {
    const { page, check } = await openChat(browser, server.url);
    const call = { id: 'call', type: 'client_tool_call', status: 'pending', call_id: 'c1', name, arguments: { n: 21 } };
    const requests = await script(page, {
      'threads.create': [...begin, done(call)],
      'threads.add_client_tool_output': [{ type: 'client_effect', name: 'cheer', data: {} }, said('a', 'Thanks')],
    });
    await embed(page);
    await log(page).getByText('Thanks').waitFor();
    assert.deepEqual(requests.at(-1), { type: 'threads.add_client_tool_output', params: { thread_id: 'thr', result } });
    assert.ok((await page.evaluate(() => window.seen)).some(([event, detail]) => event === 'effect' && detail === 'cheer'));
    await check();
  });
}

test('actions go to the server, to the server at once, or to the page', async () => {
  const { page, check } = await openChat(browser, server.url);
  const button = (label, action) => ({ type: 'Button', label, onClickAction: { payload: { n: 1 }, ...action } });
  const card = (...children) => ({ type: 'Card', children });
  const widget = {
    id: 'w',
    type: 'widget',
    widget: card(
      button('Stream', { type: 's' }),
      button('Sync', { type: 'y', streaming: false }),
      button('Page', { type: 'p', handler: 'client' }),
    ),
  };
  const requests = await script(page, {
    'threads.create': [...begin, done(widget)],
    'threads.custom_action': [said('a', 'Acted')],
    'threads.sync_custom_action': { updated_item: { ...base, ...widget, widget: card({ type: 'Text', value: 'Updated' }) } },
  });
  await embed(page);
  await log(page).getByRole('button', { name: 'Page' }).click();
  assert.deepEqual((await page.evaluate(() => window.seen)).at(-1), ['action', 'p', { n: 1 }, 'w']);
  await log(page).getByRole('button', { name: 'Stream' }).click();
  await log(page).getByText('Acted').waitFor();
  await log(page).getByRole('button', { name: 'Sync' }).click();
  await log(page).getByText('Updated').waitFor();
  const sent = requests.filter(({ type }) => /action/.test(type)).map(({ type, params }) => [type, params.item_id, params.action]);
  assert.deepEqual(sent, [
    ['threads.custom_action', 'w', { type: 's', payload: { n: 1 } }],
    ['threads.sync_custom_action', 'w', { type: 'y', payload: { n: 1 } }],
  ]);
  await check();
});

test('a form sends its values with the action, once they are valid', async () => {
  const { page, check } = await openChat(browser, server.url);
  const form = {
    type: 'Form',
    onSubmitAction: { type: 'save', payload: { id: 7, note: 'kept' } },
    children: [
      { type: 'Label', value: 'Title', fieldName: 'todo.title' },
      { type: 'Input', name: 'todo.title', required: true },
      { type: 'Checkbox', name: 'todo.done', label: 'Done', defaultChecked: true },
      { type: 'Select', name: 'size', defaultValue: 'm', options: [{ value: 's', label: 'Small' }, { value: 'm', label: 'Medium' }] },
      { type: 'Input', name: 'note', defaultValue: 'dropped' },
      { type: 'Button', label: 'Save', submit: true },
    ],
  };
  const requests = await script(page, {
    'threads.create': [...begin, done({ id: 'w', type: 'widget', widget: { type: 'Card', children: [form] } })],
    'threads.custom_action': [said('a', 'Saved')],
  });
  await embed(page);
  await log(page).getByRole('button', { name: 'Save' }).click();
  assert.equal(requests.filter(({ type }) => type === 'threads.custom_action').length, 0, 'a required field is empty');
  await log(page).getByRole('textbox').first().fill('Buy milk');
  await log(page).getByRole('combobox').click();
  await page.getByRole('option', { name: 'Small' }).click();
  await log(page).getByRole('button', { name: 'Save' }).click();
  await log(page).getByText('Saved').waitFor();
  assert.deepEqual(requests.at(-1).params.action, {
    type: 'save',
    payload: { id: 7, note: 'kept', todo: { title: 'Buy milk', done: true }, size: 's' },
  });
  const errors = (await page.evaluate(() => window.seen)).filter(([name]) => name === 'error');
  assert.match(errors[0]?.[1] ?? '', /"note" was dropped/);
  await check();
});

test('questions are answered or skipped', async () => {
  const { page, check } = await openChat(browser, server.url);
  const inputs = [
    { type: 'multiple_choice', id: 'size', question: 'Which size?', options: [{ value: 'S' }, { value: 'M' }], multiple: false },
    { type: 'freeform', id: 'why', question: 'Why?' },
  ];
  const asked = { id: 's', type: 'structured_input', status: 'pending', inputs };
  const requests = await script(page, {
    'threads.create': [...begin, done(asked)],
    'threads.add_structured_input': [
      { type: 'thread.item.replaced', item: { ...base, ...asked, status: 'answered' } },
      said('a', 'Noted'),
    ],
  });
  await embed(page);
  await log(page).getByRole('radio', { name: 'M' }).check();
  await log(page).getByRole('button', { name: 'Send answers' }).click();
  await log(page).getByText('Noted').waitFor();
  assert.deepEqual(requests.at(-1).params, {
    thread_id: 'thr',
    item_id: 's',
    input: { status: 'answered', answers: { size: { values: ['M'], skipped: false }, why: { values: [], skipped: true } } },
  });
  await check();
});

test('an answer that failed can be tried again', async () => {
  const { page, check } = await openChat(browser, server.url);
  const requests = await script(page, {
    'threads.create': [...begin, said('a', 'Half an ans'), { type: 'error', code: 'stream.error', allow_retry: true }],
    'threads.retry_after_item': [said('b', 'The whole answer')],
  });
  await embed(page);
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await log(page).getByText('The whole answer').waitFor();
  assert.equal(await log(page).getByText('Half an ans').count(), 0);
  assert.equal(await page.getByRole('alert').filter({ hasText: 'wrong' }).count(), 0);
  assert.deepEqual(requests.at(-1), { type: 'threads.retry_after_item', params: { thread_id: 'thr', item_id: 'q' } });
  await check();
});
