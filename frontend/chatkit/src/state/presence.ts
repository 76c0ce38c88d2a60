// Watches for the reader's return to this tab, for the network, and for turns that other tabs of the site begin.

const CHANNEL = 'openai-chatkit';
/** A shorter look at another tab does not count as an absence. */
const ABSENCE_MS = 2000;

export interface PresenceHandlers {
  /** The tab is seen again after a while, or the network is back. */
  onReturn(): void;
  /** The network is gone, or back. */
  onNetwork(online: boolean): void;
  /** A turn has begun in another tab. */
  onTurn(threadId: string): void;
}

export class Presence {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #handlers: PresenceHandlers;
  #hiddenAt = Number.POSITIVE_INFINITY;

  constructor(handlers: PresenceHandlers) {
    this.#handlers = handlers;
    this.#channel.onmessage = ({ data }) => {
      if (typeof data === 'string') handlers.onTurn(data);
    };
    document.addEventListener('visibilitychange', this.#onVisibility);
    window.addEventListener('online', this.#onNetwork);
    window.addEventListener('offline', this.#onNetwork);
  }

  /** Tells the other tabs that a turn is running, so that they can follow it. */
  tellTurn(threadId: string): void {
    this.#channel.postMessage(threadId);
  }

  dispose(): void {
    this.#channel.close();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    window.removeEventListener('online', this.#onNetwork);
    window.removeEventListener('offline', this.#onNetwork);
  }

  #onNetwork = ({ type }: Event) => {
    this.#handlers.onNetwork(type === 'online');
    if (type === 'online') this.#handlers.onReturn();
  };

  #onVisibility = () => {
    if (document.hidden) this.#hiddenAt = performance.now();
    else if (performance.now() - this.#hiddenAt > ABSENCE_MS) this.#handlers.onReturn();
  };
}
