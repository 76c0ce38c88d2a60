// Takes the drawings named in icons/names.json out of the lucide package, as the module `virtual:icons`.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const namesFile = fileURLToPath(new URL('../chatkit/src/icons/names.json', import.meta.url));
const drawingsFolder = path.join(path.dirname(require.resolve('lucide-static/package.json')), 'icons');

export const iconsPlugin = {
  name: 'icons',
  setup(build) {
    build.onResolve({ filter: /^virtual:icons$/ }, () => ({ path: 'icons', namespace: 'icons' }));
    build.onLoad({ filter: /.*/, namespace: 'icons' }, async () => ({
      contents: `export const drawings = JSON.parse(${JSON.stringify(JSON.stringify(await readDrawings()))});`,
      watchFiles: [namesFile],
    }));
  },
};

async function readDrawings() {
  const names = JSON.parse(await readFile(namesFile, 'utf8'));
  const drawings = {};
  for (const [name, source] of Object.entries(names)) {
    const svg = await readFile(path.join(drawingsFolder, `${source.replace('*', '')}.svg`), 'utf8');
    drawings[name] = { shapes: readShapes(svg), filled: source.endsWith('*') };
  }
  return drawings;
}

/** The children of the `<svg>`: a path's data alone, other elements with their attributes. */
function readShapes(svg) {
  const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1);
  return Array.from(body.matchAll(/<(\w+)\s([^>]*?)\/>/g), ([, tag, source]) => {
    const attributes = Object.fromEntries(Array.from(source.matchAll(/([\w-]+)="([^"]*)"/g), ([, key, value]) => [key, value]));
    return tag === 'path' && Object.keys(attributes).length === 1 ? attributes.d : [tag, attributes];
  });
}
