// Imports style sheets as minified text, for constructable style sheets.

import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

export const cssTextPlugin = {
  name: 'css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await transform(source, { loader: 'css', minify: true, target: ['chrome123', 'firefox121', 'safari17.5'] });
      return { contents: code, loader: 'text', watchFiles: [path] };
    });
  },
};
