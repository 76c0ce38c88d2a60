// What is measured, one function a scene; each gives figures by name.

import { textOf } from './texts.mjs';
import { heapOf, percentile, traced, withPage } from './page.mjs';

const KB = 1024;

async function ready(page) {
  return page.evaluate(async () => {
    for (;;) {
      const input = window.peer?.input();
      if (input) {
        input.focus();
        if ((input.getRootNode().activeElement ?? document.activeElement) === input) return performance.now() - window.t0;
      }
      await new Promise(requestAnimationFrame);
    }
  });
}

/** What is loaded before a reader can type, and how soon that is when it has been loaded before. */
export async function start({ browser, host, subject }) {
  const own = new URL(host.url).origin;
  return withPage(browser, {}, async ({ page, slow }) => {
    const seen = [];
    page.on('response', (response) => seen.push(response));
    await page.goto(`${host.url}${subject.path}`);
    await ready(page);
    const until = seen.slice();
    await page.waitForLoadState('networkidle');
    const counted = until.filter((response) => !/\/(?:t0|ours)\.js$/.test(response.url()) && response.request().resourceType() !== 'document');
    let bytes = 0;
    for (const response of counted) bytes += (await response.request().sizes()).responseBodySize;
    const foreign = seen.filter((response) => new URL(response.url()).origin !== own).length;
    await page.reload();
    await ready(page);
    await slow(4);
    await page.reload();
    return { kilobytes: bytes / KB, requests: counted.length, foreign, focusable: await ready(page) };
  });
}

/** One answer. With `keys`, someone types meanwhile. */
export async function answer({ browser, host, subject }, { text, tokens, throttle = 1, rate = 625, keys = false, lag = false, follow = false }) {
  return withPage(browser, { throttle }, async (at) => {
    const { page, slow } = at;
    await page.goto(`${host.url}${subject.path}`);
    await ready(page);
    // Everything that is fetched when the page is idle is there.
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1500);
    if (follow) await page.evaluate(() => window.peer.follow?.());
    if (lag) await page.evaluate(() => window.probe.watchMarks(() => window.peer.answer()));
    await slow();
    const url = `/tokens?text=${text}&tokens=${tokens}&rate=${rate}`;
    const { seen, trace } = await traced(browser, at, async () => {
      let over = false;
      const streaming = page.evaluate((address) => window.peer.stream(address), url).finally(() => (over = true));
      while (keys && !over) {
        await page.keyboard.press('a');
        await page.waitForTimeout(80);
      }
      await streaming;
    });
    await slow(1);
    const expected = textOf(text, tokens).marks;
    const painted = await page.evaluate(() => new Set(window.probe.textOf(window.peer.answer()).match(/k\d{4}/g)).size);
    return {
      script: trace.script,
      layout: trace.layout,
      longTasks: trace.longTasks,
      longest: trace.longest,
      frame95: percentile(seen.frames, 0.95),
      // Key presses under 16 ms are not reported one by one; those that are, are the slow ones.
      key95: percentile(seen.keys, 0.95),
      handled95: percentile(seen.handled, 0.95),
      lag95: percentile(seen.lags, 0.95),
      missing: expected - painted,
    };
  });
}

/** What a key press takes in a field of an empty page: no figure of typing can be lower. */
export async function floor({ browser, host }) {
  return withPage(browser, { throttle: 4 }, async ({ page, slow }) => {
    await page.goto(`${host.url}/empty`);
    await page.focus('textarea');
    await slow();
    await page.evaluate(() => window.probe.start());
    for (let press = 0; press < 50; press++) {
      await page.keyboard.press('a');
      await page.waitForTimeout(80);
    }
    const { keys } = await page.evaluate(() => window.probe.stop());
    return { key95: percentile(keys, 0.95) };
  });
}

/** A thread of 5,000 items, from the call to the frame that shows its end. */
export async function open({ browser, host, subject }) {
  return withPage(browser, {}, async ({ page }) => {
    await page.goto(`${host.url}${subject.path}`);
    await ready(page);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1500);
    await page.evaluate(() => window.peer.open('?items=5000'));
    const shown = await page.evaluate(async () => {
      const began = performance.now();
      void window.peer.element.setThreadId('thr');
      while (!/k4999/.test(window.peer.log()?.textContent ?? '')) await new Promise(requestAnimationFrame);
      const channel = new MessageChannel();
      await new Promise((resolve) => {
        channel.port1.onmessage = resolve;
        channel.port2.postMessage(0);
      });
      return performance.now() - began;
    });
    return { shown };
  });
}

/** From the end of a thread of 10,000 items to its beginning, about a screen at a time. */
export async function scroll({ browser, host, subject }, { items = 10_000 } = {}) {
  return withPage(browser, {}, async (at) => {
    const { page } = at;
    await page.goto(`${host.url}${subject.path}`);
    await ready(page);
    await page.evaluate((count) => window.peer.open(`?items=${count}`), items);
    await page.evaluate(() => window.peer.element.setThreadId('thr'));
    await page.waitForFunction(() => window.peer.log()?.querySelector('.md p'));
    await page.waitForTimeout(500);
    await page.evaluate(() => window.probe.start());
    const { nodes, steps, moved } = await page.evaluate(async () => {
      const log = window.peer.log();
      const result = { nodes: 0, steps: 0, moved: 0 };
      const atTop = () => {
        const edge = log.getBoundingClientRect().top + 5;
        return Array.from(log.querySelectorAll('[data-row]')).find((row) => row.getBoundingClientRect().bottom > edge);
      };
      while (!(log.scrollTop < 5 && /k0000/.test(log.textContent))) {
        const row = atTop();
        const before = { top: log.scrollTop, y: row?.getBoundingClientRect().top };
        log.scrollTop -= 600;
        const by = before.top - log.scrollTop;
        await new Promise(requestAnimationFrame);
        // Apart from the scrolling, the row stays where it is, whatever comes or goes above it.
        if (row?.isConnected) result.moved = Math.max(result.moved, Math.abs(row.getBoundingClientRect().top - before.y - by));
        if (result.steps++ % 20 === 0) result.nodes = Math.max(result.nodes, window.probe.countOf(window.peer.element));
      }
      return result;
    });
    const seen = await page.evaluate(() => window.probe.stop());
    const heap = await heapOf(at);
    return { heap: heap / 1e6, nodes, steps, moved, frame95: percentile(seen.frames, 0.95) };
  });
}
