// The unmodified `@openai/chatkit-react`, with every kind of option, in React's strict mode.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { build } from 'esbuild';
import { POLICY, composer, log, watched } from './browser.mjs';
import { readFile } from 'node:fs/promises';
import { browser, server } from './running.mjs';

const PAGE = `
  import { StrictMode, useState } from 'react';
  import { createRoot } from 'react-dom/client';
  import { ChatKit, useChatKit } from '@openai/chatkit-react';

  const record = (name) => (detail) => stub.calls.push([name, detail === undefined ? null : JSON.parse(JSON.stringify(detail))]);
  const EVENTS = ['onReady', 'onError', 'onEffect', 'onDeeplink', 'onResponseStart', 'onResponseEnd', 'onHistoryOpen', 'onHistoryClose',
    'onThreadChange', 'onThreadLoadStart', 'onThreadLoadEnd', 'onToolChange', 'onLog'];

  function App() {
    const [count, setCount] = useState(0);
    const [dark, setDark] = useState(false);
    const chat = useChatKit({
      api: { url: '/chatkit', domainKey: 'any', fetch: (...args) => stub.fetch(...args) },
      theme: { colorScheme: dark ? 'dark' : 'light' },
      header: { rightAction: { icon: 'settings-cog', onClick: () => record('right')(count) } },
      startScreen: { greeting: 'From React', prompts: [{ label: 'Go', prompt: 'Go on', icon: 'bolt' }] },
      composer: { tools: [{ id: 'search', label: 'Search', icon: 'globe', pinned: true }], models: [{ id: 'a', label: 'A' }] },
      entities: { onTagSearch: async () => [{ id: 'e', title: 'Entity ' + count, interactive: true }], onClick: record('entity') },
      commands: { enabled: true, onSearch: async () => [{ id: 'c', label: 'Count ' + count }], onSelect: async () => setCount(count + 1) },
      threadItemActions: { feedback: true, retry: true },
      onClientTool: async ({ params }) => ({ sum: params.a + count }),
      ...Object.fromEntries(EVENTS.map((name) => [name, record(name)])),
    });
    Object.assign(window, { chat, setCount, setDark });
    return <ChatKit control={chat.control} className="chat" style={{ height: '100vh' }} />;
  }
  createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>);
`;

test('the React binding drives the element: options, handlers, methods, events', async () => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, loader: 'jsx', resolveDir: fileURLToPath(new URL('../app', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  });
  const opened = await watched(browser, server.url);
  const { page, check } = opened;
  await page.addInitScript({ content: await readFile(new URL('./stub.js', import.meta.url), 'utf8') });
  await page.addInitScript(() => {
    stub.answers['threads.create'] = (params) => [
      ...stub.echo(params),
      stub.done({ id: 'call', type: 'client_tool_call', status: 'pending', call_id: 'c', name: 'add', arguments: { a: 40 } }),
    ];
    stub.answers['threads.add_client_tool_output'] = ({ result }) => [
      { type: 'client_effect', name: 'cheer', data: { n: 1 } },
      stub.said('a', `The sum is ${result.sum}. [Open](chatkit-link://open?id=1)`),
    ];
    stub.answers['threads.get_by_id'] = ({ thread_id }) => stub.thread({ id: thread_id });
    stub.answers['threads.custom_action'] = [stub.said('b', 'Acted')];
    stub.answers['threads.list'] = { data: [], has_more: false };
  });
  const html = '<!doctype html><html lang="en"><title>React</title><div id="root"></div><script src="/react-page.js"></script><script src="/chatkit.js" async></script>';
  await page.route(`${server.url}/react.html`, (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': POLICY }, body: html }),
  );
  await page.route(`${server.url}/react-page.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: outputFiles[0].text }));
  await page.goto(`${server.url}/react.html`);

  await page.getByRole('heading', { name: 'From React' }).waitFor();
  await page.evaluate(() => setCount(2));
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.evaluate(() => setDark(true));
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('.frame').dataset.theme === 'dark');
  await page.getByRole('button', { name: 'Search' }).click();
  await composer(page).pressSequentially('Ask @');
  await page.getByRole('option', { name: 'Entity 2' }).click();
  await page.evaluate(() => chat.setComposerValue({ selectedToolId: null }));
  await composer(page).press('Enter');
  await log(page).getByText('The sum is 42.').waitFor();
  await log(page).getByText('Open', { exact: true }).click();
  await log(page).getByRole('button', { name: '@Entity 2' }).click();
  await composer(page).pressSequentially('/');
  await page.getByRole('option', { name: 'Count 2' }).click();
  await composer(page).pressSequentially('/');
  await page.getByRole('option', { name: 'Count 3' }).waitFor();
  await page.evaluate(async () => {
    await chat.showHistory();
    await chat.hideHistory();
    await chat.fetchUpdates();
    await chat.sendCustomAction({ type: 'x' });
    await chat.setThreadId('other');
    await chat.focusComposer();
    await chat.setThreadId('gone').catch(() => undefined);
  });
  const names = (await page.evaluate(() => stub.calls)).map(([name]) => name);
  for (const name of ['onReady', 'onEffect', 'onDeeplink', 'onResponseStart', 'onResponseEnd', 'onHistoryOpen', 'onHistoryClose', 'onThreadChange', 'onThreadLoadStart', 'onThreadLoadEnd', 'onToolChange']) {
    assert.ok(names.includes(name), name);
  }
  const calls = Object.fromEntries(await page.evaluate(() => stub.calls));
  assert.equal(calls.right, 2, 'the handler of the last render');
  assert.deepEqual(calls.onDeeplink, { name: 'open', data: { id: '1' } });
  assert.equal(names.filter((name) => name === 'onReady').length, 1, 'nothing was mounted twice');
  await check();
});
