// Texts made to freeze or to deceive: they are read quickly and come out as plain text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBlocks } from '../src/markdown/blocks.ts';
import { TEXTS } from './hostile-texts.mjs';

/**
 * How much longer than plain paragraphs a text may take to read. Both are measured in CPU time, one after the other, so that a
 * slow or busy machine makes no difference. Most texts take no longer at all; without the limits many would take minutes.
 */
const LIMIT = 100;
const PLAIN = 'Some plain words of a paragraph that says little.\n\n'.repeat(3500);

/** In milliseconds of this process. */
function cpuTime(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function holdAgainstPlain(read: () => void): void {
  const known = cpuTime(() => assert.ok(readBlocks(PLAIN, undefined, true).blocks.length >= 3500));
  const took = cpuTime(read);
  assert.ok(took < LIMIT * known, `${Math.round(took)} ms beside ${Math.round(known)} ms for plain paragraphs`);
}

for (const [name, text] of Object.entries(TEXTS)) {
  test(`read in moments: ${name}`, () => {
    let blocks = readBlocks('').blocks;
    holdAgainstPlain(() => ({ blocks } = readBlocks(text, undefined, true)));
    assert.equal(blocks.reduce((length, { raw }) => length + raw.length, 0), text.length, 'nothing is lost');
  });

  test(`read in moments while it grows: ${name}`, () => {
    const part = text.slice(0, 20_000);
    let list = readBlocks('');
    holdAgainstPlain(() => {
      for (let end = 500; end <= part.length; end += 500) list = readBlocks(part.slice(0, end), list);
    });
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
