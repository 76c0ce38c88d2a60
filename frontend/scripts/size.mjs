// Fails when what a page loads before its composer can be used has grown past the budget.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const output = process.env.OUTPUT_DIRECTORY ?? fileURLToPath(new URL('../../static', import.meta.url));
const LOADER_LIMIT = 5 * 1024;
const TOTAL_LIMIT = 75 * 1024;

const gzipped = async (file) => gzipSync(await readFile(path.join(output, file)), { level: 9 }).length;
const chunks = (await readdir(path.join(output, 'chatkit'))).filter((name) => name.endsWith('.js'));
const loader = await gzipped('chatkit.js');
const sizes = await Promise.all(chunks.map((name) => gzipped(path.join('chatkit', name))));
const total = sizes.reduce((sum, size) => sum + size, loader);

const shown = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`loader ${shown(loader)} of ${shown(LOADER_LIMIT)}, all ${shown(total)} of ${shown(TOTAL_LIMIT)} (gzip)`);
if (loader > LOADER_LIMIT || total > TOTAL_LIMIT) {
  console.error('over the budget');
  process.exitCode = 1;
}
