// Every kind of item through the real element: that it looks right, and that everyone can read it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { log } from './browser.mjs';
import { item, message, openGallery, question, wholeThread } from './gallery.mjs';
import { browser, server } from './running.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const url = { type: 'url', title: 'A guide to fjords', url: 'https://example.com/fjords', attribution: 'Example', description: 'Where they are, and how deep.', timestamp: '2026-01-05T00:00:00Z' };
const file = { type: 'file', title: 'Annual report', filename: 'report-2025.pdf' };
const entity = { type: 'entity', id: 'e', title: 'Order 1004', icon: 'suitcase', label: 'Order', inline_label: 'Order 1004', description: 'Shipped on Monday', interactive: false, data: {} };
const note = (source, index) => ({ type: 'annotation', source, index });
const task = (type, status_indicator, props) => ({ type, status_indicator, ...props });

const ITEMS = [
  question('q', 'Tell me about fjords'),
  item('w', 'workflow', { workflow: { type: 'custom', expanded: true, summary: { title: 'Looked things up', icon: 'search' }, tasks: [
    task('custom', 'complete', { title: 'Read the request', content: 'With **care**.' }),
    task('web_search', 'complete', { title_query: 'fjord depth', queries: ['fjord depth', 'deepest fjord'], sources: [url] }),
    task('file', 'loading', { sources: [file] }),
    task('image', 'none', {}),
    task('hologram', 'none', { title: 'From the future' }),
  ] } }),
  item('r', 'workflow', { workflow: { type: 'reasoning', expanded: false, summary: { duration: 7 }, tasks: [task('thought', 'complete', { content: 'Fjords are deep.' })] } }),
  item('t', 'task', { task: task('custom', 'none', { title: 'On its own', icon: 'lucide:anchor' }) }),
  message('m', 'They are deep. See the report, and the order.', [note(url, 14), note(file, 29), note(entity, 45)]),
  item('i', 'generated_image', { image: { id: 'x', url: 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#88a"/></svg>') } }),
  item('h', 'hologram', {}),
  item('a', 'structured_input', { status: 'answered', inputs: [{ type: 'freeform', id: 'x', question: 'How many?', answer: { values: ['Two'], skipped: false } }, { type: 'freeform', id: 'y', question: 'Why?', answer: { values: [], skipped: true } }] }),
  item('s', 'structured_input', { status: 'pending', inputs: [
    { type: 'multiple_choice', id: 'p', question: 'Which one?', options: [{ value: 'Geiranger' }, { value: 'Hardanger' }], multiple: false },
    { type: 'freeform', id: 'f', question: 'Anything else?', description: 'In your own words' },
  ] }),
];

for (const [theme, width] of [['light', 800], ['dark', 320]]) {
  test(`every item can be read by everyone: ${theme}, ${width} px`, async () => {
    const { page, check } = await openGallery(browser, server.url, ITEMS, { theme, width, strict: false });
    await log(page).getByRole('button', { name: 'Send answers' }).waitFor();
    await log(page).getByText('From the future').waitFor();
    await log(page).getByText('Unsupported content: hologram').waitFor();
    if (process.env.SCREENSHOTS_DIR) await wholeThread(page, `${process.env.SCREENSHOTS_DIR}/items-${theme}-${width}.png`);
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() =>
      window.axe.run(document.querySelector('openai-chatkit'), { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
    );
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
    await check();
  });
}

test('a citation shows what it points to, by pointer and by focus', async () => {
  const { page, check } = await openGallery(browser, server.url, [message('m', 'They are deep.', [note(url, 14)])]);
  const citation = log(page).getByRole('link', { name: 'Source 1: A guide to fjords' });
  await citation.hover();
  const card = page.getByRole('tooltip');
  await card.getByText('Where they are, and how deep.').waitFor();
  assert.match(await card.innerText(), /Example · Jan 5, 2026/);
  await page.mouse.move(5, 5);
  await card.waitFor({ state: 'detached' });
  await citation.focus();
  await card.waitFor();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await check();
});
