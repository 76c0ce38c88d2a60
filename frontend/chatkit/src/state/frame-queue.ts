// Gathers what arrives between two drawings, and keeps drawing from taking the whole of the page's time.

/** A hidden page gets no animation frames, but its answer must still arrive. */
const HIDDEN_INTERVAL_MS = 250;
/** How often that is drawn which nobody sees. */
const UNSEEN_INTERVAL_MS = 250;
/** Waiting for the frame is part of what is measured, so that this much is no burden yet. */
const CHEAP_MS = 24;
/** The share of time that drawing may take: one part of this many, when it is seen and when not. */
const SEEN_SHARE = 2;
const UNSEEN_SHARE = 5;

export class FrameQueue<T> {
  readonly #flush: (batch: T[]) => void;
  #unseen = false;
  #batch: T[] = [];
  #cancel: (() => void) | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** How long the last drawing took, until its frame was out. */
  #cost = 0;

  constructor(flush: (batch: T[]) => void) {
    this.#flush = flush;
  }

  /** What is drawn lies outside of the view, so it may be drawn less often. */
  set unseen(unseen: boolean) {
    if (this.#unseen === unseen) return;
    this.#unseen = unseen;
    if (!this.#cancel) return;
    this.#cancel();
    this.#schedule();
  }

  push(items: readonly T[]): void {
    for (const item of items) this.#batch.push(item);
    if (!this.#cancel && this.#batch.length > 0) this.#schedule();
  }

  /** Hands over what is waiting, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    const began = performance.now();
    this.#drawnAt = began;
    this.#flush(batch);
    // The next task comes after the frame in which the page was drawn.
    setTimeout(() => (this.#cost = performance.now() - began));
  }

  clear(): void {
    this.#batch = [];
    this.flush();
  }

  #schedule(): void {
    const wait = document.hidden ? HIDDEN_INTERVAL_MS : this.#dueIn();
    if (wait > 0) {
      const timer = setTimeout(() => (document.hidden ? this.flush() : this.#atNextFrame()), wait);
      this.#cancel = () => clearTimeout(timer);
    } else {
      this.#atNextFrame();
    }
  }

  #atNextFrame(): void {
    const frame = requestAnimationFrame(() => this.flush());
    // A tab may be hidden while a frame is awaited: the timer is the safety net.
    const timer = setTimeout(() => this.flush(), HIDDEN_INTERVAL_MS);
    this.#cancel = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }

  #dueIn(): number {
    const seen = this.#cost > CHEAP_MS ? this.#cost * SEEN_SHARE : 0;
    const pause = this.#unseen ? Math.max(UNSEEN_INTERVAL_MS, this.#cost * UNSEEN_SHARE) : seen;
    // A frame is awaited in any case.
    return this.#drawnAt + pause - performance.now() - 16;
  }
}
