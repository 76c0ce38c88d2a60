// One server and one browser for the tests of a file; each file runs in a process of its own.

import { after, before } from 'node:test';
import { launch } from './browser.mjs';
import { startServer } from './server.mjs';

export let server;
export let browser;
/** Slows the built-in model down for tests that need an unfinished answer, even on a slow machine. */
export const SLOWLY = { DEMO_PACE_MS: '80' };

before(async () => {
  server = await startServer();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
