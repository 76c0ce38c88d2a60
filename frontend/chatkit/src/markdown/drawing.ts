// Limits how much of a long text is drawn in one frame. The rest follows in later frames.

import { createContext } from 'preact';
import type { Token } from 'marked';

/** Elements per frame, enough for nearly every message. One takes about 20 µs to draw, lay out and paint. */
const AT_FIRST = 1500;
const PER_FRAME = 500;
/** A hidden page gets no animation frames. */
const HIDDEN_INTERVAL_MS = 100;

export interface Waiting {
  readonly weight: number;
  /** Called when this part may be drawn. */
  readonly draw: () => void;
}

/** The budget of one text for a frame, and the parts that wait for the next one. */
export class Drawing {
  #left = AT_FIRST;
  #waiting: Waiting[] = [];
  /** Parts queued since the last frame. They lie inside what was drawn then, so they go first. */
  #fresh: Waiting[] = [];
  #refilling = false;

  /** Returns true if the part may be drawn now. Otherwise it is queued. */
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
    // Continue after the frame, which must be presented before more is drawn.
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

/** Tokens that amount to more than an element or two. */
const HEAVY: Readonly<Record<string, number>> = { code: 12, image: 10, math: 20, table: 6, link: 3, noteMark: 3, note: 4 };
/** This many letters take as long to lay out as one element. */
const LETTERS = 64;

/** Estimates the work for a token. Rows of lists and tables are weighed separately. */
export function weigh(token: Token): number {
  let weight = (Object.hasOwn(HEAVY, token.type) ? HEAVY[token.type] : 1) ?? 1;
  const inner = 'tokens' in token && token.tokens;
  if (inner) for (const part of inner) weight += weigh(part);
  else if (token.type !== 'list' && token.type !== 'table') weight += token.raw.length / LETTERS;
  return weight;
}
