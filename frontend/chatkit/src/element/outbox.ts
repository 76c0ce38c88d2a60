// Holds events back until the page has had a chance to add its listeners.

/** The wait in a hidden tab, where no frames are drawn. */
const HIDDEN_TAB_MS = 250;

/**
 * Resolves when the code that is running now has had a chance to add listeners. React adds them in a separate effect
 * after the one that sets the options, possibly only in the next frame, so a timer alone would fire too early.
 */
export function pageListens(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN_TAB_MS);
  });
}

/** Dispatches events at once while it is open, and queues them in order before that. */
export class Outbox {
  readonly #target: EventTarget;
  #waiting: Event[] | null = [];

  constructor(target: EventTarget) {
    this.#target = target;
  }

  /** Returns false if the page prevented the event. A cancelable event needs its answer now, so it is never queued. */
  send(event: Event): boolean {
    if (this.#waiting === null || event.cancelable) return this.#target.dispatchEvent(event);
    this.#waiting.push(event);
    return true;
  }

  open(): void {
    // Events caused by a listener join the end of the queue, which keeps the order.
    for (const event of this.#waiting ?? []) this.#target.dispatchEvent(event);
    this.#waiting = null;
  }
}
