// The effect of the theme option on the colours and sizes on screen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composer, log, screenshot } from './browser.mjs';
import { call, embed, setOptions } from './embedded.mjs';
import { browser, server } from './running.mjs';

/** A chat with a question, an answer and a card in it. */
async function themed(theme, more) {
  const opened = await embed(browser, server.url, (stub, given) => {
    const card = { type: 'Card', children: [{ type: 'Text', value: 'Info', color: 'info' }, { type: 'Box', background: 'surface-secondary', padding: 3, children: [{ type: 'Text', value: 'Boxed', color: 'secondary' }] }] };
    stub.answers['threads.create'] = (params) => stub.echo(params, stub.said('a', 'An *answer*, with `code` and a [link](https://example.com).'), stub.done({ id: 'w', type: 'widget', widget: card }));
    return { theme: given };
  }, { data: theme, ...more });
  await call(opened.page, 'sendUserMessage', { text: 'A question' });
  await log(opened.page).getByText('Boxed').waitFor();
  await log(opened.page).getByRole('link', { name: 'link' }).waitFor();
  return opened;
}

const retheme = (page, theme) => setOptions(page, (_, given) => ({ theme: given }), theme);

/** Colours as painted: red, green and blue from 0 to 255, with translucent ones composed over the background. */
const colours = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('openai-chatkit').shadowRoot;
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    const of = (selector, property) => getComputedStyle(root.querySelector(selector))[property];
    const ground = of('.frame', 'backgroundColor');
    const shown = (color) => {
      for (const fill of ['white', ground, color]) {
        context.fillStyle = fill;
        context.fillRect(0, 0, 1, 1);
      }
      return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
    };
    return Object.fromEntries(
      Object.entries({
        ground,
        text: of('.frame', 'color'),
        prose: of('.md p', 'color'),
        border: of('.composer', 'borderTopColor'),
        raised: of('.composer', 'backgroundColor'),
        bubble: of('.bubble', 'backgroundColor'),
        bubbleText: of('.bubble', 'color'),
        secondary: of('.w-text:last-of-type', 'color'),
        surface: of('.w-box', 'backgroundColor'),
      }).map(([name, color]) => [name, shown(color)]),
    );
  });

const luminance = (rgb) => {
  const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const isGray = ([red, green, blue]) => Math.max(red, green, blue) - Math.min(red, green, blue) <= 1;
/** What a tint colours, with the least difference between red and blue. Borders are translucent, so theirs is small. */
const TINTED = { text: 4, prose: 4, bubble: 4, bubbleText: 4, secondary: 4, surface: 4, border: 1 };
/** The least contrast at which a bubble can be told from the background. */
const SEEN = 1.05;

test('a grayscale tints text, borders, bubble and surfaces', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page, check } = await themed({ colorScheme });
    const neutral = await colours(page);
    assert.deepEqual(Object.keys(neutral).filter((name) => !isGray(neutral[name])), [], 'without one all is gray');
    await retheme(page, { colorScheme, color: { grayscale: { hue: 35, tint: 9, shade: 4 } } });
    const warm = await colours(page);
    for (const name of Object.keys(TINTED)) {
      assert.ok(warm[name][0] >= warm[name][2] + TINTED[name], `${name} is reddish in ${colorScheme}: ${warm[name]}`);
    }
    await screenshot(page, `theme-warm-${colorScheme}`);
    await retheme(page, { colorScheme, color: { grayscale: { hue: 260, tint: 9 } } });
    const cool = await colours(page);
    for (const name of Object.keys(TINTED)) {
      assert.ok(cool[name][2] >= cool[name][0] + TINTED[name], `${name} is bluish in ${colorScheme}: ${cool[name]}`);
    }
    await screenshot(page, `theme-cool-${colorScheme}`);
    await retheme(page, { colorScheme });
    assert.deepEqual(await colours(page), neutral, 'and nothing is left behind');
    await check();
  }
});

test('whatever the shade, text can be read and the bubble be seen', async () => {
  const { page, check } = await themed('light');
  const poor = [];
  const darkness = {};
  for (const colorScheme of ['light', 'dark']) {
    for (const tint of [0, 9]) {
      for (let shade = -4; shade <= 4; shade += 1) {
        await retheme(page, { colorScheme, color: { grayscale: { hue: 80, tint, shade } } });
        const seen = await colours(page);
        const at = `${colorScheme}, tint ${tint}, shade ${shade}`;
        if (contrast(seen.bubble, seen.ground) < SEEN) poor.push(`${at}: the bubble, ${contrast(seen.bubble, seen.ground)}`);
        if (contrast(seen.text, seen.bubble) < 7) poor.push(`${at}: text, ${contrast(seen.text, seen.bubble)}`);
        if (contrast(seen.secondary, seen.surface) < 4.5) poor.push(`${at}: less weighty text, ${contrast(seen.secondary, seen.surface)}`);
        if (tint === 0) (darkness[colorScheme] ??= []).push(seen.bubble[0]);
        if (Math.abs(shade) === 4) await screenshot(page, `theme-shade-${colorScheme}-${tint}-${shade}`);
      }
    }
  }
  assert.deepEqual(poor, []);
  for (const [scheme, steps] of Object.entries(darkness)) {
    assert.ok(steps.every((step, n) => n === 0 || step <= steps[n - 1]) && steps[0] > steps.at(-1), `a higher shade is darker in ${scheme}: ${steps}`);
  }
  await check();
});

