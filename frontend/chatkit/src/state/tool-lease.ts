// Lets a thread's client tools run in one tab of the browser at a time, and in another once that one is gone.

/** The part of the Web Locks API that is used; pages that are not served securely do not have it. */
export type Locks = Pick<LockManager, 'request'>;

interface Claim {
  readonly threadId: string;
  readonly abort: AbortController;
  /** Resolves once the lease is held: whether another tab had it before. */
  readonly granted: Promise<boolean>;
}

export class ToolLease {
  readonly #locks: Locks | undefined;
  #claim: Claim | null = null;

  constructor(locks: Locks | undefined = globalThis.navigator?.locks) {
    this.#locks = locks;
  }

  /** Whether tabs can be told apart; else each may only run the tools of turns that it began. */
  get exclusive(): boolean {
    return this.#locks !== undefined;
  }

  /**
   * Resolves when the lease is held here, with whether it had to be waited for: what was known of the thread may be
   * out of date then. Rejects with `AbortError` when it is released first. A second claim joins the first.
   */
  claim(threadId: string): Promise<boolean> {
    if (this.#claim?.threadId === threadId) return this.#claim.granted;
    this.release();
    const abort = new AbortController();
    const granted = this.#locks ? granting(this.#locks, `openai-chatkit:${threadId}`, abort.signal) : Promise.resolve(false);
    // A turn claims the lease ahead of its calls, and mostly has none.
    granted.catch(() => undefined);
    this.#claim = { threadId, abort, granted };
    return granted;
  }

  release(): void {
    this.#claim?.abort.abort();
    this.#claim = null;
  }
}

/** Holds the lock from when it is granted until `signal` is aborted. */
async function granting(locks: Locks, name: string, signal: AbortSignal): Promise<boolean> {
  if (await held(locks, name, signal, true)) return false;
  await held(locks, name, signal, false);
  return true;
}

/** Resolves once the lock is held, with true, or, when it is only taken if available, with false at once. */
function held(locks: Locks, name: string, signal: AbortSignal, ifAvailable: boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null || signal.aborted ? undefined : new Promise<void>((end) => signal.addEventListener('abort', () => end()));
    };
    // The two options exclude each other.
    locks.request(name, ifAvailable ? { ifAvailable } : { signal }, hold).catch(reject);
  });
}
