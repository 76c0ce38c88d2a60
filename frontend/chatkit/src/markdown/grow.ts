// Growing lists and tables: finds the rows that can no longer change, and joins them with newly read ones.

import type { Token, Tokens } from 'marked';

/** The last rows are read again, because the lines that follow may still belong to them. */
const OPEN_ROWS = 2;
/** Below this many rows, reading all of them is cheap enough. */
const MIN_ROWS = 6;

export interface CommonStart {
  token: Tokens.List | Tokens.Table;
  rows: number;
  /** Where the open rows begin in the block's source. */
  length: number;
  /** The source that must precede the open rows so that they can be read alone. */
  head: string;
}

/** The part of a block that stays the same when text is appended, or null for blocks that must be read as a whole. */
export function commonStart(token: Token, raw: string): CommonStart | null {
  if (token.type === 'list') return startOfList(token as Tokens.List, raw);
  return token.type === 'table' ? startOfTable(token as Tokens.Table, raw) : null;
}

/** The block with its new last rows, or null if they affect the rows before them. `source` begins with the block. */
export function withTail({ token, rows, length, head }: CommonStart, tail: Token, source: string): Token | null {
  const raw = () => source.slice(0, length) + tail.raw.slice(head.length);
  if (token.type === 'list') {
    const next = tail as Tokens.List;
    // A single loose item makes the whole list loose.
    if (next.type !== 'list' || next.ordered !== token.ordered || next.loose !== token.loose) return null;
    return { ...next, raw: raw(), start: token.start, items: [...token.items.slice(0, rows), ...next.items] };
  }
  const next = tail as Tokens.Table;
  if (next.type !== 'table' || next.rows.length < OPEN_ROWS) return null;
  return { ...next, raw: raw(), header: token.header, rows: [...token.rows.slice(0, rows), ...next.rows] };
}

function startOfList(token: Tokens.List, raw: string): CommonStart | null {
  const rows = token.items.length - OPEN_ROWS;
  if (rows < MIN_ROWS) return null;
  let length = 0;
  for (let row = 0; row < rows; row++) length += token.items[row]?.raw.length ?? 0;
  const open = token.items[rows]?.raw ?? '';
  return raw.startsWith(open, length) ? { token, rows, length, head: '' } : null;
}

function startOfTable(token: Tokens.Table, raw: string): CommonStart | null {
  const rows = token.rows.length - OPEN_ROWS;
  if (rows < MIN_ROWS) return null;
  const text = raw.trimEnd();
  const headEnd = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
  const lines = text.split('\n').length;
  // If the rows and lines do not match one to one, something is unusual, so read the block as a whole.
  if (lines !== token.rows.length + 2) return null;
  const last = text.lastIndexOf('\n');
  const length = text.lastIndexOf('\n', last - 1) + 1;
  return { token, rows, length, head: text.slice(0, headEnd) };
}
