// The client secret of hosted mode: asked of the page, kept in memory only.

export type SecretGetter = (current: string | null) => Promise<string>;

export class ClientSecret {
  #current: string | null = null;
  #asking: Promise<string> | null = null;

  /** The secret at hand, or a first one. Calls at the same time share one question to the page. */
  get(getter: SecretGetter): Promise<string> {
    return this.#current === null ? this.#ask(getter) : Promise.resolve(this.#current);
  }

  /** Another one, because `refused` was; a call that was slower to fail gets what the first one brought. */
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
