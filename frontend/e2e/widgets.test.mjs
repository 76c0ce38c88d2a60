// Every widget component through the real element: how it is worked with mouse and keyboard, and what it sends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { log } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { openGallery, sse, wholeThread, widgetItem } from './gallery.mjs';
import { widgets } from './gallery-widgets.mjs';
import { browser, server } from './running.mjs';

const names = Object.keys(widgets);
const open = (list, options) =>
  openGallery(browser, server.url, list.map((name) => (typeof name === 'string' ? widgetItem(name, widgets[name]) : widgetItem('own', name))), options);

for (const [theme, width] of [['light', 800], ['dark', 800], ['light', 320], ['dark', 320]]) {
  test(`every component can be read by everyone: ${theme}, ${width} px`, async () => {
    // The policy keeps scripts of others out, axe's too.
    const { page, check } = await open(names, { theme, width, strict: false });
    await log(page).getByText('In a transition').waitFor();
    await page.locator('.w-chart svg').last().waitFor();
    if (process.env.SCREENSHOTS_DIR) await wholeThread(page, `${process.env.SCREENSHOTS_DIR}/widgets-${theme}-${width}.png`);
    const sideways = await log(page).evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.ok(sideways <= 0, `${sideways} px stick out`);
    assert.deepEqual(await violations(page, { within: 'openai-chatkit' }), []);
    await check();
  });
}

test('a long list of options is searched, and chosen from with the keyboard', async () => {
  const { page, requests, setReply, check } = await open(['form']);
  const city = log(page).getByRole('combobox', { name: 'City' });
  await city.focus();
  await page.keyboard.press('Enter');
  const search = page.getByRole('combobox', { name: 'Search' });
  await search.pressSequentially('pra');
  assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['Prague']);
  await page.keyboard.press('Enter');
  assert.equal(await city.innerText(), 'Prague');
  assert.ok(await city.evaluate((element) => element.getRootNode().activeElement === element), 'the focus is back');
  await city.press('ArrowDown');
  await search.pressSequentially('xyz');
  await page.getByText('Nothing found').waitFor();
  await page.keyboard.press('Escape');
  await log(page).getByRole('textbox', { name: 'Name' }).fill('Norway');
  setReply(() => sse([]));
  await log(page).getByRole('textbox', { name: 'Name' }).press('Enter');
  await page.waitForFunction(() => !document.querySelector('openai-chatkit').shadowRoot.querySelector('.widget.is-busy'));
  assert.deepEqual(requests.map(({ type, params }) => [type, params.action]), [
    ['threads.custom_action', { type: 'trip.save', payload: { trip: { name: 'Norway', city: 'Prague', day: '2026-03-14T00:00:00.000Z', notes: '', class: 'b', window: true } } }],
  ]);
  await check();
});

test('what is disabled is not sent, and a text that can be changed leaves its neighbour its line', async () => {
  const text = (value, props) => ({ type: 'Text', value, ...props });
  const { page, requests, setReply, check } = await open([
    {
      type: 'Card',
      asForm: true,
      confirm: { label: 'Save', action: { type: 'save' } },
      children: [
        { type: 'Row', gap: 2, children: [text('Delivery note:'), text('click to edit', { editable: { name: 'note' } })] },
        { type: 'Input', name: 'fixed', defaultValue: 'kept', disabled: true },
        { type: 'Select', name: 'city', defaultValue: 'o', options: [{ value: 'o', label: 'Oslo' }], disabled: true },
        { type: 'Checkbox', name: 'gift', label: 'A gift', defaultChecked: true, disabled: true },
      ],
    },
  ]);
  const label = log(page).getByText('Delivery note:');
  const lines = await label.evaluate((element) => element.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(element).lineHeight));
  assert.ok(lines < 1.5, `${lines} lines`);
  setReply(() => sse([]));
  await log(page).getByRole('button', { name: 'Save' }).click();
  await page.waitForFunction(() => !document.querySelector('openai-chatkit').shadowRoot.querySelector('.widget.is-busy'));
  assert.deepEqual(requests.map(({ params }) => params.action), [{ type: 'save', payload: { note: 'click to edit' } }]);
  await check();
});

test('a day is chosen from the calendar with the keyboard, within its limits', async () => {
  const { page, check } = await open(['form']);
  const day = log(page).getByRole('button', { name: 'Day' });
  await day.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /March 14, 2026/ }).waitFor();
  await page.waitForFunction(() => document.querySelector('openai-chatkit').shadowRoot.activeElement?.classList.contains('w-day'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('PageDown');
  await dialog.getByText('April 2026').waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await day.innerText(), 'Apr 21, 2026');
  await day.click();
  await page.keyboard.press('Shift+PageUp');
  await dialog.getByText('March 2026').waitFor();
  assert.equal(await dialog.getByRole('button', { name: /March 4, 2026/ }).getAttribute('aria-disabled'), 'true');
  await page.keyboard.press('Escape');
  await log(page).getByRole('button', { name: 'Clear' }).last().click();
  assert.equal(await day.innerText(), 'Choose a date');
  await check();
});

test('nothing is sent before a form is valid, and cancel does not ask', async () => {
  const { page, requests, setReply, check } = await open(['form']);
  setReply(() => sse([]));
  await log(page).getByRole('button', { name: 'Save' }).click();
  assert.equal(requests.length, 0);
  assert.ok(await log(page).getByRole('textbox', { name: 'Name' }).evaluate((element) => element.matches(':user-invalid')));
  await log(page).getByRole('button', { name: 'Cancel' }).click();
  await page.waitForFunction(() => !document.querySelector('openai-chatkit').shadowRoot.querySelector('.widget.is-busy'));
  assert.deepEqual(requests.map(({ params }) => params.action.type), ['trip.cancel']);
  await check();
});

