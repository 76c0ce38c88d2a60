// Which catalog a locale is answered with, and where it is. Every catalog but the English one is a chunk of its own.

import { en, type Catalog } from './en.ts';

const CHUNKS = {
  ar: () => import('./catalogs/ar.ts'),
  de: () => import('./catalogs/de.ts'),
  es: () => import('./catalogs/es.ts'),
  fr: () => import('./catalogs/fr.ts'),
  hi: () => import('./catalogs/hi.ts'),
  it: () => import('./catalogs/it.ts'),
  ja: () => import('./catalogs/ja.ts'),
  ko: () => import('./catalogs/ko.ts'),
  nl: () => import('./catalogs/nl.ts'),
  pl: () => import('./catalogs/pl.ts'),
  'pt-BR': () => import('./catalogs/pt-BR.ts'),
  'pt-PT': () => import('./catalogs/pt-PT.ts'),
  ru: () => import('./catalogs/ru.ts'),
  tr: () => import('./catalogs/tr.ts'),
  uk: () => import('./catalogs/uk.ts'),
  ur: () => import('./catalogs/ur.ts'),
  'zh-CN': () => import('./catalogs/zh-CN.ts'),
  'zh-TW': () => import('./catalogs/zh-TW.ts'),
};

export type CatalogName = 'en' | keyof typeof CHUNKS;

export const CATALOG_NAMES: readonly CatalogName[] = ['en', ...(Object.keys(CHUNKS) as (keyof typeof CHUNKS)[])];

/** Read by somebody who speaks the language. The others were written with care, but by nobody who does. */
export const REVIEWED: ReadonlySet<CatalogName> = new Set<CatalogName>(['en']);

export interface Locale {
  /** What was asked for, as a BCP 47 tag: the language the server should answer in. */
  readonly wanted: string;
  /** The locale of words, numbers, dates and direction. English where there is no catalog for what was asked for. */
  readonly tag: string;
  readonly catalog: CatalogName;
}

const loaded = new Map<CatalogName, Catalog>([['en', en]]);

/** The catalog, if it has been loaded. */
export function catalogAtHand(name: CatalogName): Catalog | undefined {
  return loaded.get(name);
}

export async function loadCatalog(name: CatalogName): Promise<Catalog> {
  const known = loaded.get(name);
  if (known || name === 'en') return known ?? en;
  const { catalog } = await CHUNKS[name]();
  loaded.set(name, catalog);
  return catalog;
}

/** The locale a page asked for; without one, the first of the browser's that there is a catalog for. */
export function resolveLocale(wanted: string | undefined, browser: readonly string[] = globalThis.navigator?.languages ?? []): Locale {
  const tags = (typeof wanted === 'string' && wanted !== '' ? [wanted] : browser).flatMap((tag) => canonical(tag) ?? []);
  for (const tag of tags) {
    const catalog = catalogFor(tag);
    if (catalog) return { wanted: tag, tag, catalog };
  }
  return { wanted: tags[0] ?? 'en', tag: 'en', catalog: 'en' };
}

/** The catalog of the tag's language, and of its script or region where the language has several. */
function catalogFor(tag: string): CatalogName | undefined {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  if (language === 'zh') return script === 'Hant' ? 'zh-TW' : 'zh-CN';
  if (language === 'pt') return region === 'BR' ? 'pt-BR' : 'pt-PT';
  return CATALOG_NAMES.find((name) => name === language);
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
