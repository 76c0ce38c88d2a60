// Every state of the composer and what opens from it, in light, in dark and at 320 px: no barrier, nothing cut off.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { composer, launch, log, screenshot } from './browser.mjs';
import { call, embed } from './embedded.mjs';
import { sunset } from './picture.mjs';
import { server } from './running.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let browser;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
});
after(() => browser?.close());

function everything(stub, { theme }) {
  stub.answers['threads.create'] = (params) =>
    stub.echo(params, stub.said('a', 'The **reef** lies off the northern coast. Most of it is protected, and boats keep their distance.\n\n- It is 40 km long\n- It was mapped in 1998'));
  stub.answers['threads.list'] = {
    data: ['Reefs of the north', 'A very long title of a chat that was about a great many things and does not fit'].map((title, n) =>
      stub.thread({ id: `t${n}`, title, created_at: new Date().toISOString() }),
    ),
    has_more: false,
  };
  stub.answers['threads.get_by_id'] = ({ thread_id }) =>
    stub.thread({ id: thread_id, title: 'Over', status: { type: thread_id, reason: `This conversation is ${thread_id}: the case has been settled.` } });
  stub.answers['input.transcribe'] = 501;
  const entities = [
    { id: 'r', title: 'Northern reef', icon: 'map-pin', group: 'Places', interactive: true, data: { kind: 'Reef' } },
    { id: 'm', title: 'Map of 1998', icon: 'maps', group: 'Papers' },
  ];
  return {
    theme: { colorScheme: theme, color: { accent: { primary: '#0f766e', level: 1 } } },
    header: { title: { text: 'Harbour desk' }, leftAction: { icon: 'menu', onClick: () => undefined } },
    startScreen: {
      greeting: 'Where shall we sail?',
      prompts: [
        { label: 'Reefs nearby', prompt: 'Which reefs are near?', icon: 'compass' },
        { label: 'Tide tables', prompt: 'Tides', icon: 'lucide:waves' },
        { label: 'Plan a trip', prompt: 'Plan', icon: 'calendar' },
      ],
    },
    composer: {
      placeholder: 'Ask the harbour desk',
      attachments: { enabled: true },
      tools: [
        { id: 'search', label: 'Search the charts', shortLabel: 'Charts', icon: 'search', pinned: true },
        { id: 'deep', label: 'Deep research', shortLabel: 'Research', icon: 'book-open', placeholderOverride: 'What is to be found out?' },
      ],
      models: [{ id: 'a', label: 'Swift', description: 'For everyday questions', default: true }, { id: 'b', label: 'Thorough', description: 'Takes its time' }],
      dictation: { enabled: true },
    },
    entities: {
      showComposerMenu: true,
      onTagSearch: async (query) => entities.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase())),
      onRequestPreview: async ({ title, data }) => ({
        preview: { type: 'Basic', gap: 2, children: [{ type: 'Title', value: title, size: 'sm' }, { type: 'Text', value: `${data?.kind}, protected since 1971`, color: 'secondary', size: 'sm' }] },
      }),
    },
    commands: { enabled: true, onSearch: async () => [{ id: 'c', label: 'Hand over to a person', description: 'Mondays to Fridays', icon: 'lifesaver', group: 'Harbour' }] },
    disclaimer: { text: 'The desk may be wrong. [Check the charts](https://charts.example).' },
    threadItemActions: { feedback: true, retry: true },
  };
}

async function states(page) {
  const field = page.locator('openai-chatkit textarea');
  const clear = async () => {
    await field.fill('');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
  };
  const attach = (bytes) =>
    page.evaluate((given) => {
      stub.answers['attachments.create'] = ({ name, mime_type }) => ({ id: name, type: 'image', name, mime_type, preview_url: '/favicon.svg', upload_descriptor: { url: '/upload/x', method: 'POST' } });
      const file = new File([Uint8Array.from(given)], 'sunset.png', { type: 'image/png' });
      return document.querySelector('openai-chatkit').setComposerValue({ files: [file] });
    }, bytes);
  const content = [
    { type: 'input_text', text: 'How deep is the water near ' },
    { type: 'input_tag', id: 'r', text: 'Northern reef', interactive: true, data: { kind: 'Reef' } },
    { type: 'input_text', text: ' in spring?' },
  ];
  return [
    ['start', async () => page.locator('.prompt .icon > *').first().waitFor()],
    ['entities', async () => { await field.pressSequentially('Near @'); await page.getByRole('option').first().waitFor(); }],
    ['commands', async () => { await clear(); await field.pressSequentially('/'); await page.getByRole('option', { name: 'Hand over' }).waitFor(); }],
    ['dictation', async () => { await clear(); await page.getByRole('button', { name: 'Dictate' }).click(); await page.getByText('0:01', { exact: true }).waitFor(); }],
    ['dictation-refused', async () => { await page.getByRole('button', { name: 'Finish dictation' }).click(); await page.getByText('cannot take dictation').waitFor(); }],
    ['draft', async () => {
      await call(page, 'setComposerValue', { content, reply: 'Most of it is protected, and boats keep their distance.', selectedToolId: 'deep' });
      await attach([...sunset()]);
      await page.getByRole('button', { name: 'Remove sunset.png' }).waitFor();
    }],
    ['models', async () => { await page.getByRole('button', { name: 'Model: Swift' }).click(); await page.getByRole('menuitemradio').first().waitFor(); }],
    ['answer', async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Send message' }).click();
      await log(page).getByRole('button', { name: 'Good response' }).click();
    }],
    ['preview', async () => { await log(page).getByRole('button', { name: '@Northern reef' }).hover(); await page.getByText('protected since').waitFor(); }],
    ['quote', async () => {
      await page.mouse.move(2, 2);
      await page.getByRole('tooltip').waitFor({ state: 'detached' });
      await log(page).getByRole('listitem').first().selectText();
      await page.getByRole('button', { name: 'Reply' }).waitFor();
    }],
    ['history', async () => { await page.evaluate(() => getSelection().empty()); await call(page, 'showHistory'); await page.getByText('Reefs of the north').waitFor(); }],
    ['locked', async () => { await call(page, 'hideHistory'); await call(page, 'setThreadId', 'locked'); await composer(page).waitFor(); }],
    ['closed', async () => { await call(page, 'setThreadId', 'closed'); await page.getByText('conversation is closed').waitFor(); }],
  ];
}

for (const [look, theme, viewport] of [
  ['light', 'light', { width: 1180, height: 820 }],
  ['dark', 'dark', { width: 1180, height: 820 }],
  ['phone', 'light', { width: 320, height: 640 }],
]) {
  test(`nothing is in the way, ${look}`, async () => {
    const { page, check } = await embed(browser, server.url, everything, { data: { theme }, viewport, strict: false });
    const left = [];
    for (const [name, enter] of await states(page)) {
      await enter();
      await screenshot(page, `${look}-${name}`);
      await page.evaluate(axeSource);
      const found = await page.evaluate(async (tags) => {
        const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.flat().join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`);
      }, TAGS);
      left.push(...found.map((violation) => `${name}: ${violation}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) left.push(`${name}: ${wide} px too wide`);
    }
    assert.deepEqual(left, []);
    await check();
  });
}
