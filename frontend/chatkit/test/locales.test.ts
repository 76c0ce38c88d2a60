// Catalogs: complete, with the same placeholders, and with the plural forms each language needs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, type MessageKey } from '../src/i18n/en.ts';
import { dayName, fileSize, listed, percentage } from '../src/i18n/format.ts';
import { CATALOG_NAMES, loadCatalog, resolveLocale, type CatalogName } from '../src/i18n/locales.ts';
import { createTranslate, directionOf } from '../src/i18n/translate.ts';

const keys = Object.keys(en) as MessageKey[];
const PLURAL = /\{(\w+), plural,((?: \w+ \{[^{}]*\})+)\}/g;
const placeholders = (text: string) =>
  [
    ...Array.from(text.matchAll(PLURAL), ([, name]) => `plural ${name}`),
    ...Array.from(text.replace(PLURAL, '').matchAll(/\{(\w+)\}/g), ([, name]) => `${name}`),
  ].sort();
const formsOf = (cases: string) => Array.from(cases.matchAll(/(\w+) \{([^{}]*)\}/g), ([, form = '', text = '']) => ({ form, text }));

for (const name of CATALOG_NAMES) {
  test(`the catalog ${name} is whole`, async () => {
    const catalog = await loadCatalog(name);
    assert.deepEqual(Object.keys(catalog), keys);
    const { pluralCategories } = new Intl.PluralRules(name).resolvedOptions();
    for (const key of keys) {
      const text = catalog[key];
      assert.ok(text.trim() === text && text !== '', `${key}: empty, or with space around it`);
      assert.deepEqual(placeholders(text), placeholders(en[key]), key);
      for (const [, , cases = ''] of text.matchAll(PLURAL)) {
        assert.deepEqual(formsOf(cases).map(({ form }) => form).sort(), [...pluralCategories].sort(), key);
      }
      assert.doesNotMatch(text.replace(PLURAL, '').replace(/\{\w+\}/g, ''), /[{}]|\.\.\.|\bundefined\b/, key);
    }
  });
}

test('a catalog is in its own language', async () => {
  for (const name of CATALOG_NAMES.filter((candidate) => candidate !== 'en')) {
    const catalog = await loadCatalog(name);
    const same = keys.filter((key) => catalog[key] === en[key]);
    assert.ok(same.length < keys.length / 10, `${name}: ${same.join(', ')}`);
  }
});

/** What OpenAI's element accepts (PROTOCOL.md, names of locales). */
const ACCEPTED =
  'am ar bg-BG bn-BD bs-BA ca-ES cs-CZ da-DK de-DE el-GR es-419 es-ES et-EE fi-FI fr-CA fr-FR gu-IN hi-IN hr-HR hu-HU ' +
  'hy-AM id-ID is-IS it-IT ja-JP ka-GE kk kn-IN ko-KR lt lv-LV mk-MK ml mn mr-IN ms-MY my-MM nb-NO nl-NL pa pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI ' +
  'so-SO sq-AL sr-RS sv-SE sw-TZ ta-IN te-IN th-TH tl tr-TR uk-UA ur vi-VN zh-CN zh-HK zh-TW ' +
  'bg bn bs ca cs da de el es et fi fr gu hi hr hu hy id is it ja ka kn ko lv mk mr ms my ' +
  'nb nl pl pt ro ru sk sl so sq sr sv sw ta te th tr uk vi zh zh-Hant en';

test('every accepted name leads to the catalog of its language, or to English', () => {
  const names = ACCEPTED.split(' ');
  assert.equal(names.length, 114);
  const special: Record<string, CatalogName> = {
    pt: 'pt-BR', 'pt-BR': 'pt-BR', 'pt-PT': 'pt-PT', zh: 'zh-CN', 'zh-CN': 'zh-CN', 'zh-TW': 'zh-TW', 'zh-HK': 'zh-TW', 'zh-Hant': 'zh-TW',
  };
  for (const name of names) {
    const language = name.split('-')[0] ?? '';
    const own = CATALOG_NAMES.find((candidate) => candidate === language);
    const { catalog, tag, wanted } = resolveLocale(name);
    assert.equal(catalog, special[name] ?? own ?? 'en', name);
    assert.equal(wanted, Intl.getCanonicalLocales(name)[0]);
    assert.equal(tag, catalog === 'en' ? 'en' : wanted, name);
  }
});

test('what is asked for counts, then what the browser prefers and we have, and nonsense is English', () => {
  assert.deepEqual(resolveLocale('DE-at', ['fr']), { wanted: 'de-AT', tag: 'de-AT', catalog: 'de' });
  assert.deepEqual(resolveLocale('en-GB', ['fr']), { wanted: 'en-GB', tag: 'en-GB', catalog: 'en' });
  assert.deepEqual(resolveLocale(undefined, ['xx', 'no way', 'fr-BE', 'de']), { wanted: 'fr-BE', tag: 'fr-BE', catalog: 'fr' });
  assert.deepEqual(resolveLocale('not a locale', ['fr']), { wanted: 'en', tag: 'en', catalog: 'en' });
  assert.deepEqual(resolveLocale(5 as unknown as string, []), { wanted: 'en', tag: 'en', catalog: 'en' });
  assert.equal(resolveLocale('zh-Hant-HK').catalog, 'zh-TW');
  assert.equal(resolveLocale('pt-AO').catalog, 'pt-PT');
});

test('plural forms follow the rules of the language', async () => {
  const steps = async (name: CatalogName, counts: number[]) => {
    const t = createTranslate(name, await loadCatalog(name));
    return counts.map((n) => t('workflow.steps', { n }));
  };
  assert.deepEqual(await steps('ru', [1, 2, 5, 21]), ['1 шаг', '2 шага', '5 шагов', '21 шаг']);
  assert.deepEqual(await steps('pl', [1, 2, 5, 22]), ['1 krok', '2 kroki', '5 kroków', '22 kroki']);
  assert.deepEqual((await steps('ar', [0, 1, 2, 3, 11, 100])).map((text) => text.replace(/^\S*[0-9٠-٩]\S* /, '# ')), [
    '# خطوة', 'خطوة واحدة', 'خطوتان', '# خطوات', '# خطوة', '# خطوة',
  ]);
});

test('names keep their order in a sentence of the other direction', async () => {
  const arabic = createTranslate('ar', await loadCatalog('ar'));
  assert.equal(arabic('attachment.remove', { name: 'a (1).png' }), 'إزالة \u2068a (1).png\u2069');
  assert.equal(createTranslate('en')('attachment.remove', { name: 'صورة.png' }), 'Remove \u2068صورة.png\u2069');
  assert.equal(createTranslate('en')('attachment.remove', { name: 'a.png' }), 'Remove a.png');
  assert.deepEqual(CATALOG_NAMES.filter((name) => directionOf(name) === 'rtl'), ['ar', 'ur']);
});

test('days, sizes, shares and lists are written as the locale does', () => {
  assert.deepEqual([dayName('en', 0), dayName('en', 1), dayName('de', 1), dayName('tr', 0)], ['Today', 'Yesterday', 'Gestern', 'Bugün']);
  assert.deepEqual([fileSize('en', 10 * 1024 * 1024), fileSize('en', 1536), fileSize('en', 10)], ['10 MB', '1.5 kB', '10 bytes']);
  assert.equal(fileSize('fr', 100 * 1024 * 1024).replace(/\s/g, ' '), '100 Mo');
  assert.equal(percentage('de', 0.5).replace(/\s/g, ' '), '50 %');
  assert.equal(listed('en', ['Desktop', 'Mobile']), 'Desktop, Mobile');
});
