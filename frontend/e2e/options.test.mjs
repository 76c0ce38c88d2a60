// Every option, as a page sets it and as it changes it later: what it looks like, what it sends, what stays.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { composer, log, screenshot } from './browser.mjs';
import { call, calls, embed, forget, requests, setOptions, told } from './embedded.mjs';
import { browser, server } from './running.mjs';

const shadow = (page, read, ...args) =>
  page.evaluate(([source, given]) => {
    const root = document.querySelector('openai-chatkit').shadowRoot;
    return new Function('root', 'given', `return (${source})(root, ...given)`)(root, given);
  }, [read.toString(), args]);
const style = (page, selector, property) =>
  page.evaluate(
    ([wanted, name]) => getComputedStyle(document.querySelector('openai-chatkit').shadowRoot.querySelector(wanted)).getPropertyValue(name),
    [selector, property],
  );
const frame = (page) => page.getByRole('region');

/** Answers messages, and keeps threads and feedback. */
function answering(stub) {
  stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a1', 'The first answer'), stub.said('a2', 'and more of it'));
  stub.answers['threads.retry_after_item'] = [stub.said('a3', 'Another answer')];
  stub.answers['threads.list'] = { data: [stub.thread({ title: 'Old one' })], has_more: false };
  return {};
}

test('hosted mode needs an address, and then sends the secret with every request', async () => {
  const hosted = (stub) => {
    stub.answers['threads.create'] = (params, { headers }) => (headers.authorization === 'Bearer two' ? stub.echo(params, stub.said('a', 'Welcome')) : 401);
    stub.secrets = ['one', 'two'];
    const fetch = window.fetch;
    window.fetch = (url, init) => (String(url).endsWith('/hosted') ? stub.fetch(url, init) : fetch(url, init));
    return { api: { getClientSecret: stub.call('secret', async () => stub.secrets.shift()) } };
  };
  const without = await embed(browser, server.url, hosted);
  await without.page.getByRole('alert').getByText('api-url').waitFor();
  assert.match((await call(without.page, 'sendUserMessage', { text: 'Hi' })).rejected, /api-url/);
  assert.match((await told(without.page)).find(([name]) => name === 'error')[1].error, /api-url/);
  await without.check();

  const { page, check } = await embed(browser, server.url, hosted, { attributes: 'api-url="/hosted"' });
  assert.deepEqual(await calls(page), [['secret', null]], 'asked with the options: pages show the chat only then');
  await call(page, 'sendUserMessage', { text: 'Hi' });
  await log(page).getByText('Welcome').waitFor();
  assert.deepEqual(await calls(page), [['secret', null], ['secret', 'one']], 'a secret that was refused is exchanged once');
  await check();
});

test('a page that hides the chat until it was asked for the secret shows it, and is asked once', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    const element = document.querySelector('openai-chatkit');
    element.style.display = 'none';
    const fetch = window.fetch;
    window.fetch = (url, init) => (String(url).endsWith('/hosted') ? stub.fetch(url, init) : fetch(url, init));
    stub.answers['threads.create'] = (params, { headers }) => (headers.authorization === 'Bearer first' ? stub.echo(params, stub.said('a', 'Welcome')) : 401);
    const getClientSecret = async (current) => {
      stub.calls.push(['secret', current]);
      element.style.display = 'block';
      return stub.secret;
    };
    stub.secret = new Promise((resolve) => (stub.release = resolve));
    return { api: { getClientSecret } };
  }, { attributes: 'api-url="/hosted"' });
  await composer(page).fill('Hi');
  await composer(page).press('Enter');
  await page.evaluate(() => stub.release('first'));
  await log(page).getByText('Welcome').waitFor();
  assert.deepEqual(await calls(page), [['secret', null]], 'the message waits for the same answer');
  await setOptions(page, (stub) => ({ ...stub.options, theme: 'dark' }));
  await call(page, 'fetchUpdates');
  assert.equal((await calls(page)).length, 1, 'nor again with other options');
  await check();
});

