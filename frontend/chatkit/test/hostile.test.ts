// Texts made to freeze or to deceive: they are read in moments, and come out as nothing but text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBlocks } from '../src/markdown/blocks.ts';

const N = 1_000_000;
/** Aimed at 200 ms; machines that run tests are slow and busy. Without the limits many of these take minutes. */
const LIMIT_MS = 1500;

const TEXTS: Readonly<Record<string, string>> = {
  a: 'a'.repeat(N),
  at: 'a@'.repeat(N/2),
  star: '*'.repeat(N),
  starsp: '* '.repeat(N/2),
  em: '*a **b '.repeat(N/8),
  us: '_a __b '.repeat(N/8),
  br: '['.repeat(N),
  brsp: '[ '.repeat(N/2),
  img: '!['.repeat(N/2),
  imgsp: '![ '.repeat(N/3),
  link: '[a]('.repeat(N/4),
  lt: '<'.repeat(N),
  ltsp: '< a '.repeat(N/4),
  tag: '<a '.repeat(N/3),
  bt: '`'.repeat(N),
  btsp: '` a '.repeat(N/4),
  btv: Array.from({length:1000},(_,i)=>'`'.repeat(i)+' ').join(''),
  dl: '$'.repeat(N),
  dlsp: '$a '.repeat(N/3),
  paren: '\\('.repeat(N/2),
  brack: '\\[ '.repeat(N/3),
  tilde: '~~a '.repeat(N/4),
  amp: '&'.repeat(N),
  pipe: '|'.repeat(N),
  table: '|a|b|\n|-|-|\n'+'|x'.repeat(N/2),
  rows: '|a|b|\n|-|-|\n'+'|x|y|\n'.repeat(N/6),
  pipes: '|a'.repeat(5000)+'\n'+'|-'.repeat(5000)+'\n'+'|b\n'.repeat(2000),
  quote: '>'.repeat(10000)+'a',
  quotes: '> '.repeat(10000)+'a',
  lists: '- '.repeat(10000)+'a',
  deep: Array.from({length:1000},(_,i)=>' '.repeat(i*2)+'- x').join('\n'),
  deepq: Array.from({length:1000},(_,i)=>'>'.repeat(i)+' x').join('\n'),
  nl: '\n'.repeat(N),
  spaces: ' '.repeat(N)+'x',
  tabs: '\t'.repeat(N),
  lines: 'a\n'.repeat(N/2),
  paras: 'a\n\n'.repeat(N/3),
  defs: '[a]: b\n'.repeat(N/7),
  notes: '[^a]: b\n'.repeat(N/8),
  fence: '```\n'.repeat(N/4),
  fence2: '```js\n'+'x'.repeat(N),
  html: '<div>\n'.repeat(N/6),
  comment: '<!--'.repeat(N/4),
  cdata: '<![CDATA['.repeat(N/9),
  heads: '# a\n'.repeat(N/4),
  setext: 'a\n-\n'.repeat(N/4),
  hr: '---\n'.repeat(N/4),
  url: 'http://'.repeat(N/7),
  www: 'www.a.'.repeat(N/6),
  mixed: '**a [b](c `d` '.repeat(N/14),
  ents: '&#x41;'.repeat(N/6),
  esc: '\\*'.repeat(N/2),
  items: '- a\n'.repeat(N/4),
  loose: '- a\n\n'.repeat(N/5),
  math: '$$\n'.repeat(N/3),
  mathb: '\\[\n'.repeat(N/3),
  dash: '-'.repeat(N),
  eq: 'a\n'+'='.repeat(N),
  num: '1. '.repeat(10000),
  colon: '|'+'-:'.repeat(N/2)+'\n|-',
  bidi: '\u202e'.repeat(N),
  emoji: '😀'.repeat(N/2),
  emailish: 'a.'.repeat(N/2)+'@',
  ul: ('_'.repeat(100)+' ').repeat(N/101),
  linkdef: '[' + 'a'.repeat(N)+']: x',
  title: '[a](b "'+'x'.repeat(N),
  longimg: '![x](data:image/png;base64,'+'A'.repeat(N)+')',
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`read in moments: ${name}`, () => {
    const began = performance.now();
    const { blocks } = readBlocks(text, undefined, true);
    const took = performance.now() - began;
    assert.ok(took < LIMIT_MS, `${Math.round(took)} ms`);
    assert.equal(blocks.reduce((length, { raw }) => length + raw.length, 0), text.length, 'nothing is lost');
  });

  test(`read in moments while it grows: ${name}`, () => {
    const part = text.slice(0, 20_000);
    let list = readBlocks('');
    const began = performance.now();
    for (let end = 500; end <= part.length; end += 500) list = readBlocks(part.slice(0, end), list);
    const took = performance.now() - began;
    assert.ok(took < 40 * LIMIT_MS / 10, `${Math.round(took)} ms`);
  });
}

test('a picture inside the text is a picture, however long', () => {
  const [block] = readBlocks(`Look: ![x](data:image/png;base64,${'A'.repeat(150_000)}) there`, undefined, true).blocks;
  const tokens = (block?.token as { tokens?: { type: string }[] }).tokens ?? [];
  assert.deepEqual(tokens.map(({ type }) => type), ['text', 'image', 'text']);
});

test('names of the prototype are names like others', () => {
  for (const text of ['[__proto__]\n\n[__proto__]: https://a.example', '[constructor][toString]', '[^__proto__]\n\n[^__proto__]: note', '```__proto__\nx\n```']) {
    assert.ok(readBlocks(text, undefined, true).blocks.length > 0);
  }
  assert.equal(({} as Record<string, unknown>).href, undefined);
});
