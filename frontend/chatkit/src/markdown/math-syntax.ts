// Formulas in Markdown: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, with care for amounts of money.

import type { TokenizerAndRendererExtension, Tokens } from 'marked';

export interface MathToken extends Tokens.Generic {
  type: 'math';
  tex: string;
  display: boolean;
}

const BLOCK = /^ {0,3}(?:\$\$(?!\$)([^$]{1,8000}?)\$\$|\\\[([\s\S]{1,8000}?)\\\])[ \t]*(?:\n+|$)/;
const DOUBLE = /^\$\$(?!\$)([^$]{1,4000}?)\$\$(?!\$)/;
const PAREN = /^\\\(([\s\S]{1,4000}?)\\\)/;
const BRACKET = /^\\\[([\s\S]{1,4000}?)\\\]/;
/** Pandoc's rule: no space inside the dollars, no empty line between, and no letter or digit after: `$HOME/bin:$PATH`. */
const SINGLE = /^\$(?![\s$])((?:\\[^\n]|[^$\\\n]|\n(?!\s*\n)){1,1000}?)(?<![\s\\])\$(?![\w$])/;
/** Matches an amount followed by words: `$5 for a coffee and 3$`. */
const MONEY = /^\d[\d.,]*\s?(?:[a-z]{2,}|[–—-])(?![^$]*[\\^_={}])/i;

function token(raw: string, tex: string, display: boolean): MathToken {
  return { type: 'math', raw, tex: tex.trim(), display };
}

const block: TokenizerAndRendererExtension = {
  name: 'mathBlock',
  level: 'block',
  tokenizer(source) {
    const match = BLOCK.exec(source);
    return match ? token(match[0], match[1] ?? match[2] ?? '', true) : undefined;
  },
};

const inline: TokenizerAndRendererExtension = {
  name: 'mathInline',
  level: 'inline',
  start(source) {
    const at = source.search(/\$|\\[([]/);
    return at < 0 ? undefined : at;
  },
  tokenizer(source) {
    const first = source.charAt(0);
    if (first === '\\') {
      const match = PAREN.exec(source);
      if (match) return token(match[0], match[1] ?? '', false);
      const bracket = BRACKET.exec(source);
      return bracket ? token(bracket[0], bracket[1] ?? '', true) : undefined;
    }
    if (first !== '$') return undefined;
    const double = DOUBLE.exec(source);
    if (double) return token(double[0], double[1] ?? '', true);
    const single = SINGLE.exec(source);
    if (!single || MONEY.test(single[1] ?? '')) return undefined;
    return token(single[0], single[1] ?? '', false);
  },
};

export const mathExtensions: TokenizerAndRendererExtension[] = [block, inline];