test('a control outside a form sends its own value', async () => {
  const { page, requests, setReply, check } = await open([
    { type: 'Card', children: [{ type: 'Select', name: 'deep.size', placeholder: 'Size', options: [{ value: 's', label: 'Small' }, { value: 'm', label: 'Medium' }], onChangeAction: { type: 'size', payload: { id: 1 } } }, { type: 'Checkbox', name: '__proto__.x', label: 'Evil', onChangeAction: { type: 'evil', streaming: false } }] },
  ]);
  setReply(({ type }) => (type === 'threads.sync_custom_action' ? { json: { updated_item: widgetItem('own', { type: 'Card', children: [{ type: 'Text', value: 'Replaced' }] }) } } : sse([])));
  await page.evaluate(() => {
    document.querySelector('openai-chatkit').addEventListener('chatkit.error', ({ detail }) => (window.error = detail.error.message));
  });
  await log(page).getByRole('combobox', { name: 'Size' }).click();
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await eventually('the action of the choice', () => requests.length === 1);
  await log(page).getByLabel('Evil').click();
  await log(page).getByText('Replaced').waitFor();
  assert.deepEqual(requests.map(({ type, params }) => [type, params.action]), [
    ['threads.custom_action', { type: 'size', payload: { id: 1, deep: { size: 'm' } } }],
    ['threads.sync_custom_action', { type: 'evil', payload: {} }],
  ]);
  assert.match(await eventually('the error', () => page.evaluate(() => window.error)), /__proto__/);
  await check();
});

test('a list shows more, and its rows are buttons', async () => {
  const { page, requests, setReply, check } = await open(['list']);
  await log(page).getByText('Ada Lovelace').waitFor();
  assert.equal(await log(page).getByRole('listitem').count(), 5);
  await log(page).getByRole('button', { name: 'Show 2 more' }).click();
  assert.equal(await log(page).getByRole('listitem').count(), 7);
  setReply(() => sse([]));
  await log(page).getByRole('button', { name: /Tony Hoare/ }).click();
  await page.waitForFunction(() => !document.querySelector('openai-chatkit').shadowRoot.querySelector('.w-list-item.is-busy'));
  assert.deepEqual(requests.map(({ params }) => params.action), [{ type: 'open', payload: { i: 6 } }]);
  await check();
});

test('a chart is walked through with the keyboard, and has its numbers as a table', async () => {
  const { page, check } = await open(['bars']);
  const chart = log(page).getByRole('group', { name: 'Chart: Desktop, Mobile' });
  await chart.focus();
  await page.keyboard.press('End');
  await log(page).getByRole('status').getByText('Aug: Desktop 260, Mobile 170').waitFor({ state: 'attached' });
  assert.equal(await log(page).getByRole('cell', { name: '305' }).count(), 1);
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.2, box.y + 60);
  await page.locator('.w-tooltip').getByText('305').waitFor();
  await check();
});

test('the page draws components of its own', async () => {
  const { page, requests, setReply, check } = await openGallery(browser, server.url, [
    widgetItem('own', { type: 'Card', asForm: true, children: [{ type: 'Gauge', value: 7, children: [{ type: 'Text', value: 'Inside' }] }] }),
  ]);
  setReply(() => sse([{ type: 'thread.item.updated', item_id: 'own', update: { type: 'widget.root.updated', widget: { type: 'Card', children: [{ type: 'Gauge', value: 8 }] } } }]));
  await log(page).getByText('Unsupported content: Gauge').waitFor();
  await page.evaluate(() => {
    window.cleaned = 0;
    customElements.get('openai-chatkit').registerWidget('Gauge', (element, node, api) => {
      const button = document.createElement('button');
      button.textContent = `Gauge ${node.value}`;
      button.onclick = () => api.fireAction({ type: 'gauge', payload: { of: node.value } });
      const slot = document.createElement('div');
      element.append(button, slot);
      api.setValue('gauge.value', 'full');
      api.renderChildren(slot);
      return () => window.cleaned++;
    });
  });
  await log(page).getByText('Inside').waitFor();
  await log(page).getByRole('button', { name: 'Gauge 7' }).click();
  await log(page).getByRole('button', { name: 'Gauge 8' }).waitFor();
  assert.deepEqual(requests.map(({ params }) => params.action), [{ type: 'gauge', payload: { of: 7, gauge: { value: 'full' } } }]);
  assert.equal(await page.evaluate(() => window.cleaned), 1);
  await check();
});

test('what cannot be read is left out, and the widget around it goes on', async () => {
  // Comparing or printing an object whose `toString` is no function throws.
  const hostile = { toString: null };
  const card = (key, value) => ({ type: 'Card', children: [{ type: 'Text', key, value }, { type: 'Badge', label: hostile }, { type: 'Button', label: 'Go on', onClickAction: { type: 'go' } }] });
  const { page, setReply, check } = await open([card(hostile, 'First')]);
  setReply(() => sse([{ type: 'thread.item.updated', item_id: 'own', update: { type: 'widget.root.updated', widget: card('a', 'Second') } }]));
  await log(page).getByText('First').waitFor();
  await log(page).getByRole('button', { name: 'Go on' }).click();
  await log(page).getByText('Second').waitFor();
  await check();
});
