// Turns the theme option into tokens. Values are validated, and an invalid one leaves the default in place.

import { safeColor } from '../safety/style.ts';
import type { ColorSchemeOption, Theme } from '../state/options.ts';
import { loadFonts } from './fonts.ts';
import { contrastOf, readableOn, standingOut } from './contrast.ts';

/** The gray ladder: step and lightness in the light scheme. The dark scheme uses it in reverse. */
const GRAYS: readonly (readonly [step: number, light: number, dark: number])[] = [
  [0, 1, 0.185], [25, 0.99, 0.2], [50, 0.982, 0.215], [75, 0.964, 0.235], [100, 0.946, 0.26], [150, 0.92, 0.29],
  [200, 0.885, 0.325], [250, 0.85, 0.365], [300, 0.8, 0.41], [350, 0.75, 0.455], [400, 0.675, 0.51], [450, 0.6, 0.58],
  [500, 0.52, 0.66], [550, 0.47, 0.71], [600, 0.42, 0.76], [650, 0.375, 0.8], [700, 0.335, 0.84], [750, 0.3, 0.87],
  [800, 0.265, 0.9], [850, 0.24, 0.925], [900, 0.215, 0.945], [925, 0.2, 0.96], [950, 0.185, 0.972], [1000, 0.16, 0.985],
];

const FONT_NAME = /^[\p{L}\p{N}\s,'"._-]{1,300}$/u;

/** The least that text must stand out by, after WCAG. */
const MIN_TEXT_CONTRAST = 4.5;
/** The least that a bubble must stand out by: less than for text, as nothing has to be read off its edge. */
const MIN_BUBBLE_CONTRAST = 1.06;
/** How much of its distance to white each gray keeps under the lightest shade. */
const LEAST_DISTANCE = 0.8;
/** Links also stand on a light tint of themselves. */
const LINK_CONTRAST = 5.6;

/** One element's own sheet, which holds what its theme option makes of the tokens. */
export function themeSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  // On the host, as the defaults are: tokens made from others follow only where those are set.
  sheet.insertRule(':host {}');
  return sheet;
}

export function applyTheme(sheet: CSSStyleSheet, theme: Theme): void {
  const tokens = new Map<string, string>();
  grayTokens(theme, tokens);
  surfaceTokens(theme, tokens);
  // After the surfaces, whose bubble would hide the accent's.
  accentTokens(theme, tokens);
  typeTokens(theme, tokens);
  const { style } = sheet.cssRules[0] as CSSStyleRule;
  // Remove the tokens of an earlier theme.
  style.cssText = '';
  for (const [name, value] of tokens) style.setProperty(name, value);
  loadFonts(theme.typography?.fontSources ?? []);
}

/**
 * The scheme to draw in: the page's, unless its background is so light or dark that the other one's text is the
 * one that can be read on it.
 */
export function schemeOf({ color, colorScheme }: Theme): ColorSchemeOption {
  const background = safeColor(color?.surface?.background, 'background');
  if (!background || !isPlain(background)) return colorScheme;
  const readable = readableOn(background) === 'white' ? 'dark' : 'light';
  return contrastOf(background, readable === 'dark' ? 'black' : 'white') < MIN_TEXT_CONTRAST ? readable : colorScheme;
}

function grayTokens({ color }: Theme, tokens: Map<string, string>): void {
  const given = color?.grayscale;
  if (!given) return;
  const hue = finite(given.hue, 0, 360) ?? 0;
  const chroma = (finite(given.tint, 0, 9) ?? 0) * 0.0035;
  const shift = (finite(given.shade, -4, 4) ?? 0) * 0.012;
  for (const [step, light, dark] of GRAYS) {
    // White stays white. The rest moves with the shade, but not into white: bubbles and hovers would vanish in it.
    const lightness = step === 0 ? light : Math.min(light - shift, 1 - (1 - light) * LEAST_DISTANCE);
    const shade = (value: number) => `oklch(${clamp(value).toFixed(4)} ${(chroma * tintAt(value)).toFixed(4)} ${hue})`;
    tokens.set(`--ck-gray-${step}`, `light-dark(${shade(lightness)}, ${shade(dark - shift)})`);
  }
}

/** How much of the tint a gray takes on: none in white, and little beside it, where a tint is seen most. */
function tintAt(lightness: number): number {
  return lightness >= 1 ? 0 : Math.min(1, 0.3 + 4 * (1 - lightness));
}

function accentTokens({ color }: Theme, tokens: Map<string, string>): void {
  const primary = safeColor(color?.accent?.primary, 'text');
  if (!primary) return;
  const level = color?.accent?.level ?? 0;
  tokens.set('--ck-accent', primary);
  tokens.set('--ck-on-accent', readableOn(primary));
  const ground = safeColor(color?.surface?.background, 'background');
  const links = ['white', '#131313'].map((usual) => standingOut(primary, ground ?? usual, LINK_CONTRAST));
  tokens.set('--ck-link', `light-dark(${links.join(', ')})`);
  tokens.set('--ck-focus', 'var(--ck-link)');
  if (level >= 1) {
    tokens.set('--ck-send-bg', 'var(--ck-accent)');
    tokens.set('--ck-send-text', 'var(--ck-on-accent)');
  }
  if (level === 2) tokens.set('--ck-bubble-bg', 'color-mix(in oklab, var(--ck-accent) 14%, var(--ck-bg))');
  if (level === 3) {
    tokens.set('--ck-bubble-bg', 'var(--ck-accent)');
    tokens.set('--ck-bubble-text', 'var(--ck-on-accent)');
  }
}

function surfaceTokens({ color }: Theme, tokens: Map<string, string>): void {
  const background = safeColor(color?.surface?.background, 'background');
  const raised = safeColor(color?.surface?.foreground, 'background');
  if (background) {
    tokens.set('--ck-bg', background);
    tokens.set('--ck-bubble-bg', tinted('--ck-bg', 7));
  }
  if (background ?? raised) {
    const ground = raised ? '--ck-surface-elevated' : '--ck-bg';
    tokens.set('--ck-surface-secondary', tinted(ground, 3));
    tokens.set('--ck-surface-tertiary', tinted(ground, 6));
  }
  // Despite its name, pages set `foreground` to the colour of raised surfaces. As a text colour it would be unreadable.
  if (raised) {
    tokens.set('--ck-surface-elevated', raised);
    tokens.set('--ck-surface-elevated-secondary', tinted('--ck-surface-elevated', 3));
    const drowns = background && isPlain(background) && isPlain(raised) && contrastOf(raised, background) < MIN_BUBBLE_CONTRAST;
    if (!drowns) tokens.set('--ck-bubble-bg', raised);
  }
}

/** Whether the colour is the same in every scheme. Only then can its contrast be measured. */
function isPlain(color: string): boolean {
  return color !== 'transparent' && !color.includes('var(') && !color.includes('light-dark(');
}

/** Moves a colour a little closer to the text colour. */
function tinted(token: string, percent: number): string {
  return `color-mix(in oklab, var(--ck-gray-950) ${percent}%, var(${token}))`;
}

function typeTokens({ typography }: Theme, tokens: Map<string, string>): void {
  const size = finite(typography?.baseSize, 14, 18);
  if (size !== undefined) tokens.set('--ck-font-size', `${size}px`);
  const family = typography?.fontFamily;
  const mono = typography?.fontFamilyMono;
  if (family && FONT_NAME.test(family)) tokens.set('--ck-font', family);
  if (mono && FONT_NAME.test(mono)) tokens.set('--ck-font-mono', mono);
}

function finite(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && value >= min && value <= max ? value : undefined;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
