// Keeps the state of a conversation, and ends what outlives it: the work and the timers of a state that was left.

import { signal, type ReadonlySignal } from '@preact/signals';
import { IDLE, step, workOf, type MachineEvent, type State, type Work } from './machine.ts';

export class MachineRunner {
  readonly #state = signal<State>(IDLE);
  readonly state: ReadonlySignal<State> = this.#state;
  readonly #onChange: (before: State, after: State) => void;
  readonly #works = new Map<Work, AbortController>();
  #last: Work = 0;
  /** Aborted when the state is left. */
  #stay = new AbortController();

  constructor(onChange: (before: State, after: State) => void) {
    this.#onChange = onChange;
  }

  /** Whether the event has led to another state. */
  dispatch(event: MachineEvent): boolean {
    const before = this.#state.peek();
    const after = step(before, event);
    this.#endWorkBut(workOf(after));
    if (after === before) return false;
    if (after.name !== before.name) {
      this.#stay.abort();
      this.#stay = new AbortController();
    }
    this.#state.value = after;
    this.#onChange(before, after);
    return true;
  }

  /** Names work that is about to begin. It lasts until a state is entered to which it does not belong. */
  begin(): Work {
    this.#works.set(++this.#last, new AbortController());
    return this.#last;
  }

  signalOf(work: Work): AbortSignal {
    return this.#works.get(work)?.signal ?? AbortSignal.abort();
  }

  /** False when another thread or turn is shown by now, which the work must not touch. */
  goesOn(work: Work): boolean {
    return workOf(this.#state.peek()) === work;
  }

  /** Aborts work that still belongs to the state; it has yet to report its end. */
  cut(work: Work): void {
    this.#works.get(work)?.abort();
  }

  /** Runs `then` after `ms`, unless the state has been left by then. */
  after(ms: number, then: () => void): void {
    const timer = setTimeout(then, ms);
    this.#stay.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  #endWorkBut(kept: Work | null): void {
    for (const [work, abort] of this.#works) {
      if (work === kept) continue;
      this.#works.delete(work);
      abort.abort();
    }
  }
}
