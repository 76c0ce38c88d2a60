// Our Markdown dialect: GitHub's with formulas and footnotes, and with limits so that no text can freeze the page.

import { Lexer, Marked, type Token, type TokensList } from 'marked';
import { footnoteExtensions } from './footnotes.ts';
import { mathExtensions } from './math-syntax.ts';

const options = new Marked({ gfm: true }).use({
  extensions: [...mathExtensions, ...footnoteExtensions],
  tokenizer: {
    // A table that is too large stays text. False leaves it to the lexer.
    table: (source) => (isTable(source) && !isHugeTable(source) ? false : undefined),
    // The lexer calls this before every block.
    space() {
      if (++steps > MAX_BLOCKS) throw new RangeError('too many blocks');
      return false;
    },
  },
}).defaults;

/** Inline text is read in pieces of about this many characters, because the time can grow with the square of the length. */
const PIECE = 1024;
const LONGEST_WORD = 1000;
/** Nobody writes text in which every fourth character is a mark, and masses of marks are what takes long to read. */
const DENSEST = 0.24;
const DENSE_FROM = 256;
/** Inline text that takes longer than this is finished as plain text. */
const BUDGET_MS = 1000;
/** Nobody reads more than this in one message, and its elements alone would freeze the page. */
const MAX_TEXT = 200_000;
/** Counted over all levels together. */
const MAX_BLOCKS = 20_000;
const MAX_COLUMNS = 100;
const MAX_ROWS = 1000;
const DEEPEST = 64;
/** Characters that change the writing direction. */
const MAX_TURNS = 200;
/** A picture embedded as a data URL, which can be very long. */
const DATA_IMAGE = /!\[([^\]\n]{0,200})\]\((data:image\/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=]+)\)/y;

let steps = 0;

/** The tokens of pieces read before, so that only the last piece of a growing paragraph is read again. */
export type Pieces = ReadonlyMap<string, readonly Token[]>;

/** Throws if a text is too long, has too many blocks, or is nested too deeply. */
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

  /** Formatting across two pieces is lost, so cut at the ends of lines and words. */
  read(source: string, tokens: Token[]): void {
    if (source.length <= LONGEST_WORD) return this.#readPiece(source, tokens);
    // When a long text grows, all its pieces but the last stay the same.
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

/** The position after the white space that follows the word at `from`. */
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

/** Every level of a list or quote reads its whole content again, so the cost grows with the square of the depth. */
function isTooDeep(text: string): boolean {
  for (const [prefix] of text.matchAll(/^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))+/gm)) {
    const indent = /^[ \t]*/.exec(prefix)?.[0].length ?? 0;
    if (indent > 4 * DEEPEST) return true;
    if (prefix.length > DEEPEST && (prefix.match(/[>*+.)-]/g)?.length ?? 0) > DEEPEST) return true;
  }
  return false;
}

/** Letters with heaps of marks or many direction changes. No writing needs them, and laying them out takes seconds. */
function isTangled(text: string): boolean {
  return /\p{M}{32}/u.test(text) || (text.match(/[\u202A-\u202E\u2066-\u2069]/g)?.length ?? 0) > MAX_TURNS;
}

/** Checks whether the first two lines are those of a table, before the lexer reads all of its rows. */
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
