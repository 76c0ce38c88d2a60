// Holds events back until the page can have added its listeners.

/** How long a page in a hidden tab, which draws no frames, is given instead. */
const HIDDEN_TAB_MS = 250;

/**
 * Resolves when the code that runs now has had its turn to add listeners. React adds them in an effect of its own
 * after the one that sets the options, which may be as late as the next frame; a timer alone comes too early for it.
 */
export function pageListens(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN_TAB_MS);
  });
}

/** Sends events at once when it is open; before that it keeps them in their order. */
export class Outbox {
  readonly #target: EventTarget;
  #waiting: Event[] | null = [];

  constructor(target: EventTarget) {
    this.#target = target;
  }

  /** False when the page has prevented what the event announces; that question cannot wait. */
  send(event: Event): boolean {
    if (this.#waiting === null || event.cancelable) return this.#target.dispatchEvent(event);
    this.#waiting.push(event);
    return true;
  }

  open(): void {
    // What a listener brings about joins the end of the queue, so that the order stays true.
    for (const event of this.#waiting ?? []) this.#target.dispatchEvent(event);
    this.#waiting = null;
  }
}
