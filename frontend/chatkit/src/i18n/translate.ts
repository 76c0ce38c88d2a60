// Looks up a message and fills in its placeholders: `{name}` and `{n, plural, one {# item} other {# items}}`.

import { en, type Catalog, type MessageKey } from './en.ts';
import { fileSize, inSeconds } from './format.ts';
import type { CatalogName } from './locales.ts';

/** A text, a number, or a quantity that each locale writes in its own way. */
export type Value = string | number | { bytes: number } | { seconds: number };
export type Values = Readonly<Record<string, Value>>;
export type Translate = (key: MessageKey, values?: Values) => string;

const PLURAL = /\{(\w+), plural,((?: \w+ \{[^{}]*\})+)\}/g;
const PLURAL_CASE = /(\w+) \{([^{}]*)\}/g;
const PLACEHOLDER = /\{(\w+)\}/g;

export function createTranslate(locale: string, catalog: Catalog = en): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const shown = (value: Value, sentence: string) => {
    if (typeof value === 'number') return numbers.format(value);
    if (typeof value === 'string') return isolated(value, sentence);
    return 'bytes' in value ? fileSize(locale, value.bytes) : inSeconds(locale, value.seconds);
  };
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
        return value === undefined ? whole : shown(value, catalog[key]);
      });
}

const RIGHT_TO_LEFT: ReadonlySet<CatalogName> = new Set<CatalogName>(['ar', 'ur']);

/** The writing direction of the interface. */
export function directionOf(catalog: CatalogName): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(catalog) ? 'rtl' : 'ltr';
}

const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** Isolates a name or title, so that its writing direction does not affect the sentence around it. */
function isolated(text: string, sentence: string): string {
  const mixed = RIGHT_TO_LEFT_LETTER.test(text) || RIGHT_TO_LEFT_LETTER.test(sentence);
  return mixed ? `\u2068${text}\u2069` : text;
}
