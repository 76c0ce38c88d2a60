// The methods a page may call, and the events it hears, at the times and with the details of the types.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, sendButton, stopButton } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { call, calls, embed, forget, requests, setOptions, told } from './embedded.mjs';
import { browser, server } from './running.mjs';

/** A server that answers at once, and holds a thread `old`. */
function plain(stub) {
  const answer = (params) => stub.echo(params, stub.said(`a${stub.requests.length}`, 'Noted'));
  stub.answers['threads.create'] = answer;
  stub.answers['threads.add_user_message'] = (params) => answer(params).slice(1);
  stub.answers['threads.get_by_id'] = ({ thread_id }) => {
    const data = thread_id === 'old' ? [stub.said('o1', stub.old ?? 'Long ago').item] : [];
    return stub.thread({ id: thread_id, title: `Thread ${thread_id}`, items: { data, has_more: false } });
  };
  stub.answers['threads.list'] = { data: [stub.thread({ id: 'old', title: 'Old one' })], has_more: false };
  return {
    composer: {
      tools: [{ id: 'search', label: 'Search', icon: 'globe' }, { id: 'draw', label: 'Draw', icon: 'square-image', persistent: true }],
      models: [{ id: 'swift', label: 'Swift' }, { id: 'deep', label: 'Deep', default: true }, { id: 'gone', label: 'Gone', disabled: true }],
      attachments: { enabled: true },
    },
  };
}

/** An answer that stays open; `stub.streams` can push to it. */
function held(stub) {
  stub.answers['threads.create'] = 'hold';
  stub.answers['threads.get_by_id'] = ({ thread_id }) => new Promise((resolve) => (stub.load = () => resolve(stub.thread({ id: thread_id }))));
}

test('a turn is told from its start to its end, and a new thread when it is made', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  assert.deepEqual(await told(page), [['ready', null]]);
  await forget(page);
  await call(page, 'sendUserMessage', { text: 'Hello' });
  assert.deepEqual((await told(page)).map(([name, detail]) => (name === 'message.send' ? [name] : [name, detail])), [
    ['message.send'],
    ['response.start', null],
    ['thread.change', { threadId: 'thr' }],
    ['response.end', null],
  ]);
  await check();
});

test('a turn that is stopped, fails, or is left ends as well', async () => {
  const { page, check, allow } = await embed(browser, server.url, held);
  allow(/Failed to load resource/);
  const turn = async (end) => {
    await forget(page);
    await page.evaluate(() => {
      stub.streams.length = 0;
      void document.querySelector('openai-chatkit').sendUserMessage({ text: 'Hello' }).catch(() => undefined);
    });
    await stopButton(page).waitFor();
    await page.waitForFunction(() => stub.streams.length === 1);
    await end();
    await page.waitForFunction(() => stub.events.some(([name]) => name === 'response.end'));
    const names = (await told(page)).map(([name]) => name).filter((name) => name.startsWith('response') || name === 'error');
    await call(page, 'setThreadId', null);
    return names;
  };
  assert.deepEqual(await turn(() => stopButton(page).click()), ['response.start', 'response.end']);
  assert.deepEqual(
    await turn(() =>
      page.evaluate(() => {
        const [stream] = stub.streams;
        stream.push(stub.created(), stub.asked('Hello'), { type: 'error', code: 'custom', message: 'No luck' });
        stream.close();
      }),
    ),
    ['response.start', 'error', 'response.end'],
  );
  assert.deepEqual(await turn(() => call(page, 'setThreadId', null)), ['response.start', 'response.end']);
  await check();
});

test('threads are loaded, changed and left, and the page hears of each', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await forget(page);
  await call(page, 'setThreadId', 'old');
  await log(page).getByText('Long ago').waitFor();
  assert.deepEqual(await told(page), [
    ['thread.change', { threadId: 'old' }],
    ['thread.load.start', { threadId: 'old' }],
    ['thread.load.end', { threadId: 'old' }],
  ]);
  await forget(page);
  await call(page, 'setThreadId', null);
  assert.deepEqual(await told(page), [['thread.change', { threadId: null }]]);
  assert.match((await call(page, 'setThreadId', 7)).rejected, /string/);
  await page.evaluate(() => (stub.answers['threads.get_by_id'] = 404));
  await forget(page);
  assert.match((await call(page, 'setThreadId', 'nowhere')).rejected, /Answer 404|no longer exists/);
  assert.deepEqual((await told(page)).map(([name]) => name).sort(), ['error', 'thread.change', 'thread.change', 'thread.load.end', 'thread.load.start'], 'what is gone is left');
  await check();
});

