// A chat with everything in it, and the way through all the states it can be in.

import { call } from './embedded.mjs';
import { sunset } from './picture.mjs';

export function everything(stub, { locale, threads }) {
  stub.answers['threads.create'] = (params) => {
    const events = stub.echo(params, stub.said('a', 'The **reef** lies off the northern coast. Most of it is protected, and boats keep their distance.\n\n- It is 40 km long\n- It was mapped in 1998'));
    events[1].item.attachments = [{ id: 'sunset.png', type: 'image', name: 'sunset.png', mime_type: 'image/png', preview_url: '/favicon.svg' }];
    return events;
  };
  stub.answers['threads.list'] = {
    data: ['Reefs of the north', 'A very long title of a chat that was about a great many things and does not fit'].map((title, n) =>
      stub.thread({ id: `t${n}`, title, created_at: new Date().toISOString() }),
    ),
    has_more: false,
  };
  stub.answers['threads.get_by_id'] = ({ thread_id }) => {
    if (threads[thread_id]) return stub.thread({ id: thread_id, title: thread_id, items: { data: threads[thread_id], has_more: false } });
    return stub.thread({ id: thread_id, title: 'Over', status: { type: thread_id, reason: `This conversation is ${thread_id}: the case has been settled.` } });
  };
  stub.answers['input.transcribe'] = 501;
  const entities = [
    { id: 'r', title: 'Northern reef', icon: 'map-pin', group: 'Places', interactive: true, data: { kind: 'Reef' } },
    { id: 'm', title: 'Map of 1998', icon: 'maps', group: 'Papers' },
  ];
  return {
    locale,
    // By what the browser prefers, so that one page is seen in light and in dark.
    theme: { colorScheme: 'auto', color: { accent: { primary: '#0f766e', level: 1 } } },
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

export function states(page, w) {
  const field = page.locator('openai-chatkit textarea');
  const log = page.getByRole('log');
  const button = (key, values) => page.getByRole('button', { name: w(key, values), exact: true });
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
  const row = page.getByRole('dialog').getByRole('listitem').first();
  return [
    ['start', () => page.locator('.prompt .icon > *').first().waitFor()],
    ['offline', async () => { await page.context().setOffline(true); await page.getByText(w('connection.away')).first().waitFor(); }],
    ['menu', async () => { await page.context().setOffline(false); await button('composer.menu').click(); await page.getByRole('menuitem').or(page.getByRole('menuitemradio')).first().waitFor(); }],
    ['entities', async () => { await page.keyboard.press('Escape'); await field.pressSequentially('Near @'); await page.getByRole('option').first().waitFor(); }],
    ['commands', async () => { await clear(); await field.pressSequentially('/'); await page.getByRole('option', { name: 'Hand over' }).waitFor(); }],
    ['dictation', async () => { await clear(); await button('dictation.start').click(); await page.getByText(/^0:\d[1-9]$/).waitFor(); }],
    ['dictation-refused', async () => { await button('dictation.done').click(); await page.getByText(w('dictation.unavailable')).waitFor(); }],
    ['draft', async () => {
      await call(page, 'setComposerValue', { content, reply: 'Most of it is protected, and boats keep their distance.', selectedToolId: 'deep' });
      await attach([...sunset()]);
      await button('attachment.remove', { name: 'sunset.png' }).waitFor();
    }],
    ['models', async () => { await page.getByRole('button', { name: /Swift/ }).click(); await page.getByRole('menuitemradio').first().waitFor(); }],
    ['answer', async () => {
      await page.keyboard.press('Escape');
      await button('composer.send').click();
      await log.getByRole('button', { name: w('message.good') }).click();
    }],
    ['viewer', async () => { await log.getByRole('button', { name: w('attachment.view', { name: 'sunset.png' }) }).click(); await page.locator('.viewer img').waitFor(); }],
    ['preview', async () => { await page.keyboard.press('Escape'); await log.getByRole('button', { name: /Northern reef/ }).hover(); await page.getByText('protected since').waitFor(); }],
    ['quote', async () => {
      await page.mouse.move(2, 2);
      await page.getByRole('tooltip').waitFor({ state: 'detached' });
      await log.locator('.md li').first().selectText();
      await button('composer.quote').waitFor();
    }],
    ['streaming', async () => {
      await page.evaluate(() => {
        getSelection().empty();
        stub.answers['threads.add_user_message'] = 'hold';
      });
      await field.fill('And the tides?');
      await field.press('Enter');
      await button('composer.stop').waitFor();
      await page.evaluate(() => {
        const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z', type: 'assistant_message' };
        stub.streams.at(-1).push(
          stub.asked('And the tides?', { id: 'q2' }),
          { type: 'thread.item.added', item: { ...at, id: 's', content: [] } },
          { type: 'thread.item.updated', item_id: 's', update: { type: 'assistant_message.content_part.added', content_index: 0, content: { type: 'output_text', text: 'The tide turns at', annotations: [] } } },
        );
      });
      await log.getByText('The tide turns at').waitFor();
    }],
    ['steps', async () => {
      const thought = { type: 'thought', status_indicator: 'loading', title: 'Reading the tide tables', content: 'They are of **last year**.' };
      await page.evaluate((task) => {
        const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
        stub.streams.at(-1).push(
          stub.done({ id: 's', type: 'assistant_message', content: [{ type: 'output_text', text: 'The tide turns at', annotations: [] }] }),
          { type: 'thread.item.added', item: { ...at, id: 'wf', type: 'workflow', workflow: { type: 'reasoning', expanded: true, tasks: [task] } } },
        );
      }, thought);
      await log.getByText('last year').waitFor();
    }],
    ['notice', async () => {
      await page.evaluate(() => {
        stub.streams.at(-1).push(
          { type: 'notice', level: 'info', title: 'Low water', message: 'The harbour is **closed** to large ships.' },
          { type: 'notice', level: 'warning', message: 'A storm is coming.' },
          { type: 'notice', level: 'danger', message: 'The pier is closed.' },
          { type: 'progress_update', text: 'Asking the harbour master', icon: 'search' },
        );
      });
      await log.getByText('Asking the harbour master').waitFor();
    }],
    ['error', async () => {
      await page.evaluate(() => {
        stub.streams.at(-1).push({ type: 'error', code: 'custom', message: 'The tide tables are being printed.', allow_retry: true });
        stub.streams.at(-1).close();
      });
      await page.getByRole('alert').getByText('being printed').waitFor();
    }],
    ['history', async () => { await call(page, 'showHistory'); await page.getByText('Reefs of the north').waitFor(); }],
    ['history-menu', async () => { await row.getByRole('button').nth(1).click(); await page.getByRole('menuitem').first().waitFor(); }],
    ['rename', async () => { await page.keyboard.press('Escape'); await row.getByRole('button').first().press('F2'); await row.getByRole('textbox').waitFor(); }],
    ['delete', async () => { await page.keyboard.press('Escape'); await row.getByRole('button').first().press('Delete'); await page.getByRole('alertdialog').waitFor(); }],
    ['form', async () => { await page.keyboard.press('Escape'); await call(page, 'hideHistory'); await call(page, 'setThreadId', 'form'); await log.getByRole('combobox', { name: 'City' }).waitFor(); }],
    ['select', async () => { await log.getByRole('combobox', { name: 'City' }).click(); await page.getByRole('option').first().waitFor(); }],
    ['calendar', async () => { await page.keyboard.press('Escape'); await log.getByRole('button', { name: 'Day' }).click(); await page.getByRole('dialog').waitFor(); }],
    ['items', async () => {
      await page.keyboard.press('Escape');
      await call(page, 'setThreadId', 'items');
      await log.getByRole('button', { name: w('question.send') }).waitFor();
      const folded = log.locator('details:not([open]) > summary');
      for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
    }],
    ['citation', async () => { await log.locator('.citation').first().hover(); await page.getByRole('tooltip').waitFor(); }],
    ['widgets', async () => {
      await page.keyboard.press('Escape');
      await call(page, 'setThreadId', 'widgets');
      await log.getByText('In a transition').waitFor();
      await page.locator('.w-chart svg').last().waitFor();
    }],
    ['locked', async () => { await call(page, 'setThreadId', 'locked'); await page.getByRole('textbox', { name: w('composer.label') }).waitFor(); }],
    ['closed', async () => { await call(page, 'setThreadId', 'closed'); await page.getByText('conversation is closed').waitFor(); }],
  ];
}
