// Our Markdown: GitHub's, with formulas and footnotes, and with limits that keep any text from freezing the page.

import { Lexer, Marked, type Token, type TokensList } from 'marked';
import { footnoteExtensions } from './footnotes.ts';
import { mathExtensions } from './math-syntax.ts';

const options = new Marked({ gfm: true }).use({
  extensions: [...mathExtensions, ...footnoteExtensions],
  tokenizer: {
    // What is too large for a table stays text; false leaves the table to the lexer.
    table: (source) => (isTable(source) && !isHugeTable(source) ? false : undefined),
    // Asked first before every block.
    space() {
      if (++steps > MAX_BLOCKS) throw new RangeError('too many blocks');
      return false;
    },
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
/** Of all levels together. */
const MAX_BLOCKS = 20_000;
const MAX_COLUMNS = 100;
const MAX_ROWS = 1000;
const DEEPEST = 64;
/** Marks that turn the direction of writing. */
const MAX_TURNS = 200;
/** A picture inside the text itself; its address is as long as the picture is large. */
const DATA_IMAGE = /!\[([^\]\n]{0,200})\]\((data:image\/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=]+)\)/y;

let steps = 0;

/** What pieces of inline text have been read as, so that a paragraph that grows is read from its last piece on. */
export type Pieces = ReadonlyMap<string, readonly Token[]>;

/** Throws for a text that is too long, has too many blocks, or nests too deep. */
export function lexMarkdown(text: string, links: TokensList['links'], known: Pieces): { tokens: TokensList; pieces: Pieces } {
  if (text.length > MAX_TEXT || isTooDeep(text) || isTangled(text)) throw new RangeError('too much to be read');
  const lexer = new Lexer(options);
  Object.assign(lexer.tokens.links, links);
  steps = 0;
  lexer.blockTokens(text, lexer.tokens);
  const reader = new InlineReader(lexer, known);
  for (const { src, tokens } of lexer.inlineQueue) reader.read(src, tokens);
  lexer.inlineQueue = [];
  return { tokens: lexer.tokens, pieces: reader.pieces };
}

class InlineReader {
  readonly pieces = new Map<string, readonly Token[]>();
  readonly #lexer: Lexer;
  readonly #known: Pieces;
  #spent = 0;

  constructor(lexer: Lexer, known: Pieces) {
    this.#lexer = lexer;
    this.#known = known;
  }

  /** What is cut apart between two pieces loses its formatting, so cuts are at ends of lines and words. */
  read(source: string, tokens: Token[]): void {
    if (source.length <= LONGEST_WORD) return this.#readPiece(source, tokens);
    // Pieces of a long text are the same when it grows, but for the last.
    const piece = (text: string) => {
      const read = this.#known.get(text) ?? this.#readAlone(text);
      this.pieces.set(text, read);
      tokens.push(...read);
    };
    let start = 0;
    let at = 0;
    const flush = (end: number) => {
      if (end > start) piece(source.slice(start, end));
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

  #readAlone(source: string): Token[] {
    const tokens: Token[] = [];
    this.#readPiece(source, tokens);
    return tokens;
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

/** Letters under heaps of marks, or turned around again and again: no writing needs it, and laying it out takes seconds. */
function isTangled(text: string): boolean {
  return /\p{M}{32}/u.test(text) || (text.match(/[\u202A-\u202E\u2066-\u2069]/g)?.length ?? 0) > MAX_TURNS;
}

/** Before the lexer reads all of its rows: whether the first two lines are those of a table. */
function isTable(source: string): boolean {
  const header = lineAt(source, 0);
  const under = lineAt(source, header.length + 1);
  return /[:|]/.test(under) && columnsOf(header) === columnsOf(under);
}

function lineAt(source: string, start: number): string {
  const end = source.indexOf('\n', start);
  return source.slice(start, end < 0 ? source.length : end);
}

function columnsOf(line: string): number {
  return line.trim().replace(/\\[\s\S]/g, '').replace(/^\||\|$/g, '').split('|').length;
}

function isHugeTable(source: string): boolean {
  const header = lineAt(source, 0);
  if (header.length > MAX_COLUMNS && header.split('|').length > MAX_COLUMNS) return true;
  let rows = 0;
  for (let at = header.length; at >= 0 && source[at + 1] !== '\n'; at = source.indexOf('\n', at + 1)) {
    if (++rows > MAX_ROWS) return true;
  }
  return false;
}
