// Turns the props that all boxes share into a style object.

import type { CSSProperties } from 'preact';
import type { WidgetNode } from '../protocol/widget-node.ts';
import { oneOf, safeColor, safeFlex, safeLength, safeRadius, safeRatio, safeSpace } from '../safety/style.ts';
import { schemeOn } from '../styles/palette.ts';

type Style = Record<string, string | undefined>;

const ALIGN: Readonly<Record<string, string>> = {
  start: 'flex-start', center: 'center', end: 'flex-end', baseline: 'baseline', stretch: 'stretch',
};
const JUSTIFY: Readonly<Record<string, string>> = {
  start: 'flex-start', center: 'center', end: 'flex-end', between: 'space-between', around: 'space-around',
  evenly: 'space-evenly', stretch: 'stretch',
};
const BORDER_STYLES = ['solid', 'dashed', 'dotted', 'double', 'groove', 'ridge', 'inset', 'outset'] as const;
const SIDES = ['Top', 'Right', 'Bottom', 'Left'] as const;

export function boxStyle(node: WidgetNode): CSSProperties {
  return clean({
    alignItems: alignOf(node.align),
    justifyContent: lookUp(JUSTIFY, node.justify),
    flexWrap: oneOf(node.wrap, ['nowrap', 'wrap', 'wrap-reverse']),
    flex: safeFlex(node.flex),
    gap: safeSpace(node.gap),
    ...spaceStyle('padding', node.padding),
    ...spaceStyle('margin', node.margin),
    ...borderStyle(node.border),
    borderRadius: safeRadius(node.radius),
    ...backgroundStyle(node.background),
    ...sizeStyle(node),
  });
}

export function alignOf(value: unknown): string | undefined {
  return lookUp(ALIGN, value);
}

export function sizeStyle(node: WidgetNode): Style {
  const size = safeLength(node.size);
  const minSize = safeLength(node.minSize);
  const maxSize = safeLength(node.maxSize);
  return {
    width: safeLength(node.width) ?? size,
    height: safeLength(node.height) ?? size,
    minWidth: safeLength(node.minWidth) ?? minSize,
    minHeight: safeLength(node.minHeight) ?? minSize,
    // A card may be narrower than the box's own width, so let the box shrink with it.
    maxWidth: safeLength(node.maxWidth) ?? maxSize ?? (node.width !== undefined || size ? '100%' : undefined),
    maxHeight: safeLength(node.maxHeight) ?? maxSize,
    aspectRatio: safeRatio(node.aspectRatio),
  };
}

/** A primitive colour is the same in light and dark, so text on it uses the scheme that is readable on it. */
export function backgroundStyle(value: unknown): Style {
  const background = safeColor(value, 'background');
  const scheme = typeof value === 'string' ? schemeOn(value) : null;
  return { background, colorScheme: scheme ?? undefined, color: scheme ? 'var(--ck-text-primary)' : undefined };
}

export function spaceStyle(name: 'padding' | 'margin', value: unknown): Style {
  if (typeof value !== 'object' || value === null) return { [name]: safeSpace(value) };
  const side = value as Record<string, unknown>;
  const sides = [side.top ?? side.y, side.right ?? side.x, side.bottom ?? side.y, side.left ?? side.x];
  return Object.fromEntries(SIDES.map((key, index) => [`${name}${key}`, safeSpace(sides[index])]));
}

export function borderStyle(value: unknown): Style {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || 'size' in value) return { border: border(value) };
  const side = value as Record<string, unknown>;
  const sides = [side.top ?? side.y, side.right ?? side.x, side.bottom ?? side.y, side.left ?? side.x];
  return Object.fromEntries(SIDES.map((key, index) => [`border${key}`, border(sides[index])]));
}

function border(value: unknown): string | undefined {
  if (typeof value === 'number') return value >= 0 ? `${Math.min(value, 64)}px solid var(--ck-border-default)` : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { size, color, style } = value as { size?: unknown; color?: unknown; style?: unknown };
  if (typeof size !== 'number' || size < 0) return undefined;
  const shade = safeColor(color, 'border') ?? 'var(--ck-border-default)';
  return `${Math.min(size, 64)}px ${oneOf(style, BORDER_STYLES) ?? 'solid'} ${shade}`;
}

function lookUp(table: Readonly<Record<string, string>>, value: unknown): string | undefined {
  return typeof value === 'string' && Object.hasOwn(table, value) ? table[value] : undefined;
}

/** Leaves out undefined values, so that the style sheets still apply. */
export function clean(style: Style): CSSProperties {
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined)) as CSSProperties;
}
