// The words of the interface in a language, so that tests find buttons by the names their readers hear.

import { readFile } from 'node:fs/promises';

const folder = new URL('../chatkit/src/i18n/', import.meta.url);

/** Answers `(key, values) => text`. Plural forms are not chosen. */
export async function wordsOf(name) {
  const source = await readFile(new URL(name === 'en' ? 'en.ts' : `catalogs/${name}.ts`, folder), 'utf8');
  const words = new Map(Array.from(source.matchAll(/^  '([\w.]+)': '(.*)',$/gm), ([, key, text]) => [key, text]));
  return (key, values = {}) => {
    const text = words.get(key);
    if (text === undefined) throw new Error(`there are no words for ${key}`);
    return text.replace(/\{(\w+)\}/g, (whole, placeholder) => (values[placeholder] === undefined ? whole : isolated(values[placeholder], name)));
  };
}

const isolated = (value, name) => (name === 'ar' || name === 'ur' ? `\u2068${value}\u2069` : value);