test('a secret that cannot be had is told, and asked for again by the next request', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => {
    const fetch = window.fetch;
    window.fetch = (url, init) => (String(url).endsWith('/hosted') ? stub.fetch(url, init) : fetch(url, init));
    stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a', 'Welcome'));
    const answers = [() => Promise.reject(new Error('the session is over')), async () => 'fresh'];
    return { api: { getClientSecret: stub.call('secret', () => answers.shift()()) } };
  }, { attributes: 'api-url="/hosted"' });
  await page.waitForFunction(() => stub.events.some(([name, detail]) => name === 'error' && detail.error === 'the session is over'));
  await call(page, 'sendUserMessage', { text: 'Hi' });
  await log(page).getByText('Welcome').waitFor();
  assert.deepEqual(await calls(page), [['secret', null], ['secret', null]]);
  await check();
});

test('the locale goes with every request, and sets words, numbers and direction', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await setOptions(page, () => ({ locale: 'ar', history: { enabled: true } }));
  await page.getByRole('textbox', { name: 'الرسالة' }).waitFor();
  assert.deepEqual([await frame(page).getAttribute('dir'), await frame(page).getAttribute('lang')], ['rtl', 'ar']);
  await call(page, 'sendUserMessage', { text: 'مرحبا' });
  assert.equal((await page.evaluate(() => stub.headers.at(-1)))['accept-language'], 'ar');
  await screenshot(page, 'rtl');
  await call(page, 'setComposerValue', { text: 'Entwurf' });
  await page.evaluate(() => document.querySelector('openai-chatkit').focusComposer());
  await setOptions(page, () => ({ locale: 'de-AT' }));
  const field = page.getByRole('textbox', { name: 'Nachricht' });
  await field.waitFor();
  assert.deepEqual([await frame(page).getAttribute('dir'), await frame(page).getAttribute('lang')], ['ltr', 'de-AT']);
  assert.deepEqual([await field.inputValue(), await field.evaluate((element) => element.matches(':focus'))], ['Entwurf', true]);
  await setOptions(page, () => ({ locale: 'tlh' }));
  await composer(page).waitFor();
  await call(page, 'sendUserMessage', { text: 'nuqneH' });
  assert.equal((await page.evaluate(() => stub.headers.at(-1)))['accept-language'], 'tlh');
  await check();
});

test('a chat is first drawn in its own language, but does not wait long for the words', async () => {
  const inItalian = () => {
    window.seen = [];
    const look = () => {
      const field = document.querySelector('openai-chatkit')?.shadowRoot?.querySelector('textarea');
      const name = field?.getAttribute('aria-label');
      if (name && window.seen.at(-1) !== name) window.seen.push(name);
      requestAnimationFrame(look);
    };
    look();
    return { locale: 'it' };
  };
  const swift = await embed(browser, server.url, inItalian, {
    // The chat waits 250 ms for the words; that timer never fires here, however slow the machine is.
    prepare: (page) =>
      page.addInitScript(() => {
        const { setTimeout } = window;
        window.setTimeout = /** @type {any} */ ((run, ms, ...given) => (ms === 250 ? 0 : setTimeout(run, ms, ...given)));
      }),
  });
  await swift.page.getByRole('textbox', { name: 'Messaggio' }).waitFor();
  assert.deepEqual(await swift.page.evaluate(() => window.seen), ['Messaggio']);
  await swift.check();

  let release;
  const released = new Promise((resolve) => (release = resolve));
  const slow = await embed(browser, server.url, inItalian, {
    prepare: (page) =>
      page.route(`${server.url}/chatkit/it-*.js`, async (route) => {
        await released;
        await route.continue();
      }),
  });
  await composer(slow.page).waitFor();
  await composer(slow.page).fill('Bozza');
  release();
  await slow.page.getByRole('textbox', { name: 'Messaggio' }).and(slow.page.locator(':focus')).waitFor();
  assert.equal(await slow.page.getByRole('textbox').inputValue(), 'Bozza');
  await slow.check();
});