test('a bubble is seen on every background, also when pages give both surfaces one colour', async () => {
  const { page, check } = await themed('light');
  for (const [background, foreground] of [['#ffffff', '#ffffff'], ['#f6f6f6', '#f6f6f6'], ['#f6f6f6', undefined], ['#fdf6e3', '#fffbf0'], ['#0d1117', '#0d1117'], ['#0d1117', '#1d222b'], ['#7c3aed', '#7c3aed']]) {
    await retheme(page, { color: { surface: { background, foreground } } });
    const { bubble, ground, bubbleText } = await colours(page);
    assert.ok(contrast(bubble, ground) >= SEEN, `${foreground} on ${background}: ${bubble} on ${ground}`);
    assert.ok(contrast(bubbleText, bubble) >= 4.5, `words on ${bubble}`);
  }
  await screenshot(page, 'theme-surface');
  await check();
});

test('the bubble of a strong accent is the accent’s, on surfaces of the page’s own too', async () => {
  const { page, check } = await themed({ color: { accent: { primary: '#7c3aed', level: 3 }, surface: { background: '#ffffff', foreground: '#ffffff' } } });
  const { bubble, bubbleText } = await colours(page);
  assert.deepEqual(bubble, [124, 58, 237]);
  assert.ok(contrast(bubbleText, bubble) >= 4.5);
  await screenshot(page, 'theme-accent');
  await check();
});

test('every token that is made from others follows what the theme sets', async () => {
  const { page, check } = await themed({
    colorScheme: 'dark',
    radius: 'soft',
    density: 'spacious',
    color: { grayscale: { hue: 35, tint: 9, shade: 2 }, accent: { primary: '#f59e0b', level: 2 }, surface: { background: '#0d1117', foreground: '#1d222b' } },
    typography: { baseSize: 18, fontFamily: 'Georgia, serif', fontFamilyMono: 'Courier' },
  });
  // Resolve each definition again inside, where every token has its final value.
  const stale = await page.evaluate(() => {
    const root = document.querySelector('openai-chatkit').shadowRoot;
    const [shared, own] = root.adoptedStyleSheets;
    const frame = root.querySelector('.frame');
    const given = /** @type {CSSStyleRule} */ (own.cssRules[0]).style;
    const probe = frame.appendChild(document.createElement('i'));
    const found = [];
    for (const rule of shared.cssRules) {
      if (!(rule instanceof CSSStyleRule) || rule.selectorText !== ':host') continue;
      const { style } = rule;
      for (const name of style) {
        if (!name.startsWith('--ck-') || given.getPropertyValue(name) !== '') continue;
        probe.style.setProperty('--probe', style.getPropertyValue(name));
        const [here, there] = [getComputedStyle(probe).getPropertyValue('--probe'), getComputedStyle(frame).getPropertyValue(name)];
        if (here !== there) found.push(`${name}: ${there} instead of ${here}`);
      }
    }
    probe.remove();
    return found;
  });
  assert.deepEqual(stale, []);
  const read = (selector, property) => page.evaluate(([wanted, name]) => getComputedStyle(document.querySelector('openai-chatkit').shadowRoot.querySelector(wanted))[name], [selector, property]);
  assert.equal(await read('.thread', 'maxWidth'), `${47 * 18 + 48}px`, 'lines keep their number of letters');
  assert.equal(await read('.w-text', 'color'), await read('.md a', 'color'), 'what informs has the colour of links');
  assert.equal(await read('.composer', 'borderTopLeftRadius'), '12px');
  assert.equal(await read('.frame', 'fontSize'), '18px');
  await screenshot(page, 'theme-everything');
  await check();
});

test('a token that the page sets on the element wins over its theme', async () => {
  const css = ' openai-chatkit { --ck-bubble-bg: rgb(1, 2, 3); --ck-font-size: 17px }';
  const { page, check } = await themed({ color: { surface: { background: '#ffffff', foreground: '#eeeeee' } }, typography: { baseSize: 14 } }, { css });
  assert.deepEqual((await colours(page)).bubble, [1, 2, 3]);
  assert.equal(await composer(page).evaluate((field) => getComputedStyle(field).fontSize), '17px');
  await check();
});
