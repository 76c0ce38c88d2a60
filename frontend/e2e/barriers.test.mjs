// Every state of a chat, in light, dark, forced colours, from right to left, at 320 px, enlarged, and with large text: no barrier,
// nothing cut off, every target large enough.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { everything, states } from './barriers.mjs';
import { launch, screenshot } from './browser.mjs';
import { embed } from './embedded.mjs';
import { widgetItem } from './gallery.mjs';
import { ITEMS } from './gallery-items.mjs';
import { widgets } from './gallery-widgets.mjs';
import { server } from './running.mjs';
import { wordsOf } from './words.mjs';

let browser;
before(async () => {
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
});
after(() => browser?.close());

const THREADS = {
  form: [widgetItem('w', widgets.form)],
  items: ITEMS,
  widgets: Object.entries(widgets).map(([name, widget]) => widgetItem(name, widget)),
};

const DESK = { width: 1180, height: 820 };
const PHONE = { width: 320, height: 640 };
const LIGHT = /** @type {const} */ ({ colorScheme: 'light', forcedColors: 'none' });
/** Rules that a colour scheme can break. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];
/** Rules that a narrow view can break. */
const OF_SPACE = ['scrollable-region-focusable', 'target-size', 'aria-hidden-focus'];
/** A field of many lines is a combobox while its list is open: no element but this one can be both. */
const BY_CHOICE = 'aria-allowed-role: openai-chatkit textarea <textarea class="composer-input"';
/** Each state is first checked in light at the size of its walk with all rules, then in these looks on the same page. */
const LOOKS = {
  dark: { media: { colorScheme: 'dark', forcedColors: 'none' }, rules: OF_COLOUR },
  contrast: { media: { colorScheme: 'light', forcedColors: 'active' }, rules: [] },
  'contrast-dark': { media: { colorScheme: 'dark', forcedColors: 'active' }, rules: [] },
  // A window of 1280 × 800 with everything at 200 %.
  enlarged: { viewport: { width: 640, height: 400 }, rules: OF_SPACE },
  'large-text': { viewport: { width: 640, height: 900 }, size: '32px', rules: OF_SPACE },
};

for (const [walk, { locale = 'en', viewport = DESK, looks = Object.keys(LOOKS), ...options }] of Object.entries({
  desk: {},
  phone: { viewport: PHONE, looks: [] },
  rtl: { locale: 'ar', looks: ['contrast-dark', 'enlarged'] },
  'rtl-phone': { locale: 'ur', viewport: PHONE, looks: ['dark'] },
})) {
  test(`nothing is in the way: ${walk}`, async () => {
    const w = await wordsOf(locale);
    const { page, check } = await embed(browser, server.url, everything, { data: { locale, threads: THREADS }, viewport, strict: false, ...options });
    await page.getByRole('textbox', { name: w('composer.label') }).waitFor();
    const left = [];
    const look = async (name, rules) => {
      await screenshot(page, `${walk}-${name}`);
      const found = rules?.length === 0 ? await page.evaluate(unreadable) : await violations(page, { rules });
      found.push(...(await page.evaluate(smallTargets)), ...(await page.evaluate(sticksOut)));
      left.push(...found.filter((problem) => !problem.startsWith(BY_CHOICE)).map((problem) => `${name}: ${problem}`));
    };
    for (const [name, enter] of /** @type {[string, () => Promise<unknown>][]} */ (states(page, w))) {
      await enter();
      await look(name);
      for (const other of looks) {
        const { media, viewport: size = viewport, size: letters, rules } = LOOKS[other];
        if (media) await page.emulateMedia(media);
        if (size !== viewport) await page.setViewportSize(size);
        if (letters) await setLetters(page, letters);
        await settled(page);
        await look(`${name}-${other}`, rules);
        if (media) await page.emulateMedia(LIGHT);
        if (size !== viewport) await page.setViewportSize(viewport);
        if (letters) await setLetters(page, '');
        await settled(page);
      }
    }
    assert.deepEqual(left, []);
    await check();
  });
}

const setLetters = (page, size) => page.evaluate((given) => document.querySelector('openai-chatkit').style.setProperty('--ck-font-size', given), size);
/** The page has been drawn as it is now. */
const settled = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Buttons and fields smaller than 24 px. Links in running text need not be larger than their words. */
function smallTargets() {
  const root = document.querySelector('openai-chatkit').shadowRoot;
  return Array.from(root.querySelectorAll('button, input:not([type=file]), textarea, select, summary, [role=option]')).flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    const shown = element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && !element.closest('.visually-hidden');
    const inline = getComputedStyle(element).display === 'inline';
    const labelled = element.closest('label, .w-picker')?.getBoundingClientRect();
    const [wide, high] = [Math.max(width, labelled?.width ?? 0), Math.max(height, labelled?.height ?? 0)];
    return shown && !inline && width > 0 && (wide < 23.5 || high < 23.5) ? [`${element.className || element.localName} is ${wide.toFixed(1)} × ${high.toFixed(1)}`] : [];
  });
}

/**
 * Finds text with too little contrast under forced colours. axe-core reads the colour from `-webkit-text-fill-color`, for which
 * Chromium reports the value without forced colours.
 */
function unreadable() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 1) > 0.5) return color;
    }
    return channels(getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'rgb(0, 0, 0)' : 'rgb(255, 255, 255)');
  };
  const root = document.querySelector('openai-chatkit').shadowRoot;
  return Array.from(root.querySelectorAll('*')).flatMap((element) => {
    const words = Array.from(element.childNodes).filter((node) => node instanceof Text && node.data.trim() !== '');
    if (words.length === 0 || element.closest('svg, math, :disabled, [aria-disabled=true], [inert], .visually-hidden') || !element.checkVisibility()) return [];
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    return contrast < 4.5 ? [`${element.className || element.localName} “${words[0].textContent.slice(0, 30)}” has a contrast of ${contrast.toFixed(2)}`] : [];
  });
}

/** Finds elements that make the page or the thread scroll sideways. */
function sticksOut() {
  const log = document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller, .start');
  const boxes = { 'the page': document.documentElement, 'the thread': log };
  return Object.entries(boxes).flatMap(([name, box]) => (box && box.scrollWidth > box.clientWidth ? [`${name} is ${box.scrollWidth - box.clientWidth} px too wide`] : []));
}
