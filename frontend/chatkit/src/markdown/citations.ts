// Inserts annotations into Markdown source as marks that survive the lexer.

import type { Annotation } from '../protocol/item.ts';

const OPEN = '\uE200';
const CLOSE = '\uE201';
const MARKS = /[\uE200\uE201]/g;
const MARK = /\uE200(\d+)\uE201/;

/**
 * Marks annotation `n` at its index. Indices count code points, because the reference is written in Python. Marks
 * that the message itself contains are removed.
 */
export function markCitations(text: string, annotations: readonly Annotation[]): string {
  const clean = text.replace(MARKS, '\uFFFD');
  const placed = annotations
    .map((annotation, n) => ({ index: annotation.index, n }))
    .filter((place): place is { index: number; n: number } => Number.isInteger(place.index));
  if (placed.length === 0) return clean;
  placed.sort((a, b) => a.index - b.index || a.n - b.n);
  const points = Array.from(clean);
  let marked = '';
  let from = 0;
  for (const { index, n } of placed) {
    const to = Math.min(Math.max(index, from), points.length);
    marked += `${points.slice(from, to).join('')}${OPEN}${n}${CLOSE}`;
    from = to;
  }
  return marked + points.slice(from).join('');
}

/** Splits marked text into text and annotation numbers: `['a', 0, 'b']`. */
export function splitCitations(text: string): (string | number)[] {
  if (!text.includes(OPEN)) return [text];
  return text
    .split(MARK)
    .map((part, position) => (position % 2 === 1 ? Number(part) : part))
    .filter((part) => part !== '');
}

export function withoutCitations(text: string): string {
  return text.includes(OPEN) ? text.split(MARK).filter((_, position) => position % 2 === 0).join('') : text;
}