test('the theme colours, rounds, spaces and sizes the chat, and leaves nothing behind', async () => {
  const { page, check } = await embed(browser, server.url, () => ({ theme: 'dark' }));
  const lightness = async () => {
    const color = await style(page, '.frame', 'background-color');
    return Number(color.match(/okl\w+\(([\d.]+)/)?.[1] ?? assert.fail(color));
  };
  assert.ok((await lightness()) < 0.3, 'dark');
  await setOptions(page, () => ({
    theme: {
      colorScheme: 'light',
      radius: 'sharp',
      density: 'compact',
      color: { accent: { primary: '#7c3aed', level: 1 }, grayscale: { hue: 250, tint: 6, shade: -1 }, surface: { background: '#fbfaff', foreground: '#ffffff' } },
      typography: { baseSize: 18, fontFamily: 'Georgia, serif', fontFamilyMono: 'monospace' },
    },
  }));
  await composer(page).fill('Hello');
  assert.equal(await style(page, '.frame', 'background-color'), 'rgb(251, 250, 255)');
  await page.locator('.send:enabled').waitFor();
  await page.waitForFunction(() => {
    const send = document.querySelector('openai-chatkit').shadowRoot.querySelector('.send');
    return getComputedStyle(send).backgroundColor === 'rgb(124, 58, 237)';
  });
  assert.equal(await style(page, '.composer', 'border-top-left-radius'), '2px');
  assert.equal(await style(page, '.frame', 'font-size'), '18px');
  assert.match(await style(page, '.frame', 'font-family'), /Georgia/);
  assert.equal(await style(page, '.frame', '--ck-control'), '32px');
  await setOptions(page, () => ({ theme: { color: { surface: { background: '#0d1117', foreground: '#1d222b' } } } }));
  assert.equal(await style(page, '.frame', 'color-scheme'), 'dark', 'text can be read on what the page has chosen');
  await setOptions(page, () => ({}));
  assert.equal(await style(page, '.frame', 'font-size'), '16px');
  assert.equal(await style(page, '.composer', 'border-top-left-radius'), '28px');
  assert.equal(await composer(page).inputValue(), 'Hello', 'and the draft is still there');
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.ok((await lightness()) > 0.9, 'light is the default, whatever the system says');
  await setOptions(page, () => ({ theme: 'auto' }));
  assert.ok((await lightness()) < 0.3, 'auto follows the system');
  await check();
});

test('web fonts are loaded, and a broken one does no harm', async () => {
  const { page, check, allow } = await embed(browser, server.url, () => ({}));
  allow(/fonts\/broken/);
  allow(/Failed to load resource/);
  const font = await readFile('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf').catch(() => null);
  await page.route('**/fonts/ours.ttf', (route) => (font ? route.fulfill({ body: font, contentType: 'font/ttf' }) : route.fulfill({ status: 404 })));
  await setOptions(page, () => ({
    theme: { typography: { fontFamily: 'Ours', fontSources: [
      { family: 'Ours', src: '/fonts/ours.ttf', weight: 400 },
      { family: 'Broken', src: 'javascript:alert(1)' },
      { family: 'Odd', src: '/fonts/broken.ttf', weight: 'no such weight' },
    ] } },
  }));
  if (font) await page.waitForFunction(() => [...document.fonts].some(({ family, status }) => family === 'Ours' && status === 'loaded'));
  assert.equal(await page.evaluate(() => [...document.fonts].filter(({ family }) => family !== 'Ours').length), 0);
  await check();
});

test('the header has a title and two buttons of the page’s own, whose handlers are the current ones', async () => {
  const { page, check } = await embed(browser, server.url, (stub) => ({
    ...window.answering?.(stub),
    frameTitle: 'Helper',
    header: { leftAction: { icon: 'sidebar-left', onClick: stub.call('left 1') }, rightAction: { icon: 'settings-cog', onClick: stub.call('right 1') } },
  }));
  await page.getByRole('region', { name: 'Helper' }).waitFor();
  await setOptions(page, (stub) => ({
    frameTitle: 'Helper',
    header: { leftAction: { icon: 'sidebar-left', onClick: stub.call('left 2') }, rightAction: { icon: 'settings-cog', onClick: stub.call('right 2') } },
  }));
  await page.getByRole('button', { name: 'Sidebar' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  assert.deepEqual((await calls(page)).map(([name]) => name), ['left 2', 'right 2']);
  await setOptions(page, () => ({ header: { title: { text: 'Our helper' } } }));
  await page.getByRole('heading', { name: 'Our helper' }).waitFor();
  await setOptions(page, () => ({ header: { enabled: false } }));
  assert.equal(await page.getByRole('button', { name: 'New chat' }).count(), 0);
  await check();
});

test('all 46 header icons and all 64 icons are drawn, and arrows turn round from right to left', async () => {
  const names = JSON.parse(await readFile(new URL('../chatkit/src/icons/names.json', import.meta.url), 'utf8'));
  const types = await readFile(new URL('../node_modules/@openai/chatkit/types/index.d.ts', import.meta.url), 'utf8');
  const union = (name) => Array.from(types.match(new RegExp(`export type ${name} =([^;]*);`))[1].matchAll(/'([^']+)'/g), ([, icon]) => icon);
  const header = union('HeaderIcon');
  const icons = union('ChatKitIcon');
  assert.deepEqual([header.length, icons.length], [46, 63]);
  const known = { ...names.eager, ...names.named };
  assert.deepEqual([...header, ...icons, 'dot'].filter((name) => !(name in known)), []);
  const { page, check } = await embed(browser, server.url, (_, all) => ({
    locale: 'ar',
    startScreen: { prompts: all.map((icon) => ({ label: icon, prompt: icon, icon })) },
    header: { leftAction: { icon: 'back-small', onClick: () => undefined } },
  }), { data: [...header, ...icons, 'lucide:rocket'] });
  await page.waitForFunction((count) => {
    const drawn = document.querySelector('openai-chatkit').shadowRoot.querySelectorAll('.prompt .icon > *:first-child');
    return drawn.length === count;
  }, header.length + icons.length + 1);
  assert.equal(await style(page, '.header .is-directional', 'transform'), 'matrix(-1, 0, 0, 1, 0, 0)');
  await check();
});

test('the history lists, renames and deletes only as far as it may', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  const rows = page.getByRole('dialog').getByRole('listitem');
  const menu = page.getByRole('button', { name: 'Options for Old one' });
  await call(page, 'showHistory');
  await menu.click();
  assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), ['Rename', 'Delete']);
  await screenshot(page, 'history');
  await setOptions(page, () => ({ history: { showDelete: false } }));
  assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), ['Rename']);
  await setOptions(page, () => ({ history: { showDelete: false, showRename: false } }));
  await menu.waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 1);
  await rows.first().getByRole('button').first().press('Delete');
  assert.equal(await page.getByRole('alertdialog').count(), 0, 'nor by the keyboard');
  await setOptions(page, () => ({ history: { enabled: false } }));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('button', { name: 'Chat history' }).count(), 0);
  await check();
});

