// Reads a little of everything while the page is idle: a lexer that runs for the first time is many times slower.

import { whenIdle } from '../parts/lazy.tsx';
import { readBlocks } from './blocks.ts';

const SAMPLES = [
  '# A\n\nB **c** *d* __e__ _f_ `g` ~~h~~ [i](https://j.example "k") ![l](m) <https://n.example> www.o.example \\* &amp; <b>p</b>\\\nq',
  '- a **b**\n  - c\n\n- [x] d\n\n1. e\n2. f\n   g\n',
  '| a | b |\n|---|--:|\n| `c` | **d** |\n| e | f |\n\ng\n===\n\n---\n',
  '```js\na\n```\n\n    b\n\n> c\n> - d\n\n<div>\ne\n</div>\n\n[f]: https://g.example\n',
];
/** The first time compiles, the second compiles better. */
const ROUNDS = 2;

/** Each sample in an idle moment of its own, so that none of them is felt. */
export function warmUp(round = 0): void {
  const sample = SAMPLES[round % SAMPLES.length];
  if (sample === undefined || round >= ROUNDS * SAMPLES.length) return;
  whenIdle(() => {
    readBlocks(sample);
    warmUp(round + 1);
  });
}