/** @type {[method: string, ...args: unknown[]][]} */
const BUSY = [['sendUserMessage', { text: 'More' }], ['sendCustomAction', { type: 'x' }], ['fetchUpdates']];

test('methods that cannot work while a thread loads or an answer comes say so', async () => {
  const { page, check } = await embed(browser, server.url, held);
  await page.evaluate(() => void document.querySelector('openai-chatkit').sendUserMessage({ text: 'Hello' }).catch(() => undefined));
  await stopButton(page).waitFor();
  for (const [method, ...args] of BUSY) {
    assert.match((await call(page, method, ...args)).rejected, /still answering/, method);
  }
  await page.evaluate(() => void (stub.opening = document.querySelector('openai-chatkit').setThreadId('slow')));
  await page.waitForFunction(() => typeof stub.load === 'function');
  for (const [method, ...args] of BUSY) {
    assert.match((await call(page, method, ...args)).rejected, /still being loaded/, method);
  }
  await page.evaluate(() => {
    stub.load();
    return stub.opening;
  });
  assert.deepEqual(await call(page, 'setComposerValue', { text: 'Meanwhile' }), undefined);
  await check();
});

test('a message may bring its own tool, model, quote and files, and leave the composer as it is', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await call(page, 'setComposerValue', { text: 'A draft', selectedToolId: 'search', selectedModelId: 'swift' });
  const attachments = [{ type: 'file', id: 'atc_1', name: 'a.txt', mime_type: 'text/plain' }];
  await call(page, 'sendUserMessage', { text: 'Hi', reply: 'You said so', attachments, toolChoice: { id: 'draw' }, model: 'deep' });
  await call(page, 'sendUserMessage', { text: 'Again', newThread: true });
  await call(page, 'sendUserMessage', { text: 'On' });
  const created = await requests(page, 'threads.create');
  assert.deepEqual(created[0].params.input, {
    content: [{ type: 'input_text', text: 'Hi' }],
    attachments: ['atc_1'],
    inference_options: { tool_choice: { id: 'draw' }, model: 'deep' },
    quoted_text: 'You said so',
  });
  assert.equal(created.length, 2, 'a new thread was asked for');
  assert.equal((await requests(page, 'threads.add_user_message')).length, 1);
  const value = await call(page, 'getComposerValue');
  assert.deepEqual([value.text, value.selectedToolId, value.selectedModelId], ['A draft', 'search', 'swift']);
  assert.match((await call(page, 'sendUserMessage', { text: '' })).rejected, /nothing to send/);
  await check();
});

test('the draft is set, read, told, and sent with what was chosen', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await forget(page);
  const attachment = { type: 'image', id: 'atc_2', name: 'b.png', mime_type: 'image/png', preview_url: '/favicon.svg' };
  await call(page, 'setComposerValue', {
    content: [{ type: 'input_text', text: 'See ' }, { type: 'input_tag', id: 't', text: 'This' }],
    reply: 'A quote',
    attachments: [attachment],
    selectedToolId: 'search',
  });
  const value = await call(page, 'getComposerValue');
  assert.deepEqual(value, {
    text: 'See @This',
    content: [{ type: 'input_text', text: 'See ' }, { type: 'input_tag', id: 't', text: 'This', data: {} }],
    reply: 'A quote',
    attachments: [attachment],
    selectedToolId: 'search',
    selectedModelId: 'deep',
  });
  const events = await page.evaluate(() => stub.events);
  assert.deepEqual(events.filter(([name]) => name === 'tool.change'), [['tool.change', { toolId: 'search' }]]);
  assert.deepEqual(events.findLast(([name]) => name === 'composer.change')[1], value);
  await call(page, 'setComposerValue', { attachments: [attachment] });
  assert.equal((await call(page, 'getComposerValue')).attachments.length, 1, 'set, not added to');
  for (const [wrong, reason] of /** @type {[object, RegExp][]} */ ([[{ selectedToolId: 'no' }, /no tool "no"/], [{ selectedModelId: 'gone' }, /no model "gone"/]])) {
    assert.match((await call(page, 'setComposerValue', wrong)).rejected, reason);
  }
  await call(page, 'focusComposer');
  assert.ok(await composer(page).evaluate((field) => field.getRootNode().activeElement === field));
  await page.keyboard.press('Enter');
  await log(page).getByText('Noted').waitFor();
  const { input } = (await requests(page, 'threads.create'))[0].params;
  assert.deepEqual(input.inference_options, { tool_choice: { id: 'search' }, model: 'deep' });
  assert.deepEqual([input.attachments, input.quoted_text], [['atc_2'], 'A quote']);
  assert.equal((await call(page, 'getComposerValue')).selectedToolId, null, 'a tool that is not persistent is cleared');
  await call(page, 'setComposerValue', { text: 'More', selectedToolId: 'draw' });
  await page.keyboard.press('Enter');
  await sendButton(page).waitFor();
  await drawn(page);
  assert.equal((await call(page, 'getComposerValue')).selectedToolId, 'draw');
  await check();
});

