// Long code in sheets, and long texts in parts: nothing is lost, and what is finished stays as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourSheets, type Coloured } from '../src/markdown/colour-sheets.ts';
import { sheetsOf } from '../src/markdown/sheets.ts';
import { readBlocks } from '../src/markdown/blocks.ts';
import type { CodeNode } from '../src/markdown/highlight.ts';

const lines = (count: number, line: (n: number) => string) => Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
const textOf = (node: CodeNode | string): string => (typeof node === 'string' ? node : node.children.map(textOf).join(''));
const scopesOf = (node: CodeNode | string): string[] => (typeof node === 'string' ? [] : [node.scope, ...node.children.flatMap(scopesOf)]);

function coloured(text: string, language: string): Promise<Coloured> {
  return new Promise((resolve) => {
    let last: Coloured = { text, parts: [] };
    let idle: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(idle);
      idle = setTimeout(() => resolve(last), 200);
    };
    colourSheets(text, language, (next) => setImmediate(next), (next) => {
      last = next;
      settle();
    });
    idle = setTimeout(() => resolve(last), 3000);
  });
}

test('sheets hold all lines, and those before the last stay when lines come', () => {
  let before = sheetsOf('');
  for (let count = 1; count < 500; count += 7) {
    const text = lines(count, (n) => `line ${n}`);
    const sheets = sheetsOf(text);
    assert.equal(sheets.join(''), text);
    if (before.length > 1) assert.deepEqual(sheets.slice(0, before.length - 1), before.slice(0, -1));
    before = sheets;
  }
  assert.deepEqual(sheetsOf('short\n'), ['short\n']);
});

test('code coloured in sheets is the same code, and a comment across sheets is one comment', async () => {
  const text = `${lines(70, (n) => `let a${n} = "${n}";`)}/*\n${lines(100, (n) => `words ${n}`)}*/\n${lines(90, (n) => `f(${n});`)}`;
  const { parts } = await coloured(text, 'javascript');
  assert.equal(parts.map(({ tree }) => textOf(tree)).join(''), text);
  assert.equal(parts.reduce((sum, { sheets }) => sum + sheets, 0), sheetsOf(text).length);
  assert.equal(parts.flatMap(({ tree }) => scopesOf(tree)).filter((scope) => scope === 'comment').length, 1);
});

test('a comment that does not end leaves the rest plain', async () => {
  const text = `${lines(40, () => 'let a;')}/*\n${lines(2000, () => 'words')}`;
  const { parts } = await coloured(text, 'javascript');
  assert.deepEqual(parts.map(({ first, sheets }) => [first, sheets]), [[0, 1]]);
});

test('a paragraph without end keeps what it has read', () => {
  const text = Array.from({ length: 2000 }, (_, n) => `word **b${n}**`).join(' ');
  const inner = (source: string, previous?: ReturnType<typeof readBlocks>) => {
    const list = readBlocks(source, previous);
    return { list, tokens: (list.blocks[0]?.token as { tokens: unknown[] }).tokens };
  };
  const before = inner(text.slice(0, 20_000));
  const after = inner(text, before.list);
  const same = after.tokens.filter((token, index) => token === before.tokens[index]).length;
  assert.ok(same > before.tokens.length * 0.9, `${same} of ${before.tokens.length} tokens are the same`);
  assert.deepEqual(after.tokens, inner(text).tokens);
});
