// The development server: Vite for the page, esbuild watching the component, the backend behind a proxy.

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { watchComponent } from './component.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const componentFolder = await mkdtemp(path.join(os.tmpdir(), 'chatkit-'));
const watcher = await watchComponent(componentFolder);
process.env.CHATKIT_COMPONENT_DIR = componentFolder;

const server = await createServer({ root: path.join(root, 'app') });
await server.listen();
server.printUrls();

async function stop() {
  await Promise.all([server.close(), watcher.dispose()]);
  await rm(componentFolder, { recursive: true, force: true });
  process.exit(0);
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
