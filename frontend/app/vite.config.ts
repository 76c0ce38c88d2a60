// Builds the demo page and the gallery; in development serves them with the component's script and a proxy to the backend.

import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, loadEnv, type Plugin } from 'vite';

const OWN_SCRIPT = '/chatkit.js';
const PAGES = ['index.html', 'gallery.html'];

export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, import.meta.dirname, ['VITE_', 'BACKEND_']);
  const backend = env.BACKEND_URL ?? 'http://127.0.0.1:8001';
  process.env.VITE_CHATKIT_SCRIPT_URL ??= env.VITE_CHATKIT_SCRIPT_URL ?? OWN_SCRIPT;
  return {
    plugins: [servesComponent()],
    // Our own JSX needs no transform plugin: the compiler Vite ships with knows React's.
    build: {
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: PAGES.map((name) => path.join(import.meta.dirname, name)), external: [OWN_SCRIPT] },
    },
    server: {
      port: 5171,
      strictPort: true,
      proxy: {
        // The endpoint alone: the component's script and its chunks begin with the same letters.
        '^/chatkit$': backend,
        '^/gallery\\.json$': backend,
        '^/(?:upload|preview)/': backend,
      },
    },
  };
});

/** In development the component lies outside of the page's folder, where the watcher writes it. */
function servesComponent(): Plugin {
  const folder = process.env.CHATKIT_COMPONENT_DIR;
  return {
    name: 'component',
    apply: 'serve',
    configureServer(server) {
      if (!folder) return;
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        const file = path.join(folder, path.normalize(pathname));
        const isComponent = pathname === OWN_SCRIPT || /^\/chatkit\/[\w-]+\.js$/.test(pathname);
        if (!isComponent || !existsSync(file)) return next();
        response.setHeader('content-type', 'text/javascript');
        response.setHeader('cache-control', 'no-store');
        createReadStream(file).pipe(response);
      });
    },
  };
}