test('the start screen greets, and its prompts send text or content with tags', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await page.getByRole('heading', { name: 'What can I help with today?' }).waitFor();
  await setOptions(page, () => ({
    startScreen: {
      greeting: 'Good morning',
      prompts: [
        { label: 'Plain', prompt: 'Just words', icon: 'bolt' },
        { label: 'Rich', prompt: [{ type: 'input_text', text: 'About ' }, { type: 'input_tag', id: 'x', text: 'X', group: 'G', data: { n: 1 }, interactive: true }], icon: 'lucide:rocket' },
      ],
    },
  }));
  await page.getByRole('heading', { name: 'Good morning' }).waitFor();
  await page.getByRole('button', { name: 'Rich' }).click();
  await log(page).getByText('The first answer').waitFor();
  assert.deepEqual((await requests(page, 'threads.create'))[0].params.input.content, [
    { type: 'input_text', text: 'About ' },
    { type: 'input_tag', id: 'x', text: 'X', group: 'G', data: { n: 1 }, interactive: true },
  ]);
  await check();
});

test('feedback and retry are offered when asked for', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await call(page, 'sendUserMessage', { text: 'Hi' });
  await log(page).getByText('and more of it').waitFor();
  assert.equal(await log(page).getByRole('button', { name: 'Good response' }).count(), 0);
  assert.equal(await log(page).getByRole('button', { name: 'Try again' }).count(), 0);
  await setOptions(page, () => ({ threadItemActions: { feedback: true, retry: true } }));
  const good = log(page).getByRole('button', { name: 'Good response' });
  const bad = log(page).getByRole('button', { name: 'Bad response' });
  await good.click();
  await bad.click();
  assert.deepEqual((await requests(page, 'items.feedback')).map(({ params }) => params), [
    { thread_id: 'thr', item_ids: ['a1', 'a2'], kind: 'positive' },
    { thread_id: 'thr', item_ids: ['a1', 'a2'], kind: 'negative' },
  ]);
  assert.deepEqual([await good.getAttribute('aria-pressed'), await bad.getAttribute('aria-pressed')], ['false', 'true']);
  await page.evaluate(() => (stub.answers['items.feedback'] = 500));
  await good.click();
  await page.waitForFunction(() => stub.events.some(([name]) => name === 'error'));
  assert.equal(await bad.getAttribute('aria-pressed'), 'true', 'what the server did not take is not shown as taken');
  await log(page).getByRole('button', { name: 'Try again' }).click();
  await log(page).getByText('Another answer').waitFor();
  assert.equal((await requests(page, 'threads.retry_after_item'))[0].params.thread_id, 'thr');
  await check();
});

