// Holds the state of a conversation, and aborts the work and timers of every state that is left.

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

  /** Returns whether the event led to another state. */
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

  /** Registers work that is about to begin. It is aborted when a state is entered that it does not belong to. */
  begin(): Work {
    this.#works.set(++this.#last, new AbortController());
    return this.#last;
  }

  signalOf(work: Work): AbortSignal {
    return this.#works.get(work)?.signal ?? AbortSignal.abort();
  }

  /** False once another thread or turn has taken over, which this work must not touch. */
  goesOn(work: Work): boolean {
    return workOf(this.#state.peek()) === work;
  }

  /** Aborts work that still belongs to the state. It reports its end like any other work. */
  cut(work: Work): void {
    this.#works.get(work)?.abort();
  }

  /** Runs `then` after `ms` milliseconds, unless the state is left before that. */
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
