// Lexes a sample of everything while the page is idle, because the first run of the lexer is many times slower.

import { whenIdle } from '../parts/lazy.tsx';
import { readBlocks } from './blocks.ts';

const SAMPLES = [
  '# A\n\nB **c** *d* __e__ _f_ `g` ~~h~~ [i](https://j.example "k") ![l](m) <https://n.example> www.o.example \\* &amp; <b>p</b>\\\nq',
  '- a **b**\n  - c\n\n- [x] d\n\n1. e\n2. f\n   g\n',
  '| a | b |\n|---|--:|\n| `c` | **d** |\n| e | f |\n\ng\n===\n\n---\n',
  '```js\na\n```\n\n    b\n\n> c\n> - d\n\n<div>\ne\n</div>\n\n[f]: https://g.example\n',
];
/** The first run compiles the code, and the second one optimises it. */
const ROUNDS = 2;

/** Lexes each sample in a separate idle moment, so that none of them is noticed. */
export function warmUp(round = 0): void {
  const sample = SAMPLES[round % SAMPLES.length];
  if (sample === undefined || round >= ROUNDS * SAMPLES.length) return;
  whenIdle(() => {
    readBlocks(sample);
    warmUp(round + 1);
  });
}
