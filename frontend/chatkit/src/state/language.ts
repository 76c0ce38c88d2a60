// The language of the interface: English until another catalog has been loaded, then all of that one at once.

import { computed, signal } from '@preact/signals';
import { en, type Catalog } from '../i18n/en.ts';
import { catalogAtHand, loadCatalog, type CatalogName, type Locale } from '../i18n/locales.ts';
import { createTranslate, directionOf } from '../i18n/translate.ts';

interface Active {
  /** BCP 47, for `Intl` and the `lang` attribute. */
  readonly tag: string;
  readonly name: CatalogName;
  readonly catalog: Catalog;
}

export class Language {
  readonly #active = signal<Active>({ tag: 'en', name: 'en', catalog: en });
  readonly tag = computed(() => this.#active.value.tag);
  readonly direction = computed(() => directionOf(this.#active.value.name));
  readonly t = computed(() => createTranslate(this.#active.value.tag, this.#active.value.catalog));
  #wanted: Locale | null = null;

  /**
   * Switches to a locale. Returns null if its words were already loaded. Otherwise the promise resolves when the locale
   * is in use or another one has been requested, and rejects when its words cannot be loaded.
   */
  use(locale: Locale): Promise<void> | null {
    this.#wanted = locale;
    const { tag, catalog: name } = locale;
    const atHand = catalogAtHand(name);
    if (atHand) {
      this.#set({ tag, name, catalog: atHand });
      return null;
    }
    return loadCatalog(name).then((catalog) => {
      if (this.#wanted === locale) this.#set({ tag, name, catalog });
    });
  }

  #set(next: Active): void {
    const { tag, name } = this.#active.peek();
    if (tag !== next.tag || name !== next.name) this.#active.value = next;
  }
}
