// Tools of the page: each call runs once, however many tabs show its thread, and the reader can always stop it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, sendButton, stopButton, watched } from './browser.mjs';
import { embed, requests, told } from './embedded.mjs';
import { browser, server } from './running.mjs';

/** A server whose first answer is a call of a tool that never settles. */
function calling(stub) {
  const call = { id: 'call', type: 'client_tool_call', status: 'pending', call_id: 'c1', name: 'ask_page', arguments: {} };
  stub.answers['threads.create'] = (params) => stub.echo(params, stub.done(call));
  stub.answers['threads.add_client_tool_output'] = 'hold';
  stub.answers['threads.add_user_message'] = (params) => stub.echo(params, stub.said('a2', 'Still here')).slice(1);
  return { onClientTool: stub.call('tool', () => new Promise(() => undefined)) };
}

test('a client tool that never settles can be stopped: the reader is free at once, and the server is told', async () => {
  const { page, check } = await embed(browser, server.url, calling);
  await composer(page).fill('Use the tool');
  await composer(page).press('Enter');
  await page.waitForFunction(() => stub.calls.length === 1);
  await stopButton(page).click();
  // The server has not said a word yet.
  await sendButton(page).waitFor();
  const names = (await told(page)).map(([name]) => name).filter((name) => /response|error/.test(name));
  assert.deepEqual(names, ['response.start', 'response.end'], 'one answer, from the message to the stop');
  const [{ params }] = await requests(page, 'threads.add_client_tool_output');
  assert.match(params.result.error, /cancelled/);
  await page.evaluate(() => stub.streams.at(-1).push({ type: 'stream_options', stream_options: { allow_cancel: true } }));
  await page.waitForFunction(() => stub.streams.at(-1).aborted);
  await composer(page).fill('And now?');
  await composer(page).press('Enter');
  await log(page).getByText('Still here').waitFor();
  assert.equal(await page.getByRole('alert').filter({ hasText: 'wrong' }).count(), 0);
  await check();
});

test('a message that follows a stopped tool waits until the server knows of it', async () => {
  const { page, check } = await embed(browser, server.url, calling, { prepare: (opened) => opened.clock.install() });
  await composer(page).fill('Use the tool');
  await composer(page).press('Enter');
  await page.waitForFunction(() => stub.calls.length === 1);
  await stopButton(page).click();
  await sendButton(page).waitFor();
  await composer(page).fill('And now?');
  await composer(page).press('Enter');
  await stopButton(page).waitFor();
  assert.equal((await requests(page, 'threads.add_user_message')).length, 0);
  // A server that never confirms does not hold it up for longer than this.
  await page.clock.fastForward(3_000);
  await log(page).getByText('Still here').waitFor();
  await check();
});

/** A server shared by all tabs of a context, with one thread whose newest item is a pending call. */
async function pending(context, { refuse = false } = {}) {
  const base = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
  const question = { ...base, id: 'q', type: 'user_message', content: [{ type: 'input_text', text: 'Hello' }], attachments: [], inference_options: {} };
  const call = { ...base, id: 'call', type: 'client_tool_call', status: 'pending', call_id: 'c1', name: 'ask_page', arguments: {} };
  const thanks = { ...base, id: 'a', type: 'assistant_message', content: [{ type: 'output_text', text: 'Thanks for the output', annotations: [] }] };
  const state = { items: /** @type {object[]} */ ([question, call]), outputs: [], runs: 0 };
  const answer = () => (state.items = [question, { ...call, status: 'completed', output: {} }, thanks]);
  const thread = () => ({ id: 'thr', created_at: base.created_at, status: { type: 'active' }, metadata: {}, items: { data: state.items, has_more: false } });
  await context.route('**/chatkit', (route) => {
    const { type, params } = route.request().postDataJSON();
    if (type === 'threads.get_by_id') return route.fulfill({ json: thread() });
    if (type === 'ext.threads.resume') return route.fulfill({ status: 204 });
    if (type !== 'threads.add_client_tool_output') return route.fulfill({ status: 400, json: {} });
    state.outputs.push(params.result);
    if (refuse || state.items.length === 3) {
      answer();
      return route.fulfill({ status: 409, json: { error: { code: 'conflict', message: 'the client tool call was answered already' } } });
    }
    answer();
    return route.fulfill({ contentType: 'text/event-stream', body: `id: 1\ndata: ${JSON.stringify({ type: 'thread.item.done', item: thanks })}\n\n` });
  });
  await context.exposeBinding('toolRuns', () => ++state.runs);
  return state;
}

/** Opens the thread in the page's element; its tool ends when `window.settle` is called. */
async function openThread(page) {
  await page.goto(`${server.url}/plain.html`);
  await page.evaluate(() => {
    const element = document.createElement('openai-chatkit');
    element.style.cssText = 'display:block;height:90vh';
    element.setOptions({
      api: { url: '/chatkit', domainKey: 'any' },
      initialThread: 'thr',
      onClientTool: async () => {
        await window.toolRuns();
        return new Promise((resolve) => (window.settle = () => resolve({ done: true })));
      },
    });
    document.body.replaceChildren(element);
  });
  await log(page).getByText('Hello').waitFor();
}

const runs = (page) => page.waitForFunction(() => typeof window.settle === 'function');
const noError = async (page) => assert.equal(await page.getByRole('alert').filter({ hasText: /./ }).count(), 0);

test('a pending call runs in one of two tabs, and the other goes along with its answer', async () => {
  const { page, context, check } = await watched(browser, server.url);
  const state = await pending(context);
  await openThread(page);
  await runs(page);
  const other = await context.newPage();
  await openThread(other);
  await log(other).getByText('ask_page').waitFor();
  await page.evaluate(() => window.settle());
  for (const tab of [page, other]) {
    await log(tab).getByText('Thanks for the output').waitFor();
    await sendButton(tab).waitFor();
    await noError(tab);
  }
  assert.equal(state.runs, 1);
  assert.deepEqual(state.outputs, [{ done: true }]);
  await check();
});

test('a pending call whose tab has gone runs in the one that is left', async () => {
  const { page, context, check } = await watched(browser, server.url);
  const state = await pending(context);
  await openThread(page);
  await runs(page);
  const other = await context.newPage();
  await openThread(other);
  await log(other).getByText('ask_page').waitFor();
  assert.equal(state.runs, 1);
  await page.close();
  await runs(other);
  await other.evaluate(() => window.settle());
  await log(other).getByText('Thanks for the output').waitFor();
  assert.deepEqual(state.outputs, [{ done: true }]);
  await check();
});

test('a pending call runs again after a reload, for nobody else can have run it', async () => {
  const { page, context, check } = await watched(browser, server.url);
  const state = await pending(context);
  await openThread(page);
  await runs(page);
  await openThread(page);
  await runs(page);
  await page.evaluate(() => window.settle());
  await log(page).getByText('Thanks for the output').waitFor();
  assert.deepEqual(state.outputs, [{ done: true }]);
  await check();
});

test('an output that another device was faster to give is no error', async () => {
  const { page, context, check, allow } = await watched(browser, server.url);
  allow(/409/);
  await pending(context, { refuse: true });
  await openThread(page);
  await runs(page);
  await page.evaluate(() => window.settle());
  await log(page).getByText('Thanks for the output').waitFor();
  await sendButton(page).waitFor();
  await noError(page);
  await check();
});