test('files given to the composer are uploaded, in two phases or directly', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await page.evaluate(() => {
    stub.answers['attachments.create'] = ({ name, mime_type }) => ({
      id: 'atc_9', type: 'file', name, mime_type, upload_descriptor: { url: '/upload/atc_9', method: 'PUT', headers: {} },
    });
  });
  const give = () =>
    page.evaluate(() => document.querySelector('openai-chatkit').setComposerValue({ files: [new File(['hello'], 'a.txt', { type: 'text/plain' })] }));
  await give();
  await page.getByRole('button', { name: 'Remove a.txt' }).waitFor();
  await page.waitForFunction(() => stub.requests.some(({ type }) => type === 'upload'));
  assert.deepEqual((await requests(page, 'attachments.create'))[0].params, { name: 'a.txt', size: 5, mime_type: 'text/plain' });
  assert.equal((await requests(page, 'upload'))[0].method, 'PUT');
  await page.getByRole('button', { name: 'Remove a.txt' }).click();
  await page.waitForFunction(() => stub.requests.some(({ type }) => type === 'attachments.delete'));
  await setOptions(page, (stub) => ({
    ...stub.options,
    api: { ...stub.options.api, uploadStrategy: { type: 'direct', uploadUrl: '/direct' } },
  }));
  await give();
  await page.waitForFunction(() => stub.requests.some(({ url }) => url === '/direct'));
  assert.equal((await requests(page, 'attachments.create')).length, 1);
  await page.getByRole('button', { name: 'Remove a.txt' }).waitFor();
  await setOptions(page, () => ({}));
  const refused = await page.evaluate(() =>
    document.querySelector('openai-chatkit').setComposerValue({ files: [new File(['x'], 'x')] }).catch((error) => error.message),
  );
  assert.match(refused, /not enabled/);
  await check();
});

test('a server of before the upload descriptor is sent the bytes at its bare address', async () => {
  for (const fetch of ['page', 'own']) {
    const { page, check } = await embed(browser, server.url, (stub, way) => {
      stub.answers['attachments.create'] = ({ name, mime_type }) => ({ id: 'atc_old', type: 'file', name, mime_type, upload_url: '/old/upload/atc_old' });
      stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a', 'Taken'));
      if (way === 'page') return { composer: { attachments: { enabled: true } } };
      // Only the JSON goes through the stub: without a fetch of the page's own the bytes go by XMLHttpRequest.
      window.fetch = stub.fetch;
      return { api: { url: '/chatkit', domainKey: 'any' }, composer: { attachments: { enabled: true } } };
    }, { data: fetch });
    let sent = null;
    await page.route('**/old/upload/atc_old', (route) => {
      sent = { method: route.request().method(), type: route.request().headers()['content-type'], body: route.request().postData() };
      return route.fulfill({ json: {} });
    });
    await page.evaluate(() => document.querySelector('openai-chatkit').setComposerValue({ text: 'Look', files: [new File(['hello'], 'a.txt', { type: 'text/plain' })] }));
    await sendButton(page).and(page.locator(':enabled')).click();
    await log(page).getByText('Taken').waitFor();
    if (fetch === 'page') {
      assert.deepEqual(await requests(page, 'upload'), [{ type: 'upload', url: '/old/upload/atc_old', method: 'POST', name: 'a.txt', size: 5 }]);
    } else {
      assert.equal(sent.method, 'POST');
      assert.match(sent.type, /^multipart\/form-data; boundary=/);
      assert.match(sent.body, /name="file"; filename="a.txt"[\s\S]*hello/);
    }
    assert.deepEqual((await requests(page, 'threads.create'))[0].params.input.attachments, ['atc_old']);
    await check();
  }
});

