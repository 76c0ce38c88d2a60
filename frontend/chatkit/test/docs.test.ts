// What is promised is written down, and what is written down is there.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { EVENTS, EXTENSION_EVENTS, METHODS, OPTIONS, STREAMED } from './contract.types.ts';

interface Named {
  name: string;
}
interface Declaration {
  members: Named[];
  events: Named[];
  slots: Named[];
  cssParts: Named[];
  cssProperties: Named[];
  attributes: Named[];
}

// The tests run in the folder of the workspace.
const docs = await readFile(path.resolve('../docs/UI.md'), 'utf8');
/** The tables whose last column names tests. */
const contract = docs.slice(0, docs.indexOf('## Looks')) + docs.slice(docs.indexOf('## Widgets, items, updates'));
const manifest = JSON.parse(await readFile(path.resolve('chatkit/custom-elements.json'), 'utf8')) as {
  modules: { declarations: Declaration[] }[];
};
const element = manifest.modules[0]?.declarations[0] as Declaration;
const names = (list: Named[]) => list.map(({ name }) => name).sort();

async function sources(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(?:tsx|css)$/.test(name));
  return (await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')))).join('\n');
}

test('every option, method and event is documented, with a test that is there', async () => {
  for (const name of OPTIONS) assert.match(docs, new RegExp(`^\\| \`${escape(name)}\` \\|.*\\| [a-z]`, 'm'), name);
  for (const name of METHODS) assert.match(docs, new RegExp(`^\\| \`${name}\\(.*\\| [a-z]`, 'm'), name);
  for (const name of [...EVENTS, ...EXTENSION_EVENTS]) assert.match(docs, new RegExp(`^\\| \`${escape(name)}\` \\|.*\\| [a-z]`, 'm'), name);
  await namedTestsAreThere();
});

test('everything a stream can hold is documented once, with a test that is there', async () => {
  const [, ...sections] = docs.slice(docs.indexOf('## Widgets, items, updates')).split('\n### ');
  assert.deepEqual(sections.map((section) => section.split('\n')[0]), Object.keys(STREAMED));
  for (const section of sections) {
    const [heading = ''] = section.split('\n');
    const rows = Array.from(section.matchAll(/^\| `([^`]+)` \| .*\| [a-z, ]+ \|$/gm), ([, name]) => name);
    assert.deepEqual(rows.sort(), [...(STREAMED[heading] ?? [])].sort(), heading);
  }
  await namedTestsAreThere();
});

async function namedTestsAreThere() {
  const present = [...(await readdir('e2e')), ...(await readdir('chatkit/test'))].map((file) => file.replace(/\.test\.\w+$/, ''));
  const named = Array.from(contract.matchAll(/^\| `.*\| ([a-z, ]+) \|$/gm), ([, list]) => list?.split(', ') ?? []).flat();
  assert.ok(named.length > 100);
  assert.deepEqual([...new Set(named)].filter((name) => !present.includes(name)), []);
}

test('the manifest names what the element has', async () => {
  assert.deepEqual(names(element.events), [...EVENTS, ...EXTENSION_EVENTS].sort());
  const methods = names(element.members);
  for (const name of [...METHODS, 'setOptions', 'getComposerValue', 'registerWidget']) assert.ok(methods.includes(name), name);
  const source = await sources('chatkit/src');
  const parts = new Set(Array.from(source.matchAll(/\bpart="([^"]+)"/g), ([, list]) => list?.split(' ') ?? []).flat());
  assert.deepEqual(names(element.cssParts), [...parts].sort());
  const slots = Array.from(source.matchAll(/<slot name="([^"]+)"/g), ([, name]) => name);
  assert.deepEqual(names(element.slots), slots.sort());
  for (const name of names(element.cssProperties)) assert.match(source, new RegExp(`^\\s*${name}:`, 'm'), name);
  for (const list of [element.cssParts, element.slots, element.cssProperties, element.attributes]) {
    for (const name of names(list)) assert.match(docs, new RegExp(`\`[^\`]*${name}[^\`]*\``), name);
  }
});

function escape(text: string): string {
  return text.replace(/[[\].]/g, '\\$&');
}
