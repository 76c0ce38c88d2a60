// Writing while an answer grows: a key costs what the composer costs, and a piece of text what it adds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATEGORIES } from '../bench/trace.mjs';
import { composer } from './browser.mjs';
import { embed } from './embedded.mjs';
import { drawn } from './eventually.mjs';
import { browser, server } from './running.mjs';

const LONG = {
  paragraph: Array.from({ length: 3000 }, (_, n) => `word **b${n}**`).join(' '),
  list: Array.from({ length: 800 }, (_, n) => `- row ${n} with **words**`).join('\n'),
  table: `| a | b |\n|---|---|\n${Array.from({ length: 800 }, (_, n) => `| ${n} | \`x\` |`).join('\n')}`,
  code: `\`\`\`js\n${Array.from({ length: 800 }, (_, n) => `const a${n} = ${n};`).join('\n')}`,
};
/** Code is coloured when the browser is idle, so rest has to last longer. */
const STILL_FRAMES = 30;
const MORE = { paragraph: ' and **more**', list: '\n- one more', table: '\n| c | d |', code: '\nf();' };

for (const [kind, text] of Object.entries(LONG)) {
  test(`neither a key nor a piece of text touches what is finished of a long ${kind}`, async () => {
    const { page, check } = await embed(browser, server.url, (stub) => {
      stub.answers['threads.create'] = 'hold';
      return { thread: { autoScroll: true } };
    });
    await page.evaluate(() => void document.querySelector('openai-chatkit').sendUserMessage({ text: 'Go' }));
    await page.waitForFunction(() => stub.streams.length === 1);
    await page.evaluate((start) => {
      window.grow = (delta) =>
        stub.streams[0].push({ type: 'thread.item.updated', item_id: 'a', update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta } });
      stub.streams[0].push(stub.created(), stub.asked('Go'), { type: 'thread.item.added', item: { ...stub.said('a', '').item, content: [] } });
      grow(start);
    }, text);
    await drawn(page, STILL_FRAMES);
    const watch = () => page.evaluate(() => {
      const { shadowRoot } = document.querySelector('openai-chatkit');
      window.touched = 0;
      window.observer?.disconnect();
      window.observer = new MutationObserver((records) => records.forEach(({ addedNodes, removedNodes, type }) => (window.touched += type === 'childList' ? addedNodes.length + removedNodes.length : 1)));
      observer.observe(shadowRoot.querySelector('[role=log]'), { subtree: true, childList: true, characterData: true, attributes: true });
      return shadowRoot.querySelector('[role=log]').textContent.length;
    });
    assert.ok((await watch()) > text.length / 5, 'all of it is drawn');

    await composer(page).focus();
    const keys = await layoutsOf(page, async () => {
      for (let press = 0; press < 10; press++) await page.keyboard.press('a');
    });
    assert.equal(await page.evaluate(() => touched), 0, 'a key changes nothing in the thread');
    assert.ok(keys.length <= 40, `${keys.length} layouts for ten keys`);
    assert.ok(Math.max(...keys) <= 40, `a key lays out ${Math.max(...keys)} objects`);

    await watch();
    const pieces = await layoutsOf(page, async () => {
      for (let piece = 0; piece < 10; piece++) {
        await page.evaluate((delta) => {
          grow(delta);
          return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        }, MORE[kind]);
      }
      await drawn(page, STILL_FRAMES);
    });
    const touched = await page.evaluate(() => window.touched);
    assert.ok(touched > 0 && touched <= 60, `${touched} nodes for ten pieces`);
    assert.ok(pieces.length <= 40, `${pieces.length} layouts for ten pieces`);
    assert.ok(Math.max(...pieces) <= 100, `a piece lays out ${Math.max(...pieces)} objects`);
    if (process.env.SHOW_TIMES) console.log(kind, { keys: [keys.length, Math.max(...keys)], touched, pieces: [pieces.length, Math.max(...pieces)] });
    await page.evaluate(() => stub.streams[0].close());
    await check();
  });
}

/** How many objects each layout of the page found to be out of date, while `run` ran. */
async function layoutsOf(page, run) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return traceEvents.filter(({ name, args }) => name === 'Layout' && args.beginData).map(({ args }) => args.beginData.dirtyObjects);
}
