// Fails when what a page loads before its composer can be used has grown past the budget. Lists the rest.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildComponent, eagerChunks } from './component.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOADER_LIMIT = 5 * 1024;
const TOTAL_LIMIT = 75 * 1024;
const LISTED = 20;

const gzipped = async (file) => gzipSync(await readFile(file), { level: 9 }).length;
const shown = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const output = await mkdtemp(path.join(os.tmpdir(), 'chatkit-size-'));
try {
  const metafile = await buildComponent(output);
  const eager = new Set(eagerChunks(metafile));
  const sizes = await Promise.all(
    Object.entries(metafile.outputs).map(async ([file, { entryPoint, inputs }]) => ({
      file,
      size: await gzipped(path.resolve(root, file)),
      name: entryPoint ?? `shared: ${Object.keys(inputs).slice(0, 3).join(', ')}`,
    })),
  );
  const loader = await gzipped(path.join(output, 'chatkit.js'));
  const total = sizes.filter(({ file }) => eager.has(file)).reduce((sum, { size }) => sum + size, loader);
  const lazy = sizes.filter(({ file }) => !eager.has(file)).sort((a, b) => b.size - a.size);
  for (const { name, size } of lazy.slice(0, LISTED)) console.log(`lazy ${shown(size).padStart(8)}  ${name}`);
  if (lazy.length > LISTED) console.log(`lazy ${lazy.length - LISTED} smaller chunks`);
  console.log(`before the composer is usable (gzip): ${shown(total)} of ${shown(TOTAL_LIMIT)} in ${eager.size + 1} files`);
  console.log(`of that the loader: ${shown(loader)} of ${shown(LOADER_LIMIT)}`);
  if (loader > LOADER_LIMIT || total > TOTAL_LIMIT) {
    console.error('over the budget');
    process.exitCode = 1;
  }
} finally {
  await rm(output, { recursive: true, force: true });
}
