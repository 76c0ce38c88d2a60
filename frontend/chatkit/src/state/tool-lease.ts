// Makes sure that a thread's client tools run in one browser tab at a time, and in another one if that tab is closed.

/** The part of the Web Locks API that we use. It exists only in secure contexts. */
export type Locks = Pick<LockManager, 'request'>;

interface Claim {
  readonly threadId: string;
  readonly abort: AbortController;
  /** Resolves once the lease is held, with true if another tab held it before. */
  readonly granted: Promise<boolean>;
}

export class ToolLease {
  readonly #locks: Locks | undefined;
  #claim: Claim | null = null;

  constructor(locks: Locks | undefined = globalThis.navigator?.locks) {
    this.#locks = locks;
  }

  /** Whether tabs can exclude each other. If not, a tab may only run the tools of turns that it began. */
  get exclusive(): boolean {
    return this.#locks !== undefined;
  }

  /**
   * Resolves once this tab holds the lease, with true if it had to wait: then the thread may have changed meanwhile.
   * Rejects with `AbortError` if the lease is released first. A second claim joins the first.
   */
  claim(threadId: string): Promise<boolean> {
    if (this.#claim?.threadId === threadId) return this.#claim.granted;
    this.release();
    const abort = new AbortController();
    const granted = this.#locks ? granting(this.#locks, `openai-chatkit:${threadId}`, abort.signal) : Promise.resolve(false);
    // A turn claims the lease before it is known to have calls, so nobody may be waiting for it.
    granted.catch(() => undefined);
    this.#claim = { threadId, abort, granted };
    return granted;
  }

  release(): void {
    this.#claim?.abort.abort();
    this.#claim = null;
  }
}

/** Holds the lock from the moment it is granted until `signal` is aborted. */
async function granting(locks: Locks, name: string, signal: AbortSignal): Promise<boolean> {
  if (await held(locks, name, signal, true)) return false;
  await held(locks, name, signal, false);
  return true;
}

/** Resolves with true once the lock is held. With `ifAvailable`, resolves with false if another tab holds it. */
function held(locks: Locks, name: string, signal: AbortSignal, ifAvailable: boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null || signal.aborted ? undefined : new Promise<void>((end) => signal.addEventListener('abort', () => end()));
    };
    // `ifAvailable` and `signal` cannot be combined.
    locks.request(name, ifAvailable ? { ifAvailable } : { signal }, hold).catch(reject);
  });
}
