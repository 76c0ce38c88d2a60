// Bundles the web component: hashed chunks, and the small loader that knows their names.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { cssTextPlugin } from './css-text.mjs';
import { commonJsPlugin, eagerCorePlugin } from './eager-core.mjs';
import { iconsPlugin } from './icons.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const CHUNK_FOLDER = 'chatkit';
const ENTRY = 'chatkit/src/element/mount.tsx';

const NOTICE = `/*! Licences of what is in this file: /${CHUNK_FOLDER}/NOTICE.txt */`;

function chunkOptions(outdir, minify) {
  return {
    absWorkingDir: root,
    entryPoints: { app: ENTRY },
    outdir: path.join(outdir, CHUNK_FOLDER),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify,
    sourcemap: false,
    legalComments: 'none',
    banner: { js: NOTICE },
    metafile: true,
    write: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [eagerCorePlugin(path.join(root, ENTRY)), commonJsPlugin, iconsPlugin, cssTextPlugin],
    logLevel: 'warning',
  };
}

/** What must be loaded before anything is drawn: the entry, then all it imports outright. */
export function eagerChunks({ outputs }) {
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === ENTRY) ?? [];
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path: imported, kind } of outputs[file].imports) if (kind === 'import-statement') found.add(imported);
  }
  return [...found];
}

async function buildLoader(outdir, minify, metafile) {
  const [entry, ...shared] = eagerChunks(metafile).map((file) => `${CHUNK_FOLDER}/${path.basename(file)}`);
  await build({
    absWorkingDir: root,
    entryPoints: { chatkit: 'chatkit/src/element/loader.ts' },
    outdir,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify,
    legalComments: 'none',
    define: { CHUNK: JSON.stringify(entry), SHARED: JSON.stringify(shared) },
    logLevel: 'warning',
  });
}

export async function buildComponent(outdir, { minify = true } = {}) {
  const { metafile } = await build(chunkOptions(outdir, minify));
  await buildLoader(outdir, minify, metafile);
  return metafile;
}

/** Builds again on every change; the loader follows, as the chunk's name changes with its content. */
export async function watchComponent(outdir) {
  const options = chunkOptions(outdir, false);
  options.plugins = [
    ...options.plugins,
    {
      name: 'loader',
      setup: ({ onEnd }) =>
        onEnd(async ({ metafile, errors }) => {
          if (errors.length === 0) await buildLoader(outdir, false, metafile);
        }),
    },
  ];
  const watcher = await context(options);
  await watcher.rebuild();
  await watcher.watch();
  return watcher;
}
