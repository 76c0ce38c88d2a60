// The client secret of hosted mode, which the page provides and which is kept in memory only.

export type SecretGetter = (current: string | null) => Promise<string>;

export class ClientSecret {
  #current: string | null = null;
  #asking: Promise<string> | null = null;

  /** Returns the current secret, or asks the page for the first one. Concurrent calls share one request to the page. */
  get(getter: SecretGetter): Promise<string> {
    return this.#current === null ? this.#ask(getter) : Promise.resolve(this.#current);
  }

  /** Replaces a refused secret. If it has already been replaced, returns the new one without asking again. */
  renew(getter: SecretGetter, refused: string): Promise<string> {
    return this.#current === refused ? this.#ask(getter) : this.get(getter);
  }

  #ask(getter: SecretGetter): Promise<string> {
    this.#asking ??= Promise.resolve()
      .then(() => getter(this.#current))
      .then((secret) => {
        if (typeof secret !== 'string' || secret === '') throw new Error('getClientSecret gave no secret');
        this.#current = secret;
        return secret;
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }
}
