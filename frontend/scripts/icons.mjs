// Takes drawings out of the lucide package: those named in icons/names.json, and shards with all the others.
// `virtual:icons` has what the element draws by itself, and loads the rest when a server or page asks for it.

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const namesFile = fileURLToPath(new URL('../chatkit/src/icons/names.json', import.meta.url));
const drawingsFolder = path.join(path.dirname(require.resolve('lucide-static/package.json')), 'icons');

export const iconsPlugin = {
  name: 'icons',
  setup(build) {
    build.onResolve({ filter: /^virtual:icons/ }, ({ path: name }) => ({ path: name.replace('virtual:', ''), namespace: 'icons' }));
    build.onLoad({ filter: /^icons$/, namespace: 'icons' }, async () => {
      const shards = (await letters()).map((letter) => `${letter}: () => import('virtual:icons/lucide-${letter}')`);
      return {
        contents: [
          await named('eager'),
          `export const loadNamed = () => import('virtual:icons/named');`,
          `export const lucideShards = {${shards.join(', ')}};`,
        ].join('\n'),
        watchFiles: [namesFile],
      };
    });
    build.onLoad({ filter: /^icons\/named$/, namespace: 'icons' }, async () => ({
      contents: await named('named'),
      watchFiles: [namesFile],
    }));
    build.onLoad({ filter: /^icons\/lucide-/, namespace: 'icons' }, async ({ path: name }) => ({
      contents: await shard(name.at(-1)),
    }));
  },
};

/** A star behind the lucide name fills the drawing. */
async function named(section) {
  const names = Object.entries(JSON.parse(await readFile(namesFile, 'utf8'))[section]);
  return moduleOf(names.map(([name, source]) => [name, drawing(source.replace('*', ''), source.endsWith('*'))]));
}

async function shard(letter) {
  return moduleOf((await lucideNames()).filter((name) => name.startsWith(letter)).map((name) => [name, drawing(name)]));
}

async function letters() {
  return [...new Set((await lucideNames()).map((name) => name[0]))].sort();
}

async function lucideNames() {
  const files = await readdir(drawingsFolder);
  return files.filter((file) => /^[a-z][a-z0-9-]*\.svg$/.test(file)).map((file) => file.slice(0, -'.svg'.length));
}

function moduleOf(entries) {
  const drawings = Object.fromEntries(entries);
  return `export const drawings = JSON.parse(${JSON.stringify(JSON.stringify(drawings))});`;
}

function drawing(lucide, filled = false) {
  // One after the other: all at once they are more files than many systems let a process open.
  return { shapes: readShapes(readFileSync(path.join(drawingsFolder, `${lucide}.svg`), 'utf8')), filled };
}

/** The children of the `<svg>`: a path's data alone, other elements with their attributes. */
function readShapes(svg) {
  const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1);
  return Array.from(body.matchAll(/<(\w+)\s([^>]*?)\/>/g), ([, tag, source]) => {
    const attributes = Object.fromEntries(Array.from(source.matchAll(/([\w-]+)="([^"]*)"/g), ([, key, value]) => [key, value]));
    return tag === 'path' && Object.keys(attributes).length === 1 ? attributes.d : [tag, attributes];
  });
}
