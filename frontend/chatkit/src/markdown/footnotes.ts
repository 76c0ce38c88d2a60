// Footnotes in Markdown: `[^name]` in the text, `[^name]: words` on a line of its own.

import type { TokenizerAndRendererExtension, Tokens } from 'marked';

export interface NoteMark extends Tokens.Generic {
  type: 'noteMark';
  name: string;
}

export interface Note extends Tokens.Generic {
  type: 'note';
  name: string;
}

const NOTE = /^\[\^([^\]\s]{1,40})\]:[ \t]+([^\n]+(?:\n {2,}[^\n]+)*)(?:\n+|$)/;
const MARK = /^\[\^([^\]\s]{1,40})\]/;

const note: TokenizerAndRendererExtension = {
  name: 'note',
  level: 'block',
  tokenizer(source) {
    const match = NOTE.exec(source);
    if (!match) return undefined;
    const tokens = this.lexer.inline((match[2] ?? '').replace(/\n {2,}/g, '\n'));
    return { type: 'note', raw: match[0], name: match[1], tokens };
  },
};

const mark: TokenizerAndRendererExtension = {
  name: 'noteMark',
  level: 'inline',
  start(source) {
    const at = source.indexOf('[^');
    return at < 0 ? undefined : at;
  },
  tokenizer(source) {
    const match = MARK.exec(source);
    return match ? { type: 'noteMark', raw: match[0], name: match[1] } : undefined;
  },
};

export const footnoteExtensions: TokenizerAndRendererExtension[] = [note, mark];
