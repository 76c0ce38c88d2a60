// Takes the pictures of the README: the real pages on the real servers, light and dark. `make pictures` starts it.

import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, composer, launch, log, openChat, watched } from '../e2e/browser.mjs';
import { ARABIC } from '../e2e/arabic.mjs';
import { openGallery } from '../e2e/gallery.mjs';
import { landscape } from '../e2e/landscape.mjs';
import { startGallery, startServer } from '../e2e/server.mjs';

const OUTPUT = process.env.PICTURES_DIR ?? fileURLToPath(new URL('../../docs/images', import.meta.url));
const MOST_BYTES = 150 * 1024;
const MOST_BYTES_TOGETHER = 1.2 * 1024 * 1024;
/** High enough for a whole answer. */
const DESKTOP = { width: 1040, height: 940 };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** How sharp the encoder stays; less would blur small text. */
const QUALITY = 0.86;

const browser = await launch('--force-color-profile=srgb');
const encoder = await browser.newPage();
const taken = [];

/** As WebP, which Chromium writes and every browser reads. */
async function take(page, name) {
  await page.mouse.move(1, 1);
  // Nothing blinks, and what fades in has done so.
  await page.evaluate(() => document.activeElement?.blur());
  await page.waitForTimeout(700);
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const webp = await encoder.evaluate(
    async ([source, quality]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext('2d').drawImage(image, 0, 0);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    },
    [png.toString('base64'), QUALITY],
  );
  if (process.env.KEEP_PNG) await writeFile(path.join(OUTPUT, `${name}.png`), png);
  await writeFile(path.join(OUTPUT, `${name}.webp`), Buffer.from(webp, 'base64'));
  taken.push(`${name}.webp`);
}

/** A picture of the demo page in both schemes; `act` brings it to where it is taken. */
async function demo(url, name, act, options = { viewport: DESKTOP }) {
  for (const colorScheme of ['light', 'dark']) {
    const { page, check } = await openChat(browser, url, { deviceScaleFactor: 2, reducedMotion: 'reduce', colorScheme, ...options });
    await act(page);
    await take(page, `${name}-${colorScheme}`);
    await check();
  }
}

async function gallery(url) {
  for (const [scheme, hash] of [['light', 'show=widget+chart&scheme=light'], ['dark', 'show=form&scheme=dark&accent=%237c3aed&surface=midnight']]) {
    const { page, check } = await watched(browser, url, { viewport: { width: 1360, height: 860 }, deviceScaleFactor: 2, reducedMotion: 'reduce' });
    await page.goto(`${url}/gallery.html#${hash}`);
    await log(page).locator('.w-chart-plot, .w-form').first().waitFor();
    await take(page, `gallery-${scheme}`);
    await check();
  }
}

/** A thread in Arabic, as the demo model speaks English alone. */
async function rightToLeft(url) {
  for (const theme of ['light', 'dark']) {
    const options = { locale: 'ar', header: {}, history: {}, startScreen: {}, composer: { attachments: { enabled: true } } };
    const { page, check } = await openGallery(browser, url, ARABIC, {
      theme, options, width: 390, height: 844, thread: { title: 'الطقس في القاهرة' }, deviceScaleFactor: 2, reducedMotion: 'reduce', hasTouch: true, isMobile: true,
    });
    await page.getByRole('log').locator('.widget').waitFor();
    await take(page, `rtl-${theme}`);
    await check();
  }
}

const weather = async (page) => ask(page, "What's the weather like in Tokyo?");

await mkdir(OUTPUT, { recursive: true });
for (const old of await readdir(OUTPUT)) if (/\.(?:png|webp)$/.test(old)) await rm(path.join(OUTPUT, old));
const servers = [await startServer(), await startGallery()];
try {
  const [{ url }, { url: galleryUrl }] = servers;
  await demo(url, 'start', async (page) => composer(page).waitFor());
  await demo(url, 'weather', weather);
  await demo(url, 'cities', (page) => ask(page, 'Show me available cities'));
  await demo(url, 'image', async (page) => {
    await page.getByLabel('Add files').first().setInputFiles({ name: 'mountains.png', mimeType: 'image/png', buffer: await landscape(encoder) });
    await page.getByRole('button', { name: 'Remove mountains.png' }).waitFor();
    await ask(page, 'What do you see in this image?');
  });
  await demo(url, 'mobile', async (page) => {
    await weather(page);
    await page.getByRole('button', { name: 'Jump to latest' }).tap();
  }, PHONE);
  await gallery(galleryUrl);
  await rightToLeft(url);
} finally {
  await browser.close();
  await Promise.all(servers.map((server) => server.stop()));
}

const sizes = await Promise.all(taken.map(async (name) => [name, (await stat(path.join(OUTPUT, name))).size]));
for (const [name, size] of sizes) console.log(`${String(Math.ceil(size / 1024)).padStart(5)} KB  ${name}`);
const together = sizes.reduce((sum, [, size]) => sum + size, 0);
console.log(`${String(Math.ceil(together / 1024)).padStart(5)} KB  together`);
if (together > MOST_BYTES_TOGETHER || sizes.some(([, size]) => size > MOST_BYTES)) {
  console.error(`at most ${MOST_BYTES / 1024} KB each and ${MOST_BYTES_TOGETHER / 1024} KB together`);
  process.exitCode = 1;
}
