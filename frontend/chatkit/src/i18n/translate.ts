// Looks up a message and fills in its placeholders: `{name}` and `{n, plural, one {# item} other {# items}}`.

import { en, type Catalog, type MessageKey } from './en.ts';

export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, values?: Values) => string;

const PLURAL = /\{(\w+), plural,((?: \w+ \{[^{}]*\})+)\}/g;
const PLURAL_CASE = /(\w+) \{([^{}]*)\}/g;
const PLACEHOLDER = /\{(\w+)\}/g;

export function createTranslate(locale: string, catalog: Catalog = en): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const shown = (value: string | number) => (typeof value === 'number' ? numbers.format(value) : value);
  return (key, values = {}) =>
    catalog[key]
      .replace(PLURAL, (_, name: string, cases: string) => {
        const count = Number(values[name] ?? 0);
        const forms = new Map(Array.from(cases.matchAll(PLURAL_CASE), ([, form, text]) => [form, text]));
        const text = forms.get(plurals.select(count)) ?? forms.get('other') ?? '';
        return text.replaceAll('#', numbers.format(count));
      })
      .replace(PLACEHOLDER, (whole, name: string) => {
        const value = values[name];
        return value === undefined ? whole : shown(value);
      });
}

/** The first locale that `Intl` accepts; there is one catalog so far, but numbers and dates follow the locale. */
export function resolveLocale(wanted: string | undefined): string {
  for (const candidate of [wanted, ...(globalThis.navigator?.languages ?? []), 'en']) {
    if (!candidate) continue;
    try {
      const [known] = Intl.getCanonicalLocales(candidate);
      if (known) return known;
    } catch {
      continue;
    }
  }
  return 'en';
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ps', 'ur', 'yi']);

/** The way the interface runs. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
