// A page hears the element's first events even if it adds its listeners late.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';
import { build } from 'esbuild';
import { POLICY, watched } from './browser.mjs';
import { browser, server } from './running.mjs';

const LOADS = 10;
/** The events sent while options are set and just after. */
const AT_ONCE = ['log', 'thread.change', 'thread.load.start', 'ready'];
const OPTIONS = `{ api: { url: '/chatkit', domainKey: 'any', fetch: () => new Promise(() => undefined) }, initialThread: 'thr', themes: 'a misspelt option' }`;

const PAGE = `
  import { StrictMode, Fragment } from 'react';
  import { createRoot } from 'react-dom/client';
  import { ChatKit, useChatKit } from '@openai/chatkit-react';

  const heard = (name) => () => window.heard.push(name);
  function App() {
    const { control } = useChatKit({
      ...${OPTIONS},
      onReady: heard('ready'), onLog: heard('log'), onThreadChange: heard('thread.change'), onThreadLoadStart: heard('thread.load.start'),
    });
    return <ChatKit control={control} style={{ display: 'block', height: '100vh' }} />;
  }
  window.heard = [];
  const Mode = window.STRICT ? StrictMode : Fragment;
  createRoot(document.getElementById('root')).render(<Mode><App /></Mode>);
`;

const ROOT = '<div id="root"></div>';
const REACT = (how) => `<script src="/ready/react.js" ${how}></script>`;
const ELEMENT = (how) => `<script src="/chatkit.js" ${how}></script>`;
/** Where the element's script stands beside the page's. */
const PLACES = {
  'before React, in the head': ELEMENT('') + ROOT + REACT(''),
  'before React, deferred': ELEMENT('defer') + REACT('defer') + ROOT,
  'beside React, async': ELEMENT('async') + ROOT + REACT('async'),
  'after React has mounted': ROOT + REACT('') + ELEMENT(''),
};
const scripts = {};
before(async () => {
  for (const mode of ['production', 'development']) {
    const { outputFiles } = await build({
      stdin: { contents: PAGE, loader: 'jsx', resolveDir: fileURLToPath(new URL('../app', import.meta.url)) },
      bundle: true,
      write: false,
      format: 'iife',
      jsx: 'automatic',
      minify: mode === 'production',
      define: { 'process.env.NODE_ENV': `"${mode}"`, 'window.STRICT': `${mode === 'development'}` },
      logLevel: 'error',
    });
    scripts[mode] = outputFiles[0].text;
  }
});

async function serve(page, files) {
  for (const [name, body] of Object.entries(files)) {
    const contentType = name.endsWith('.js') ? 'text/javascript' : 'text/html';
    await page.route(`${server.url}/ready/${name}`, (route) => route.fulfill({ contentType, headers: { 'content-security-policy': POLICY }, body }));
  }
}

for (const mode of ['production', 'development']) {
  for (const [place, body] of Object.entries(PLACES)) {
    test(`the React package hears of the beginning ${LOADS} times of ${LOADS}: ${mode}, the script ${place}`, async () => {
      const { page, check } = await watched(browser, server.url);
      await serve(page, { 'page.html': `<!doctype html><html lang="en"><title>Ready</title>${body}`, 'react.js': scripts[mode] });
      if (place === 'after React has mounted') {
        await page.route(`${server.url}/chatkit.js`, async (route) => {
          await page.locator('openai-chatkit').waitFor({ state: 'attached' });
          await route.continue();
        });
      }
      const heard = [];
      for (let load = 0; load < LOADS; load += 1) {
        await page.goto(`${server.url}/ready/page.html`);
        await page.locator('openai-chatkit textarea').waitFor();
        // Wait twice as long as necessary, so that a duplicate event is counted too.
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve))))));
        heard.push(await page.evaluate(() => window.heard));
      }
      assert.deepEqual(heard, Array.from({ length: LOADS }, () => AT_ONCE));
      await check();
    });
  }
}

