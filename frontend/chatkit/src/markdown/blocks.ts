// Markdown as a list of blocks that can grow: only the unfinished tail of a text is lexed again.

import { Lexer, type Token, type TokensList } from 'marked';

export interface Block {
  readonly raw: string;
  /** Null: too strange for the lexer, shown as it is. */
  readonly token: Token | null;
}

export interface BlockList {
  readonly source: string;
  readonly blocks: readonly Block[];
  readonly links: TokensList['links'];
}

export const NO_BLOCKS: BlockList = { source: '', blocks: [], links: {} };

/**
 * The blocks of `source`. When it continues what `previous` has read, finished blocks are taken over as they are,
 * identity included. With `final` everything is read once more: a link may have been defined after its use.
 */
export function readBlocks(source: string, previous: BlockList = NO_BLOCKS, final = false): BlockList {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  if (text === previous.source && !final) return previous;
  if (final || !text.startsWith(previous.source)) return reconcile(lexAll(text), previous);
  const { kept, length } = finished(previous);
  const tail = lex(text.slice(length), previous.links);
  return reconcile({ source: text, blocks: [...previous.blocks.slice(0, kept), ...tail.blocks], links: tail.links }, previous);
}

/**
 * How many blocks can no longer change. A block is settled when another one begins in a later, complete line: an
 * unfinished line may yet turn out to belong to the block before it.
 */
function finished({ source, blocks }: BlockList): { kept: number; length: number } {
  const complete = source.lastIndexOf('\n') + 1;
  let length = 0;
  let kept = 0;
  let start = 0;
  blocks.forEach((block, index) => {
    if (start < complete && block.token?.type !== 'space') {
      kept = index;
      length = start;
    }
    start += block.raw.length;
  });
  return { kept, length };
}

function lexAll(text: string): BlockList {
  const { blocks, links } = lex(text, {});
  return { source: text, blocks, links };
}

function lex(text: string, links: TokensList['links']): Pick<BlockList, 'blocks' | 'links'> {
  try {
    const lexer = new Lexer({ gfm: true });
    Object.assign(lexer.tokens.links, links);
    const tokens = lexer.lex(text);
    const covered = tokens.reduce((length, token) => length + token.raw.length, 0);
    // The lexer may change white space; then positions cannot be trusted, and the text is one block.
    if (covered !== text.length) return { blocks: [{ raw: text, token: blockOf(tokens, text) }], links: tokens.links };
    let start = 0;
    const blocks = tokens.map((token) => {
      // Of the same length as the lexer's `raw`, but with the white space as it was written.
      const raw = text.slice(start, start + token.raw.length);
      start += raw.length;
      return { raw, token };
    });
    return { blocks, links: tokens.links };
  } catch {
    // Thousands of nested quotes exhaust the stack. Nobody reads them; they are shown as text.
    return { blocks: [{ raw: text, token: null }], links };
  }
}

function blockOf(tokens: Token[], raw: string): Token {
  return { type: 'group', raw, tokens };
}

/** Keeps blocks that read the same as before, so that they are not drawn again. */
function reconcile(next: BlockList, previous: BlockList): BlockList {
  if (JSON.stringify(next.links) !== JSON.stringify(previous.links)) return next;
  const blocks = next.blocks.map((block, index) => {
    const known = previous.blocks[index];
    return known && known.raw === block.raw ? known : block;
  });
  return { ...next, blocks };
}
