// Gathers what arrives within a frame, so that the screen is drawn at most once per frame.

/** A hidden page gets no animation frames, but its answer must still arrive. */
const HIDDEN_INTERVAL_MS = 250;

export class FrameQueue<T> {
  readonly #flush: (batch: T[]) => void;
  #batch: T[] = [];
  #cancel: (() => void) | null = null;

  constructor(flush: (batch: T[]) => void) {
    this.#flush = flush;
  }

  push(items: readonly T[]): void {
    this.#batch.push(...items);
    if (this.#cancel || this.#batch.length === 0) return;
    if (document.hidden) {
      const timer = setTimeout(() => this.flush(), HIDDEN_INTERVAL_MS);
      this.#cancel = () => clearTimeout(timer);
    } else {
      // A tab may be hidden while a frame is awaited: the timer is the safety net.
      const frame = requestAnimationFrame(() => this.flush());
      const timer = setTimeout(() => this.flush(), HIDDEN_INTERVAL_MS);
      this.#cancel = () => {
        cancelAnimationFrame(frame);
        clearTimeout(timer);
      };
    }
  }

  /** Hands over what is waiting, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#flush(batch);
  }

  clear(): void {
    this.#batch = [];
    this.flush();
  }
}
