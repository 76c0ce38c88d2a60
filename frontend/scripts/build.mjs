// Builds everything the server serves into ../static: the loader, its chunks, and the pages.

import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as buildPage } from 'vite';
import { buildComponent } from './component.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = process.env.OUTPUT_DIRECTORY ?? path.join(root, '..', 'static');

/** What this script has written before. Other files in the folder are not its business. */
const OWN = ['chatkit.js', 'chatkit', 'index.html', 'gallery.html', 'plain.html', 'plain.js', 'plain.css', 'assets', 'favicon.svg'];

await mkdir(output, { recursive: true });
await Promise.all(OWN.map((name) => rm(path.join(output, name), { recursive: true, force: true })));
await buildComponent(output);
await copyFile(path.join(root, 'chatkit', 'NOTICE.txt'), path.join(output, 'chatkit', 'NOTICE.txt'));
await buildPage({ root: path.join(root, 'app'), logLevel: 'warn', build: { outDir: output, emptyOutDir: false } });
const files = await readdir(output, { recursive: true });
console.log(`built ${files.length} files into ${path.relative(process.cwd(), output) || '.'}`);
