// How much of a long text is drawn at once: what is more comes with the next frames.

import { createContext } from 'preact';
import type { Token } from 'marked';

/** Enough for nearly every message. One is about 20 µs of drawing, layout and paint on an ordinary machine. */
const AT_FIRST = 1500;
const PER_FRAME = 500;
/** A hidden page gets no animation frames. */
const HIDDEN_INTERVAL_MS = 100;

export interface Waiting {
  readonly weight: number;
  /** Called when it is its turn. */
  readonly draw: () => void;
}

/** What one text may draw in a frame, and what waits for the next one. */
export class Drawing {
  #left = AT_FIRST;
  #waiting: Waiting[] = [];
  /** What has come to wait since the last frame: it stands inside of what was drawn then, and so goes first. */
  #fresh: Waiting[] = [];
  #refilling = false;

  /** True when it may be drawn now; otherwise it waits. */
  take(part: Waiting): boolean {
    this.#refillSoon();
    if (this.#left <= 0) {
      this.#fresh.push(part);
      return false;
    }
    this.#left -= part.weight;
    return true;
  }

  forget(part: Waiting): void {
    for (const list of [this.#waiting, this.#fresh]) {
      const at = list.indexOf(part);
      if (at >= 0) list.splice(at, 1);
    }
  }

  #refillSoon(): void {
    if (this.#refilling) return;
    this.#refilling = true;
    let frame = 0;
    const refill = () => {
      if (!this.#refilling) return;
      clearTimeout(timer);
      globalThis.cancelAnimationFrame?.(frame);
      this.#refilling = false;
      this.#refill();
    };
    const timer = setTimeout(refill, HIDDEN_INTERVAL_MS);
    // After the frame: it must be out before more is drawn.
    frame = globalThis.requestAnimationFrame?.(() => setTimeout(refill)) ?? 0;
  }

  #refill(): void {
    this.#waiting = [...this.#fresh, ...this.#waiting];
    this.#fresh = [];
    this.#left = this.#waiting.length > 0 ? PER_FRAME : AT_FIRST;
    let count = 0;
    while (count < this.#waiting.length && this.#left > 0) this.#left -= this.#waiting[count++]?.weight ?? 0;
    const next = this.#waiting.splice(0, count);
    next.forEach(({ draw }) => draw());
    if (next.length > 0) this.#refillSoon();
  }
}

export const DrawingContext = createContext<Drawing | null>(null);

/** What is more than an element or two. */
const HEAVY: Readonly<Record<string, number>> = { code: 12, image: 10, math: 20, table: 6, link: 3, noteMark: 3, note: 4 };
/** So many letters take as long to lay out as an element. */
const LETTERS = 64;

/** How much work a token is. The rows of lists and tables are weighed by themselves. */
export function weigh(token: Token): number {
  let weight = (Object.hasOwn(HEAVY, token.type) ? HEAVY[token.type] : 1) ?? 1;
  const inner = 'tokens' in token && token.tokens;
  if (inner) for (const part of inner) weight += weigh(part);
  else if (token.type !== 'list' && token.type !== 'table') weight += token.raw.length / LETTERS;
  return weight;
}
