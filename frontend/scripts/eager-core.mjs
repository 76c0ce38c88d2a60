// Keeps everything loaded at the start in one chunk, however many lazy chunks share parts of it.

import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The bundler makes a chunk for each set of entries that share a module, so every new lazy chunk would cut the eager
 * code into more pieces, each a request. A lazy chunk that imports the whole of the eager code shares all of it: one
 * set, one chunk. Nothing is loaded that is not there already.
 */
export function eagerCorePlugin(entry) {
  return {
    name: 'eager-core',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: name, kind, resolveDir }) =>
        kind === 'dynamic-import' ? { path: path.join(resolveDir, name), namespace: 'file', pluginData: { lazy: true } } : undefined,
      );
      build.onLoad({ filter: /\.tsx?$/ }, async ({ path: file, pluginData }) => {
        if (!pluginData?.lazy) return undefined;
        const source = await readFile(file, 'utf8');
        return { contents: `${source}\nimport ${JSON.stringify(entry)};\n`, loader: file.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/**
 * The one library that is no module. The bundler's helper for such libraries would be a chunk of its own, shared by
 * all, and so one more request before anything is drawn.
 */
export const commonJsPlugin = {
  name: 'common-js',
  setup(build) {
    build.onLoad({ filter: /highlight\.js\/lib\/core\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      return { contents: `const module = { exports: {} };\n${source}\nexport default module.exports;` };
    });
  },
};
