// Gathers events between frames, and keeps drawing from taking up all of the page's time.

/** A hidden page gets no animation frames, but its answer must still arrive. */
const HIDDEN_INTERVAL_MS = 250;
/** How often to draw while the thread's end is out of view. */
const UNSEEN_INTERVAL_MS = 250;
/** The measured cost includes the wait for the frame, so a cost up to this much counts as free. */
const CHEAP_MS = 24;
/** Draw at most once in this many times the cost of a drawing: more often when it is seen, less often when not. */
const SEEN_SHARE = 2;
const UNSEEN_SHARE = 5;

export class FrameQueue<T> {
  readonly #flush: (batch: T[]) => void;
  #unseen = false;
  #batch: T[] = [];
  #cancel: (() => void) | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** How long the last drawing took, in milliseconds, until its frame was done. */
  #cost = 0;

  constructor(flush: (batch: T[]) => void) {
    this.#flush = flush;
  }

  /** Set while the drawn part is out of view, so that it is drawn less often. */
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

  /** Hands over everything that is waiting, immediately. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    const began = performance.now();
    this.#drawnAt = began;
    this.#flush(batch);
    // A timer fires only after the frame in which the page was drawn.
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
    // The tab may become hidden while it waits for a frame, so a timer backs it up.
    const timer = setTimeout(() => this.flush(), HIDDEN_INTERVAL_MS);
    this.#cancel = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }

  #dueIn(): number {
    const seen = this.#cost > CHEAP_MS ? this.#cost * SEEN_SHARE : 0;
    const pause = this.#unseen ? Math.max(UNSEEN_INTERVAL_MS, this.#cost * UNSEEN_SHARE) : seen;
    // Subtract one frame, because drawing always waits for the next one.
    return this.#drawnAt + pause - performance.now() - 16;
  }
}
