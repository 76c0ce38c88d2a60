// A browser page that is measured.

import { chromium } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { CATEGORIES, readTrace } from './trace.mjs';

const probes = await readFile(new URL('./probes.js', import.meta.url), 'utf8');

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run', '--js-flags=--expose-gc'],
  });

/** Opens a page, runs `use` with it, and closes it whatever happens. */
export async function withPage(browser, { throttle = 1, context: options } = {}, use) {
  const context = await browser.newContext({ viewport: { width: 1180, height: 820 }, locale: 'en-US', ...options });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(180_000);
    const cdp = await context.newCDPSession(page);
    await showAll(page, cdp);
    await page.addInitScript(probes);
    const slow = (rate = throttle) => cdp.send('Emulation.setCPUThrottlingRate', { rate });
    return await use({ page, context, cdp, slow });
  } finally {
    await context.close();
  }
}

/**
 * Makes the window so large that all of the page is in it, below the browser's own bars. What lies outside of the window
 * is never presented, and a key press that changes nothing else would wait for the next frame that is.
 */
async function showAll(page, cdp) {
  const { windowId } = await cdp.send('Browser.getWindowForTarget');
  const { width, height } = page.viewportSize();
  await cdp.send('Browser.setWindowBounds', { windowId, bounds: { width: width + 100, height: height + 300 } });
}

/** What the page's main thread did while `run` ran: the trace, and what the probes saw. */
export async function traced(browser, { page }, run) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.evaluate(() => {
    window.probe.start();
    performance.mark('bench:start');
  });
  const result = await run();
  const seen = await page.evaluate(() => {
    performance.mark('bench:end');
    return window.probe.stop();
  });
  const trace = readTrace(await browser.stopTracing());
  return { result, seen, trace };
}

/** Bytes of the JavaScript heap that are still used after a collection. */
export async function heapOf({ cdp }) {
  await cdp.send('HeapProfiler.enable');
  for (let round = 0; round < 3; round++) await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
}

export function percentile(values, share) {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
