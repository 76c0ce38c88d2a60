// Validates the style values of widgets before any of them reaches the CSSOM.

import { primitiveColor } from '../styles/palette.ts';

const MAX_LENGTH = 120;

/** Token names by where they are used: `danger` is one colour as text and another one as a border. */
const TEXT_TOKENS: ReadonlySet<string> = new Set([
  'prose', 'primary', 'emphasis', 'secondary', 'tertiary', 'success', 'warning', 'danger', 'info', 'discovery',
]);
const BACKGROUND_TOKENS: ReadonlySet<string> = new Set([
  'surface', 'surface-secondary', 'surface-tertiary', 'surface-elevated', 'surface-elevated-secondary',
]);
const BORDER_TOKENS: ReadonlySet<string> = new Set(['default', 'subtle', 'strong']);
const GRAY_STEP = /^gray-(?:0|25|50|75|100|150|200|250|300|350|400|450|500|550|600|650|700|750|800|850|900|925|950|975|1000)$/;

export type ColorPlace = 'text' | 'background' | 'border';

/** One of our colour names or a CSS colour. Undefined for anything else. */
export function safeColor(value: unknown, place: ColorPlace): string | undefined {
  if (typeof value === 'object' && value !== null) {
    const { light, dark } = value as { light?: unknown; dark?: unknown };
    const pair = [safeColor(light, place), safeColor(dark, place)];
    return pair[0] && pair[1] ? `light-dark(${pair[0]}, ${pair[1]})` : (pair[0] ?? pair[1]);
  }
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const name = value.trim();
  if (place === 'text' && TEXT_TOKENS.has(name)) return `var(--ck-text-${name})`;
  if (place === 'border' && BORDER_TOKENS.has(name)) return `var(--ck-border-${name})`;
  if (BACKGROUND_TOKENS.has(name)) return `var(--ck-${name})`;
  if (name === 'white' || name === 'black' || name === 'transparent' || name === 'none') {
    return name === 'none' ? 'transparent' : name;
  }
  if (GRAY_STEP.test(name)) return `var(--ck-${name})`;
  return primitiveColor(name) ?? (isCssColor(name) ? name : undefined);
}

/** Refuses `url()` and `var()`, because a colour must not load anything or read the page's own values. */
function isCssColor(value: string): boolean {
  return /^(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([\w\s.,%/+-]+\))$/i.test(value);
}

const LENGTH = /^-?(?:\d{1,5}(?:\.\d{1,4})?|\.\d{1,4})(?:px|em|rem|ch|lh|%|vh|vw|vmin|vmax|dvh|svh|cqw|cqh|fr)?$/;
const KEYWORD = /^(?:auto|0|min-content|max-content|fit-content)$/;
const CALC = /^(?:calc|min|max|clamp)\([\d\s.,+*/()a-z%-]+\)$/;

/** A number is multiplied by `unit` pixels. A string is a CSS length. */
export function safeLength(value: unknown, unit = 1): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 1e5 ? `${value * unit}px` : undefined;
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const text = value.trim().toLowerCase();
  if (/^\d{1,4}(?:\.\d+)?$/.test(text)) return `${Number(text) * unit}px`;
  if (LENGTH.test(text) || KEYWORD.test(text)) return text;
  return CALC.test(text) && !/var|url|env|attr/.test(text) ? text : undefined;
}

/** Spacing is measured in units, which the theme's density can scale. */
export function safeSpace(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) && Math.abs(value) < 1000 ? `calc(${value} * var(--ck-unit))` : undefined;
  }
  return safeLength(value);
}

const RADII: Readonly<Record<string, number>> = {
  '2xs': 2, xs: 4, sm: 6, md: 8, lg: 10, xl: 12, '2xl': 16, '3xl': 20, '4xl': 24,
};

export function safeRadius(value: unknown): string | undefined {
  if (value === 'none') return '0';
  if (value === 'full') return '9999px';
  if (value === '100%') return '100%';
  if (typeof value !== 'string' || !Object.hasOwn(RADII, value)) return undefined;
  return `calc(${RADII[value]}px * var(--ck-radius-scale))`;
}

export function safeRatio(value: unknown): string | undefined {
  if (typeof value === 'number') return value > 0 && value < 1000 ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  return /^(?:auto|\d{1,4}(?:\.\d{1,3})?(?:\s*\/\s*\d{1,4}(?:\.\d{1,3})?)?)$/.test(value.trim()) ? value.trim() : undefined;
}

export function safeFlex(value: unknown): string | undefined {
  if (typeof value === 'number') return value >= 0 && value < 1000 ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const parts = value.trim().split(/\s+/);
  const fits = parts.length <= 3 && parts.every((part) => /^(?:none|auto|initial)$/.test(part) || LENGTH.test(part));
  return fits ? parts.join(' ') : undefined;
}
