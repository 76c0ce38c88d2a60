// Shows items and widgets through the real element, without a model: a thread and its stream come from the test.

import { openChat } from './browser.mjs';
import { drawn } from './eventually.mjs';

const meta = { id: 'thr', title: 'Gallery', created_at: '2026-01-01T00:00:00Z', status: { type: 'active' } };
const at = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };

export const widgetItem = (id, widget) => ({ ...at, id, type: 'widget', widget });
export const message = (id, text, annotations = []) => ({ ...at, id, type: 'assistant_message', content: [{ type: 'output_text', text, annotations }] });
export const question = (id, text) => ({ ...at, id, type: 'user_message', content: [{ type: 'input_text', text }], attachments: [], inference_options: {} });
export const item = (id, type, props) => ({ ...at, id, type, ...props });

/**
 * Opens a thread with these items. Later requests are recorded, and answered by the function given to `setReply`.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {unknown[]} items
 * @param {import('playwright-core').BrowserContextOptions & {
 *   strict?: boolean, theme?: 'light' | 'dark', options?: object, width?: number, height?: number, thread?: object,
 * }} [options]
 */
export async function openGallery(browser, url, items, { theme = 'light', options = {}, width = 800, height = 900, thread = {}, ...context } = {}) {
  const chat = await openChat(browser, url, { viewport: { width, height }, ...context });
  const requests = [];
  /** @type {(request: any) => Parameters<import('playwright-core').Route['fulfill']>[0]} */
  let reply = () => ({ status: 204 });
  await chat.page.route('**/chatkit', (route) => {
    const request = route.request().postDataJSON();
    if (request.type === 'threads.get_by_id') return route.fulfill({ json: { ...meta, ...thread, items: { data: items, has_more: false } } });
    if (request.type === 'items.list') return route.fulfill({ json: { data: items.toReversed(), has_more: false } });
    if (request.type === 'ext.threads.resume') return route.fulfill({ status: 204 });
    requests.push(request);
    return route.fulfill(reply(request));
  });
  await chat.page.evaluate(
    ({ theme, options }) => {
      document.documentElement.style.colorScheme = theme;
      const element = document.querySelector('openai-chatkit');
      element.setOptions({ api: { url: '/chatkit', domainKey: 'any' }, theme, header: { enabled: false }, history: { enabled: false }, ...options });
      return element.setThreadId('thr');
    },
    { theme, options },
  );
  await chat.page.getByRole('log').waitFor();
  return { ...chat, requests, setReply: (next) => (reply = next) };
}

export const sse = (events) => ({ contentType: 'text/event-stream', body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') });

/** A picture of everything in the thread, however long it is. */
export async function wholeThread(page, file) {
  await drawn(page);
  const height = await page.evaluate(() => document.querySelector('openai-chatkit').shadowRoot.querySelector('[role=log]').scrollHeight);
  await page.setViewportSize({ width: page.viewportSize().width, height: Math.min(height + 140, 6000) });
  await drawn(page);
  await page.screenshot({ path: file });
}
