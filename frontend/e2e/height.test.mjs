// The page sizes the element's box. However long the thread is, the composer stays within reach.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICY, composer, log, screenshot, watched } from './browser.mjs';
import { browser, server } from './running.mjs';

const HEADER = '<header style="flex:none;height:40px">Page</header>';
const CHAT = (style = '', attributes = '') => `<openai-chatkit style="${style}" ${attributes}></openai-chatkit>`;
const FILL = 'display:block;height:100%';

/** `box` is where the page wants the chat to stay; the expected height follows from the layout. */
const LAYOUTS = {
  'a column of flex, as in many examples': { html: `<div id="box" style="display:flex;flex-direction:column;height:600px">${HEADER}<div style="flex:1">${CHAT(FILL)}</div></div>`, height: 560 },
  'a grid of auto and 1fr': { html: `<div id="box" style="display:grid;grid-template-rows:auto 1fr;height:600px">${HEADER}<div>${CHAT(FILL)}</div></div>`, height: 560 },
  'a grid with the element in its row': { html: `<div id="box" style="display:grid;grid-template-rows:auto 1fr;height:600px">${HEADER}${CHAT()}</div>`, height: 560 },
  'a cell of a table': { html: `<table id="box" style="height:600px;width:500px;border-spacing:0"><tr><td style="height:100%;padding:0">${CHAT(FILL)}</td></tr></table>`, height: 600 },
  'a box of fixed height': { html: `<div id="box" style="height:600px">${CHAT()}</div>`, height: 600 },
  'flex in flex in flex': {
    html: `<div id="box" style="display:flex;flex-direction:column;height:600px">${HEADER}<div style="flex:1;display:flex"><nav style="width:100px">Nav</nav><div style="flex:1;display:flex;flex-direction:column"><p style="margin:0;height:30px">Title</p><div style="flex:1">${CHAT(FILL)}</div></div></div></div>`,
    height: 530,
  },
  'the element as an item of flex': { html: `<div id="box" style="display:flex;flex-direction:column;height:600px">${HEADER}${CHAT('flex:1')}</div>`, height: 560 },
  'the element as an item of flex that fills it': { html: `<div id="box" style="display:flex;flex-direction:column;height:600px">${HEADER}${CHAT(FILL)}</div>`, height: 560 },
  'a row of flex': { html: `<div id="box" style="display:flex;height:600px">${CHAT()}</div>`, height: 600 },
  'a popup in a corner': { html: `<div id="box" style="position:fixed;right:16px;bottom:16px;width:400px;height:500px">${CHAT(FILL)}</div>`, height: 500 },
  'a popup of its own, wider than what it is anchored to': { html: `<div style="position:fixed;right:16px;bottom:16px;width:56px;height:56px">${CHAT('position:absolute;right:0;bottom:64px;width:380px;height:480px', 'id="box"')}</div>`, height: 480, width: 380 },
  'a dialog': { html: `<dialog id="box" open style="padding:0;border:0;width:420px;height:520px">${CHAT(FILL)}</dialog>`, height: 520 },
  'a height of the view': { html: CHAT('height:100vh', 'id="box"'), height: 820 },
  'a least height': { html: CHAT('height:auto;min-height:500px', 'id="box"'), height: 500 },
  'a height of the page’s choosing beside a padding': { html: CHAT('height:500px;padding:20px;box-sizing:border-box', 'id="box"'), height: 500, inner: 460 },
  'a box with a greatest height': { html: `<div id="box" style="max-height:500px">${CHAT(FILL)}</div>`, height: 320 },
  'no height at all': { html: CHAT('', 'id="box"'), height: 320 },
  'no size at all': { html: `<div id="box" style="position:absolute">${CHAT()}</div>`, height: 320, width: 800 },
};

async function opened(html, viewport) {
  const { page, check } = await watched(browser, server.url, { reducedMotion: 'reduce', ...(viewport ? { viewport } : {}) });
  const body = `<!doctype html><html lang="en"><title>Height</title><style>body{margin:0}</style>${html}<script src="/chatkit.js"></script>`;
  await page.route(`${server.url}/height.html`, (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'") }, body }),
  );
  await page.goto(`${server.url}/height.html`);
  await page.evaluate(() => {
    const base = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
    const data = Array.from({ length: 40 }, (_, n) => [
      { ...base, id: `q${n}`, type: 'user_message', content: [{ type: 'input_text', text: `Question ${n}` }], attachments: [], inference_options: {} },
      { ...base, id: `a${n}`, type: 'assistant_message', content: [{ type: 'output_text', text: `Answer ${n} takes a few lines.\n\nThis is the second.\n\nAnd this the third.`, annotations: [] }] },
    ]).flat();
    const thread = { id: 'thr', created_at: base.created_at, status: { type: 'active' }, metadata: {}, items: { data, has_more: false } };
    const fetch = async (_, init) => (init.body.includes('get_by_id') ? Response.json(thread) : new Response(null, { status: 204 }));
    document.querySelector('openai-chatkit').setOptions({ api: { url: '/chatkit', domainKey: 'any', fetch }, initialThread: 'thr' });
  });
  await log(page).getByText('Answer 39').waitFor();
  return { page, check };
}

const measured = (page) =>
  page.evaluate(() => {
    const element = document.querySelector('openai-chatkit');
    const rect = (node) => {
      const { top, bottom, left, right, width, height } = node.getBoundingClientRect();
      return { top, bottom, left, right, width: Math.round(width), height: Math.round(height) };
    };
    const scroller = element.shadowRoot.querySelector('.scroller');
    return {
      box: rect(document.getElementById('box')),
      host: rect(element),
      frame: rect(element.shadowRoot.querySelector('.frame')),
      composer: rect(element.shadowRoot.querySelector('.composer')),
      scrolls: scroller.scrollHeight > scroller.clientHeight + 100,
    };
  });

const inside = (inner, outer) => inner.top >= outer.top && inner.bottom <= outer.bottom && inner.left >= outer.left && inner.right <= outer.right;

for (const [name, { html, height, width, inner = height }] of Object.entries(LAYOUTS)) {
  test(`a long thread keeps the composer in its box: ${name}`, async () => {
    const { page, check } = await opened(html);
    const { box, host, frame, composer: field, scrolls } = await measured(page);
    assert.equal(host.height, height);
    assert.equal(frame.height, inner);
    if (width) assert.equal(host.width, width);
    assert.ok(host.width >= 380, `a width to read in: ${host.width}`);
    assert.ok(inside(field, host) && inside(field, box), `the composer is inside: ${JSON.stringify({ field, host, box })}`);
    assert.ok(scrolls, 'and the thread scrolls');
    await composer(page).click();
    await screenshot(page, `height-${name.replace(/\W+/g, '-')}`);
    await check();
  });
}

test('a phone on its side has the composer in view below the page’s header', async () => {
  const { html } = LAYOUTS['a column of flex, as in many examples'];
  const { page, check } = await opened(html.replace('600px', '100vh'), { width: 667, height: 280 });
  const { host, composer: field } = await measured(page);
  assert.equal(host.height, 240);
  assert.ok(field.bottom <= 280);
  await check();
});
