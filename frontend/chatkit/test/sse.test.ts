// Server-sent events read the same wherever the bytes are cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser, type SseFrame } from '../src/client/sse.ts';

const BODY = new TextEncoder().encode(
  ': ping\n\nid: 1\ndata: {"a":"ä€😀"}\n\nevent: x\nretry: 5\ndata:{"b":"\u2028\u0085"}\r\n\r\n: only a comment\n\ndata: one\ndata: two\nid: 12\n\nid: x\ndata: last\n\n',
);
const FRAMES: SseFrame[] = [
  { id: 1, data: '{"a":"ä€😀"}' },
  { id: null, data: '{"b":"\u2028\u0085"}' },
  { id: 12, data: 'one\ntwo' },
  { id: null, data: 'last' },
];

test('a body cut at any byte gives the same frames', () => {
  for (let cut = 0; cut <= BODY.length; cut++) {
    const parser = new SseParser();
    const frames = [...parser.push(BODY.slice(0, cut)), ...parser.push(BODY.slice(cut)), ...parser.end()];
    assert.deepEqual(frames, FRAMES, `cut at ${cut}`);
  }
});

test('a body that comes byte by byte gives the same frames', () => {
  const parser = new SseParser();
  const frames = Array.from(BODY, (byte) => parser.push(Uint8Array.of(byte))).flat();
  assert.deepEqual([...frames, ...parser.end()], FRAMES);
});

test('a last frame without its blank line counts', () => {
  const parser = new SseParser();
  assert.deepEqual(parser.push(new TextEncoder().encode('data: x')), []);
  assert.deepEqual(parser.end(), [{ id: null, data: 'x' }]);
});
