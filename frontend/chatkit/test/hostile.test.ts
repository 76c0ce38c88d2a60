// Texts made to freeze or to deceive: they are read in moments, and come out as nothing but text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBlocks } from '../src/markdown/blocks.ts';
import { TEXTS } from './hostile-texts.mjs';

/** Aimed at 200 ms; machines that run tests are slow and busy. Without the limits many of these take minutes. */
const LIMIT_MS = 1500;

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
