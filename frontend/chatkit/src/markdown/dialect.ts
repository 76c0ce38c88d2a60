// Our Markdown: GitHub's, with formulas and footnotes, and with limits that keep any text from freezing the page.

import { Lexer, Marked, type Token, type TokensList } from 'marked';
import { footnoteExtensions } from './footnotes.ts';
import { mathExtensions } from './math-syntax.ts';

const options = new Marked({ gfm: true }).use({
  extensions: [...mathExtensions, ...footnoteExtensions],
  tokenizer: {
    // What is too large for a table stays text; false leaves the table to the lexer.
    table: (source) => (isHugeTable(source) ? undefined : false),
  },
}).defaults;

/** Inline text is read in pieces of about this many characters: the time a piece takes may grow with its square. */
const PIECE = 1024;
const LONGEST_WORD = 1000;
/** Where every fourth character is a mark, nobody has written; and marks without end are what takes long to read. */
const DENSEST = 0.24;
const DENSE_FROM = 256;
/** What still takes as long as this is finished plainly. */
const BUDGET_MS = 1000;
/** More than anyone reads in one message: its elements alone would freeze the page. */
const MAX_TEXT = 200_000;
const MAX_COLUMNS = 100;
const MAX_ROWS = 1000;
const DEEPEST = 64;
/** A picture inside the text itself; its address is as long as the picture is large. */
const DATA_IMAGE = /!\[([^\]\n]{0,200})\]\((data:image\/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=]+)\)/y;

/** Throws for a text that is too long, or nests too deep. */
export function lexMarkdown(text: string, links: TokensList['links']): TokensList {
  if (text.length > MAX_TEXT || isTooDeep(text)) throw new RangeError('too much to be read');
  const lexer = new Lexer(options);
  Object.assign(lexer.tokens.links, links);
  lexer.blockTokens(text, lexer.tokens);
  const reader = new InlineReader(lexer);
  for (const { src, tokens } of lexer.inlineQueue) reader.read(src, tokens);
  lexer.inlineQueue = [];
  return lexer.tokens;
}

class InlineReader {
  readonly #lexer: Lexer;
  #spent = 0;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  /** What is cut apart between two pieces loses its formatting, so cuts are at ends of lines and words. */
  read(source: string, tokens: Token[]): void {
    if (source.length <= LONGEST_WORD) return this.#readPiece(source, tokens);
    let start = 0;
    let at = 0;
    const flush = (end: number) => {
      if (end > start) this.#readPiece(source.slice(start, end), tokens);
      start = end;
    };
    while (at < source.length) {
      const end = endOfWord(source, at);
      if (end - at > LONGEST_WORD) {
        flush(at);
        const image = dataImage(source, at);
        tokens.push(image ?? plain(source.slice(at, end)));
        start = at = image ? DATA_IMAGE.lastIndex : end;
      } else {
        if (end - start > PIECE) flush(at);
        at = end;
      }
    }
    flush(source.length);
  }

  #readPiece(source: string, tokens: Token[]): void {
    if (this.#spent > BUDGET_MS || isDense(source)) {
      tokens.push(plain(source));
      return;
    }
    const began = performance.now();
    this.#lexer.inlineTokens(source, tokens);
    this.#spent += performance.now() - began;
  }
}

function plain(raw: string): Token {
  return { type: 'plain', raw };
}

function isDense(source: string): boolean {
  if (source.length < DENSE_FROM) return false;
  return (source.match(/[[*_`<$~\\!]/g)?.length ?? 0) > DENSEST * source.length;
}

/** Behind the white space that follows the word at `from`. */
function endOfWord(source: string, from: number): number {
  let at = from;
  while (at < source.length && !isSpace(source.charCodeAt(at))) at++;
  while (at < source.length && isSpace(source.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9;
}

function dataImage(source: string, at: number): Token | null {
  DATA_IMAGE.lastIndex = at;
  const match = DATA_IMAGE.exec(source);
  return match && { type: 'image', raw: match[0], text: match[1] ?? '', href: match[2] ?? '', title: null, tokens: [] };
}

/** Every level of a list or quote reads its whole contents again, so that depth costs its square. */
function isTooDeep(text: string): boolean {
  for (const [prefix] of text.matchAll(/^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))+/gm)) {
    const indent = /^[ \t]*/.exec(prefix)?.[0].length ?? 0;
    if (indent > 4 * DEEPEST) return true;
    if (prefix.length > DEEPEST && (prefix.match(/[>*+.)-]/g)?.length ?? 0) > DEEPEST) return true;
  }
  return false;
}

function isHugeTable(source: string): boolean {
  const header = source.slice(0, Math.max(0, source.indexOf('\n')));
  if (!header.includes('|')) return false;
  if (header.length > MAX_COLUMNS && header.split('|').length > MAX_COLUMNS) return true;
  let rows = 0;
  for (let at = header.length; at >= 0 && source[at + 1] !== '\n'; at = source.indexOf('\n', at + 1)) {
    if (++rows > MAX_ROWS) return true;
  }
  return false;
}
