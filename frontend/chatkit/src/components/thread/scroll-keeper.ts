// Keeps the end of the thread in view, and never moves what is being read.

import { signal } from '@preact/signals';
import type { Viewport } from './viewport.ts';

/** Within this distance of the end, the reader counts as being at the end. */
const NEAR_END_PX = 64;
/** A turn that begins this soon after a click in the thread was caused by that click. */
const GESTURE_MS = 1000;
/** Space kept above the beginning of a turn when its answer outgrows the screen. */
const ANCHOR_GAP_PX = 20;
/** Scroll smoothly only if the end is at most this many screens away. */
const SMOOTH_SCREENS = 3;

/**
 * The policy: while an answer grows, the view follows until the beginning of the turn reaches the top; from there
 * the reader reads at their own pace. A reader at the end is kept there; one who has scrolled back is left alone.
 */
export class ScrollKeeper {
  /** The end is out of sight. */
  readonly away = signal(false);
  /** Always follow to the end: the page's `thread.autoScroll`. */
  followAll = false;
  /** Called whenever the view has moved or its content has changed. */
  onView: () => void = () => undefined;

  #following = true;
  #toTheEnd = false;
  #lastTop = 0;
  #clickedAt = Number.NEGATIVE_INFINITY;
  /** The first row of the running turn. Until it exists, `#rowBefore` is the row before it. */
  #anchor: HTMLElement | null = null;
  #rowBefore: HTMLElement | null = null;
  #held: { row: HTMLElement; top: number } | null = null;
  readonly #view: Viewport;
  readonly #stopListening: () => void;
  readonly #content: HTMLElement;
  readonly #observer: ResizeObserver;

  constructor(view: Viewport, content: HTMLElement) {
    this.#view = view;
    this.#content = content;
    this.#observer = new ResizeObserver(() => this.keep());
    this.#observer.observe(view.element);
    this.#observer.observe(content);
    this.#stopListening = view.listen(() => this.#onScroll());
    content.addEventListener('click', this.#onClick);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#stopListening();
    this.#content.removeEventListener('click', this.#onClick);
  }

  /**
   * Scrolls to a turn that begins. Its first row is the question just asked or, after an action in a widget, the next
   * row that appears.
   */
  followTurn(askedHere: boolean): void {
    const last = this.#rows().at(-1) ?? null;
    const asked = last?.hasAttribute('data-question') === true;
    // A turn that began elsewhere must not tear a reader away.
    const clicked = performance.now() - this.#clickedAt < GESTURE_MS;
    if (!askedHere && !this.#following && !clicked) return;
    this.#anchor = asked ? last : null;
    this.#rowBefore = last;
    this.#following = true;
    this.#toTheEnd = false;
    this.keep();
  }

  /** Scrolls to the end and keeps following it. */
  toEnd(smooth: boolean): void {
    this.#following = true;
    this.#toTheEnd = true;
    const quiet = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const far = this.#view.end - this.#view.top > SMOOTH_SCREENS * this.#view.box().height;
    if (smooth && !quiet && !far) this.#view.scrollTo(this.#view.end);
    else this.#moveTo(this.#view.end);
  }

  /** Call when the content may have grown. */
  keep(): void {
    const end = this.#view.end;
    if (this.#following) {
      const top = this.#toTheEnd || this.followAll ? end : Math.min(end, this.#anchorTop());
      if (top > this.#view.top + 1) this.#moveTo(top);
    }
    this.#see(end);
  }

  /** Notes where the rows are, before others are put above them. */
  remember(): void {
    const row = this.#firstVisibleRow();
    this.#held = row ? { row, top: row.getBoundingClientRect().top } : null;
  }

  /** Puts the rows back to where they were. */
  restore(): void {
    const held = this.#held;
    this.#held = null;
    if (!held?.row.isConnected || this.#following) return;
    const moved = held.row.getBoundingClientRect().top - held.top;
    if (Math.abs(moved) >= 1) this.#moveTo(this.#view.top + moved);
  }

  #onClick = () => {
    this.#clickedAt = performance.now();
  };

  #onScroll(): void {
    const top = this.#view.top;
    const end = this.#view.end;
    const distance = end - top;
    if (top < this.#lastTop - 1 && distance > NEAR_END_PX) {
      this.#following = false;
      this.#toTheEnd = false;
    } else if (distance <= NEAR_END_PX && top > this.#lastTop) {
      this.#toTheEnd ||= !this.#following;
      this.#following = true;
    }
    this.#lastTop = top;
    this.#see(end);
  }

  /** Moves the view ourselves, so that `#onScroll` does not take it for a move of the reader. */
  #moveTo(top: number): void {
    this.#view.top = top;
    this.#lastTop = this.#view.top;
  }

  #see(end: number): void {
    this.away.value = end - this.#view.top > NEAR_END_PX;
    this.onView();
  }

  #anchorTop(): number {
    if (!this.#anchor?.isConnected) this.#anchor = this.#rowAfter(this.#rowBefore);
    if (!this.#anchor) return Number.POSITIVE_INFINITY;
    const offset = this.#anchor.getBoundingClientRect().top - this.#view.box().top;
    return this.#view.top + offset - ANCHOR_GAP_PX;
  }

  #rowAfter(row: HTMLElement | null): HTMLElement | null {
    const rows = this.#rows();
    if (row === null) return rows[0] ?? null;
    const index = rows.indexOf(row);
    return index < 0 ? null : (rows[index + 1] ?? null);
  }

  #rows(): HTMLElement[] {
    return Array.from(this.#content.querySelectorAll<HTMLElement>('[data-row]'));
  }

  #firstVisibleRow(): HTMLElement | undefined {
    const edge = this.#view.box().top;
    return this.#rows().find((row) => row.getBoundingClientRect().bottom > edge);
  }
}
