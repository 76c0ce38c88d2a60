// Finds and loads the catalog for a locale. Every catalog except English is a separate chunk.

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

/** Reviewed by a speaker of the language. The other catalogs have not been. */
export const REVIEWED: ReadonlySet<CatalogName> = new Set<CatalogName>(['en']);

export interface Locale {
  /** The requested BCP 47 tag: the language the server should answer in. */
  readonly wanted: string;
  /** The locale for words, numbers, dates and direction. It is English if there is no catalog for the requested one. */
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

/** The locale that the page requested. Without one, the browser's first language that has a catalog. */
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