/** Adds an element to an empty page, and returns what a listener hears that was added at the time `late`. */
async function plain(page, late, { options = OPTIONS, then = 'null' } = {}) {
  await serve(page, { 'plain.html': `<!doctype html><html lang="en"><title>Plain</title>${ELEMENT('')}` });
  await page.goto(`${server.url}/ready/plain.html`);
  return page.evaluate(`(async () => {
    const element = document.createElement('openai-chatkit');
    const heard = [];
    const listen = () => {
      for (const name of ['ready', 'error', 'log', 'thread.change', 'thread.load.start', 'thread.load.end', 'effect']) {
        element.addEventListener('chatkit.' + name, () => heard.push(name));
      }
    };
    document.body.append(element);
    ${late === 'after the chat was mounted' ? "await customElements.whenDefined('openai-chatkit'); await element.focusComposer().catch(() => undefined);" : ''}
    element.setOptions(${options});
    ${late === 'in a microtask' ? 'await null; await null;' : ''}
    ${late === 'in the next frame' ? 'await new Promise((resolve) => requestAnimationFrame(resolve));' : ''}
    listen();
    await (${then});
    if (!heard.includes('ready')) await new Promise((resolve) => element.addEventListener('chatkit.ready', resolve));
    return heard;
  })()`);
}

for (const late of ['at once', 'in a microtask', 'in the next frame', 'after the chat was mounted']) {
  test(`a plain page hears of the beginning when it listens after setOptions: ${late}`, async () => {
    const { page, check } = await watched(browser, server.url);
    for (let load = 0; load < LOADS; load += 1) assert.deepEqual(await plain(page, late), AT_ONCE);
    await check();
  });
}

test('a hidden tab, which draws no frame, hears of it too', async () => {
  const { page, check } = await watched(browser, server.url);
  await page.addInitScript(() => (window.requestAnimationFrame = () => 0));
  assert.deepEqual(await plain(page, 'at once'), AT_ONCE);
  await check();
});

test('options that cannot work are told to a page that listens after they were set', async () => {
  const { page, check } = await watched(browser, server.url);
  assert.deepEqual(await plain(page, 'in a microtask', { options: '{ api: {} }' }), ['error', 'ready']);
  await check();
});

test('a method that was called first thing has told its events when its promise settles', async () => {
  const { page, check } = await watched(browser, server.url);
  const thread = { id: 'other', created_at: '2026-01-01T00:00:00Z', status: { type: 'active' }, metadata: {}, items: { data: [], has_more: false } };
  const options = `{ api: { url: '/chatkit', domainKey: 'any', fetch: async (url, { body }) => body.includes('get_by_id') ? Response.json(${JSON.stringify(thread)}) : new Response(null, { status: 204 }) } }`;
  const heard = await plain(page, 'at once', { options, then: "element.setThreadId('other')" });
  assert.deepEqual(heard, ['ready', 'thread.change', 'thread.load.start', 'thread.load.end']);
  await check();
});

test('that the chat cannot be loaded is told to a page that listens late, and around the element', async () => {
  const { page, check, allow } = await watched(browser, server.url);
  allow(/Failed to load resource|could not be loaded|net::ERR/);
  await page.route(/\/(?:chatkit\/)?app-[^/]*\.js$/, (route) => route.abort());
  await serve(page, { 'plain.html': `<!doctype html><html lang="en"><title>Plain</title>${ELEMENT('')}` });
  await page.goto(`${server.url}/ready/plain.html`);
  const told = await page.evaluate(async () => {
    const failed = () => {
      const element = document.createElement('openai-chatkit');
      document.body.append(element);
      return new Promise((resolve) => {
        requestAnimationFrame(() => document.addEventListener('chatkit.error', ({ detail }) => resolve(detail.error.message), { once: true }));
      });
    };
    // For the second element the failure is already known.
    return [await failed(), await failed()];
  });
  assert.deepEqual(told, ['The chat could not be loaded.', 'The chat could not be loaded.']);
  await check();
});
