// Markdown that grows gives the same blocks as Markdown that is there at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_BLOCKS, readBlocks, type BlockList } from '../src/markdown/blocks.ts';
import { CORPUS } from './markdown-corpus.ts';

const pieces = (text: string, sizes: () => number): string[] => {
  const result: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = Math.max(1, sizes());
    result.push(text.slice(at, at + size));
    at += size;
  }
  return result;
};

/** A small generator of its own, so that a failure comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const shape = ({ blocks }: BlockList) => blocks.map(({ raw, token }) => ({ raw, token }));

function grow(parts: readonly string[]): BlockList {
  let text = '';
  let list = NO_BLOCKS;
  for (const part of parts) {
    text += part;
    list = readBlocks(text, list);
    assert.equal(list.blocks.map((block) => block.raw).join(''), text.replace(/\r\n?/g, '\n'), 'nothing is lost on the way');
  }
  return readBlocks(text, list, true);
}

test('any way of cutting a text ends in the same blocks', () => {
  const next = random(7);
  for (const text of CORPUS) {
    const whole = shape(readBlocks(text, NO_BLOCKS, true));
    assert.deepEqual(shape(grow(Array.from(text))), whole);
    for (let round = 0; round < 60; round++) {
      const most = round < 40 ? 12 : 120;
      assert.deepEqual(shape(grow(pieces(text, () => Math.ceil(next() * most)))), whole);
    }
  }
});

test('the blocks are right before the end too, when no definition comes late', () => {
  for (const text of CORPUS.filter((candidate) => !candidate.includes(']:') && !candidate.includes('\r'))) {
    let list = NO_BLOCKS;
    for (let length = 1; length <= text.length; length++) {
      list = readBlocks(text.slice(0, length), list);
      assert.deepEqual(shape(list), shape(readBlocks(text.slice(0, length))), JSON.stringify(text.slice(0, length)));
    }
  }
});

test('finished blocks keep their identity', () => {
  const before = readBlocks('One\n\nTwo\n\nThr');
  const after = readBlocks('One\n\nTwo\n\nThree and more', before);
  assert.equal(after.blocks[0], before.blocks[0]);
  assert.equal(after.blocks[2], before.blocks[2]);
  const final = readBlocks('One\n\nTwo\n\nThree and more', after, true);
  assert.equal(final.blocks[4], after.blocks[4]);
});

test('a text that would exhaust the lexer is shown as it is', () => {
  const hostile = '> '.repeat(20000) + 'x';
  assert.equal(readBlocks(hostile).blocks.map((block) => block.raw).join(''), hostile);
});