test('the disclaimer is Markdown under the composer', async () => {
  const { page, check } = await embed(browser, server.url, () => ({ disclaimer: { text: 'May be *wrong*. [Terms](https://terms.example)' } }));
  await page.locator('openai-chatkit').getByRole('link', { name: 'Terms' }).waitFor();
  const pale = await style(page, '.disclaimer', 'color');
  await setOptions(page, () => ({ disclaimer: { text: 'May be wrong', highContrast: true } }));
  assert.notEqual(await style(page, '.disclaimer', 'color'), pale);
  await check();
});

test('what the assistant thought is open, folded, or not shown', async () => {
  const thoughts = (stub) => {
    const workflow = { type: 'reasoning', summary: { duration: 3 }, expanded: false, tasks: [{ type: 'thought', content: 'Let me see', status_indicator: 'none' }] };
    stub.answers['threads.create'] = (params) => stub.echo(params, stub.done({ id: 'w', type: 'workflow', workflow }), stub.said('a', 'Done'));
    return {};
  };
  const { page, check } = await embed(browser, server.url, thoughts);
  await call(page, 'sendUserMessage', { text: 'Hi' });
  await log(page).getByText('Thought for 3 seconds').waitFor();
  assert.ok(!(await log(page).getByText('Let me see').isVisible()), 'folded');
  await setOptions(page, () => ({ thread: { reasoning: 'hidden' } }));
  assert.equal(await log(page).getByText('Thought for 3 seconds').count(), 0);
  await setOptions(page, () => ({ thread: { reasoning: 'show' } }));
  await log(page).getByText('Let me see').waitFor();
  await check();
});

test('options that change later lose nothing, and unknown ones are reported', async () => {
  const { page, check } = await embed(browser, server.url, answering);
  await call(page, 'sendUserMessage', { text: 'Hi' });
  await composer(page).fill('A draft');
  await composer(page).evaluate((field) => field.setSelectionRange(3, 3));
  await forget(page);
  const before = await shadow(page, (root) => {
    root.querySelector('.frame').marked = true;
    return root.querySelectorAll('article').length;
  });
  await setOptions(page, () => ({ locale: 'fr', theme: 'dark', frameTitle: 'New', composer: { placeholder: 'Now' }, history: { enabled: false }, themes: 'typo' }));
  const [articles, marked, caret] = await shadow(page, (root) => [
    root.querySelectorAll('article').length,
    root.querySelector('.frame').marked === true,
    root.querySelector('textarea').selectionStart,
  ]);
  assert.deepEqual([articles, marked, caret], [before, true, 3]);
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'A draft');
  assert.deepEqual(await told(page), [], 'nothing is loaded again');
  const logged = await page.evaluate(() => stub.events.filter(([name]) => name === 'log'));
  assert.deepEqual(logged, [['log', { name: 'options.unknown', data: { key: 'themes' } }]]);
  assert.ok(await page.getByRole('button', { name: 'Envoyer le message' }).isEnabled());
  await check();
});

test('slots, parts and tokens let the page in', async () => {
  const inner = '<h1 slot="start">Our own greeting</h1><span slot="header-end">End</span><p slot="above-composer">Above</p>';
  const css = 'openai-chatkit { --ck-bubble-bg: rgb(1, 2, 3) } openai-chatkit::part(composer) { border-color: rgb(4, 5, 6) }';
  const { page, check } = await embed(browser, server.url, answering, { inner, css });
  await page.getByRole('heading', { name: 'Our own greeting' }).waitFor();
  assert.ok(!(await page.getByText('What can I help with today?').isVisible()), 'in place of the greeting');
  assert.ok(await page.getByText('End', { exact: true }).isVisible());
  assert.equal(await style(page, '.composer', 'border-top-color'), 'rgb(4, 5, 6)');
  await call(page, 'sendUserMessage', { text: 'Hi' });
  assert.equal(await style(page, '.bubble', 'background-color'), 'rgb(1, 2, 3)');
  await check();
});
