// What is measured: our element, and peers, each on a page that can be asked the same things.

import { mkdtemp, readFile, copyFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const peersFolder = path.join(here, 'peers');
const STATIC = process.env.STATIC_DIRECTORY ?? path.join(here, '..', '..', 'static');

const HEAD = '<!doctype html><meta charset="utf-8"><style>html,body{margin:0;height:100%}openai-chatkit{display:block;height:100%}</style><script src="/t0.js"></script>';
const OURS = `${HEAD}<script src="/chatkit.js"></script><openai-chatkit></openai-chatkit><script src="/ours.js"></script>`;
const ours = `
const element = document.querySelector('openai-chatkit');
let autoScroll = false;
const open = (query) => element.setOptions({ api: { url: '/chatkit' + query, domainKey: 'any' }, thread: { autoScroll } });
open('');
window.peer = {
  input: () => element.shadowRoot.querySelector('[role=textbox], textarea'),
  log: () => element.shadowRoot.querySelector('[role=log]'),
  answer: () => element.shadowRoot.querySelector('article.is-assistant:last-of-type'),
  async stream(url) {
    open(new URL(url, location.href).search);
    await element.sendUserMessage({ text: 'Go' });
    await new Promise((resolve) => setTimeout(resolve, 200));
  },
  follow: () => (autoScroll = true),
  open,
  element,
};`;

/** @returns {Promise<{ subjects: object[], pages: object, folders: string[] }>} */
export async function prepare({ peers = true } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'chat-bench-'));
  await writeFile(path.join(folder, 't0.js'), 'window.t0 = performance.now();');
  await writeFile(path.join(folder, 'ours.js'), ours);
  const subjects = [{ name: 'ours', title: 'this component', path: '/ours' }];
  const pages = { '/ours': OURS, '/empty': `${HEAD}<textarea></textarea>` };
  if (peers && !existsSync(path.join(peersFolder, 'node_modules'))) throw new Error('run `npm ci` in frontend/bench/peers first, or leave the peers out with --no-peers');
  for (const [name, entry] of peers ? [['deep-chat', 'deep-chat.js'], ['streamdown', 'streamdown.jsx']] : []) {
    await build({
      entryPoints: [path.join(peersFolder, entry)],
      outdir: path.join(folder, name),
      entryNames: 'page',
      bundle: true,
      splitting: true,
      format: 'esm',
      minify: true,
      jsx: 'automatic',
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    });
    const { version } = JSON.parse(await readFile(path.join(peersFolder, 'node_modules', name, 'package.json'), 'utf8'));
    await copyFile(path.join(peersFolder, 'read-tokens.js'), path.join(folder, 'read-tokens.js'));
    pages[`/${name}`] = `${HEAD}<script src="/read-tokens.js"></script><div id="root"></div><script type="module" src="/${name}/page.js"></script>`;
    subjects.push({ name, title: `${name} ${version}${name === 'streamdown' ? ' + React' : ''}`, path: `/${name}` });
  }
  return { subjects, pages, folders: [folder, STATIC] };
}