test('the page may stop a message, and the draft stays', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await page.evaluate(() => {
    stub.stop = (event) => event.preventDefault();
    document.querySelector('openai-chatkit').addEventListener('chatkit.message.send', stub.stop);
  });
  await composer(page).fill('Not yet');
  await composer(page).press('Enter');
  await drawn(page);
  assert.equal(await composer(page).inputValue(), 'Not yet');
  const stopped = await call(page, 'sendUserMessage', { text: 'Nor this' });
  assert.equal(stopped.name, 'AbortError');
  assert.equal((await requests(page, 'threads.create')).length, 0);
  assert.deepEqual((await told(page)).find(([name]) => name === 'message.send')[1], {
    content: [{ type: 'input_text', text: 'Not yet' }], attachments: [], reply: null, toolChoice: null, model: 'deep', newThread: false,
  });
  await page.evaluate(() => document.querySelector('openai-chatkit').removeEventListener('chatkit.message.send', stub.stop));
  await composer(page).press('Enter');
  await log(page).getByText('Noted').waitFor();
  await check();
});

test('the history opens and closes by method and by hand', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  await forget(page);
  await call(page, 'showHistory');
  await page.getByRole('dialog').getByText('Old one').waitFor();
  await call(page, 'hideHistory');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(await told(page), [['history.open', null], ['history.close', null]]);
  await page.getByRole('button', { name: 'Chat history' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Old one' }).first().click();
  await log(page).getByText('Long ago').waitFor();
  await setOptions(page, () => ({ history: { enabled: false } }));
  assert.match((await call(page, 'showHistory')).rejected, /not enabled/);
  await check();
});

test('updates are fetched, actions sent, effects and deeplinks handed on', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  assert.match((await call(page, 'sendCustomAction', { type: 'x' })).rejected, /no thread/);
  await call(page, 'setThreadId', 'old');
  await page.evaluate(() => {
    stub.old = 'Long ago, [see](chatkit-link://ticket?id=7&open=yes)';
    stub.answers['threads.custom_action'] = [{ type: 'client_effect', name: 'confetti', data: { n: 3 } }, stub.said('o2', 'Acted')];
  });
  await call(page, 'fetchUpdates');
  await forget(page);
  await log(page).getByText('see', { exact: true }).click();
  await call(page, 'sendCustomAction', { type: 'approve', payload: { id: 7 } }, 'o1');
  await log(page).getByText('Acted').waitFor();
  assert.deepEqual(await told(page), [
    ['deeplink', { name: 'ticket', data: { id: '7', open: 'yes' } }],
    ['response.start', null],
    ['effect', { name: 'confetti', data: { n: 3 } }],
    ['response.end', null],
  ]);
  assert.deepEqual((await requests(page, 'threads.custom_action'))[0].params, {
    thread_id: 'old', item_id: 'o1', action: { type: 'approve', payload: { id: 7 } },
  });
  await check();
});

test('an element that is not in the page refuses its methods, and one that is moved keeps its state', async () => {
  const { page, check } = await embed(browser, server.url, plain);
  const refused = await page.evaluate(() => document.createElement('openai-chatkit').focusComposer().catch((error) => error.message));
  assert.match(refused, /not in the page/);
  await composer(page).fill('Still here');
  await page.evaluate(() => {
    const box = document.createElement('div');
    document.body.append(box);
    box.append(document.querySelector('openai-chatkit'));
  });
  assert.equal(await composer(page).inputValue(), 'Still here');
  assert.deepEqual(await calls(page), []);
  await check();
});
