// Markdown as a list of blocks that can grow: only the unfinished tail of a text is lexed again.

import type { Token, TokensList } from 'marked';
import { lexMarkdown, type Pieces } from './dialect.ts';
import { commonStart, withTail } from './grow.ts';

export interface Block {
  readonly raw: string;
  /** Null if the lexer cannot handle the text, which is then shown as it is. */
  readonly token: Token | null;
}

export interface BlockList {
  readonly source: string;
  readonly blocks: readonly Block[];
  readonly links: TokensList['links'];
  /** False if reading everything at once could give a different result, because a link may be defined after its use. */
  readonly exact: boolean;
  /** The pieces of long paragraphs, as read with `links`. */
  readonly pieces: Pieces;
}

const NO_PIECES: Pieces = new Map();

export const NO_BLOCKS: BlockList = { source: '', blocks: [], links: {}, exact: true, pieces: NO_PIECES };

type Lexed = Omit<BlockList, 'source'>;

/**
 * The blocks of `source`. When it continues what `previous` has read, finished blocks are taken over as they are,
 * identity included. With `final`, everything is read once more if that can make a difference.
 */
export function readBlocks(source: string, previous: BlockList = NO_BLOCKS, final = false): BlockList {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  if (text === previous.source && (!final || previous.exact)) return previous;
  if ((final && !previous.exact) || !text.startsWith(previous.source)) return reconcile(lexAll(text), previous);
  const { kept, length } = finished(previous);
  const tail = grow(previous.blocks[kept], text.slice(length), previous) ?? lex(text.slice(length), previous);
  const blocks = kept === 0 ? tail.blocks : [...previous.blocks.slice(0, kept), ...tail.blocks];
  const next = reconcile({ ...tail, source: text, blocks, exact: previous.exact && tail.exact }, previous);
  return final && !next.exact ? readBlocks(source, next, true) : next;
}

/**
 * How many blocks can no longer change. A block is settled once another one begins with two complete lines: an
 * unfinished line may still belong to the block before it, and the next line decides what kind of line it is.
 */
function finished({ source, blocks }: BlockList): { kept: number; length: number } {
  const complete = source.lastIndexOf('\n', source.lastIndexOf('\n') - 1) + 1;
  let start = source.length;
  for (let kept = blocks.length - 1; kept > 0; kept--) {
    const { raw, token } = blocks[kept] as Block;
    start -= raw.length;
    if (start < complete && token?.type !== 'space') return { kept, length: start };
  }
  return { kept: 0, length: 0 };
}

/** Lexes a long list or table from its last rows on. Returns null if it has to be lexed as a whole. */
function grow(block: Block | undefined, tail: string, previous: BlockList): Lexed | null {
  const start = block?.token && commonStart(block.token, block.raw);
  if (!start) return null;
  const lexed = lex(start.head + tail.slice(start.length), previous);
  const [first, ...rest] = lexed.blocks;
  const token = first?.token && withTail(start, first.token, tail);
  if (!token) return null;
  const length = start.length + first.raw.length - start.head.length;
  return { ...lexed, blocks: [{ raw: tail.slice(0, length), token }, ...rest] };
}

function lexAll(text: string): BlockList {
  return { ...lex(text, NO_BLOCKS), source: text, exact: true };
}

function lex(text: string, { links, pieces: known }: BlockList): Lexed {
  try {
    const { tokens, pieces } = lexMarkdown(text, links, known);
    const count = Object.keys(tokens.links).length;
    // A newly defined link may have been used in a piece that was read before.
    const found = { links: tokens.links, exact: count === 0, pieces: count === Object.keys(links).length ? pieces : NO_PIECES };
    const covered = tokens.reduce((length, token) => length + token.raw.length, 0);
    // If the lexer has changed white space, positions cannot be trusted, so treat the text as one block.
    if (covered !== text.length) return { ...found, blocks: [{ raw: text, token: blockOf(tokens, text) }], exact: false };
    let start = 0;
    const blocks = tokens.map((token) => {
      // This has the same length as the lexer's `raw`, but keeps the white space as written.
      const raw = text.slice(start, start + token.raw.length);
      start += raw.length;
      return { raw, token };
    });
    return { ...found, blocks };
  } catch {
    // Thousands of nested quotes exhaust the stack. Nobody reads them, so show them as text.
    return { blocks: [{ raw: text, token: null }], links, exact: false, pieces: NO_PIECES };
  }
}

function blockOf(tokens: Token[], raw: string): Token {
  return { type: 'group', raw, tokens };
}

/** Keeps the objects of blocks whose tokens are unchanged, so that they are not drawn again. */
function reconcile(next: BlockList, previous: BlockList): BlockList {
  const sameLinks = previous.exact && JSON.stringify(next.links) === JSON.stringify(previous.links);
  const blocks = next.blocks.map((block, index) => {
    const known = previous.blocks[index];
    // A later definition can only change the meaning of text in brackets.
    return known && known.raw === block.raw && (sameLinks || !block.raw.includes('[')) ? known : block;
  });
  return { ...next, blocks };
}
