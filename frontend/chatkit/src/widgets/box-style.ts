// Turns the props that all boxes share into a style object.

import type { CSSProperties } from 'preact';
import type { Border, BorderSides, BoxProps, Sides, ThemedColor } from '../protocol/generated/widgets.ts';
import { safeColor, safeFlex, safeLength, safeRadius, safeRatio, safeSpace } from '../safety/style.ts';
import { schemeOn } from '../styles/palette.ts';

type Style = Record<string, string | undefined>;

export type SizeProps = Pick<
  BoxProps,
  'height' | 'width' | 'size' | 'minHeight' | 'minWidth' | 'minSize' | 'maxHeight' | 'maxWidth' | 'maxSize' | 'aspectRatio'
>;

const ALIGN: Readonly<Record<NonNullable<BoxProps['align']>, string>> = {
  start: 'flex-start', center: 'center', end: 'flex-end', baseline: 'baseline', stretch: 'stretch',
};
const JUSTIFY: Readonly<Record<NonNullable<BoxProps['justify']>, string>> = {
  start: 'flex-start', center: 'center', end: 'flex-end', between: 'space-between', around: 'space-around',
  evenly: 'space-evenly', stretch: 'stretch',
};
const SIDES = ['Top', 'Right', 'Bottom', 'Left'] as const;

export function boxStyle(box: Omit<BoxProps, 'direction'>): CSSProperties {
  return clean({
    alignItems: alignOf(box.align),
    justifyContent: box.justify && JUSTIFY[box.justify],
    flexWrap: box.wrap,
    flex: safeFlex(box.flex),
    gap: safeSpace(box.gap),
    ...spaceStyle('padding', box.padding),
    ...spaceStyle('margin', box.margin),
    ...borderStyle(box.border),
    borderRadius: safeRadius(box.radius),
    ...backgroundStyle(box.background),
    ...sizeStyle(box),
  });
}

export function alignOf(align: BoxProps['align']): string | undefined {
  return align && ALIGN[align];
}

export function sizeStyle(box: SizeProps): Style {
  const size = safeLength(box.size);
  const minSize = safeLength(box.minSize);
  const maxSize = safeLength(box.maxSize);
  return {
    width: safeLength(box.width) ?? size,
    height: safeLength(box.height) ?? size,
    minWidth: safeLength(box.minWidth) ?? minSize,
    minHeight: safeLength(box.minHeight) ?? minSize,
    // A card may be narrower than the box's own width, so let the box shrink with it.
    maxWidth: safeLength(box.maxWidth) ?? maxSize ?? (box.width !== undefined || size ? '100%' : undefined),
    maxHeight: safeLength(box.maxHeight) ?? maxSize,
    aspectRatio: safeRatio(box.aspectRatio),
  };
}

/** A primitive colour is the same in light and dark, so text on it uses the scheme that is readable on it. */
export function backgroundStyle(color: string | ThemedColor | undefined): Style {
  const background = safeColor(color, 'background');
  const scheme = typeof color === 'string' ? schemeOn(color) : null;
  return { background, colorScheme: scheme ?? undefined, color: scheme ? 'var(--ck-text-primary)' : undefined };
}

export function spaceStyle(name: 'padding' | 'margin', space: number | string | Sides | undefined): Style {
  if (typeof space !== 'object') return { [name]: safeSpace(space) };
  return Object.fromEntries(SIDES.map((key, index) => [`${name}${key}`, safeSpace(sidesOf(space)[index])]));
}

export function borderStyle(border: number | Border | BorderSides | undefined): Style {
  if (border === undefined) return {};
  if (typeof border !== 'object' || 'size' in border) return { border: lineOf(border) };
  return Object.fromEntries(SIDES.map((key, index) => [`border${key}`, lineOf(sidesOf(border)[index])]));
}

/** The values of the sides in the order of `SIDES`. A side's own value wins over that of its axis. */
function sidesOf<T>({ top, right, bottom, left, x, y }: { top?: T; right?: T; bottom?: T; left?: T; x?: T; y?: T }) {
  return [top ?? y, right ?? x, bottom ?? y, left ?? x];
}

function lineOf(border: number | Border | undefined): string | undefined {
  if (border === undefined) return undefined;
  const { size, color, style = 'solid' }: Border = typeof border === 'number' ? { size: border } : border;
  return size >= 0 ? `${Math.min(size, 64)}px ${style} ${safeColor(color, 'border') ?? 'var(--ck-border-default)'}` : undefined;
}

/** Leaves out undefined values, so that the style sheets still apply. */
export function clean(style: Style): CSSProperties {
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined)) as CSSProperties;
}
