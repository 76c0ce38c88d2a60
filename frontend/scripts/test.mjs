// Bundles the unit tests, which are TypeScript, and runs them with Node's own test runner.

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cssTextPlugin } from './css-text.mjs';
import { iconsPlugin } from './icons.mjs';

const component = fileURLToPath(new URL('../chatkit', import.meta.url));
/** With arguments, only the files whose names hold one of them. */
const only = process.argv.slice(2);
const wanted = (name) => /\.test\.tsx?$/.test(name) && (only.length === 0 || only.some((part) => name.includes(part)));
const tests = (await readdir(path.join(component, 'test'))).filter(wanted);
// Inside the workspace, so that packages left out of the bundle are found.
const outdir = await mkdtemp(path.join(component, 'node_modules-test-'));
try {
  await build({
    entryPoints: tests.map((name) => path.join(component, 'test', name)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcemap: 'inline',
    plugins: [iconsPlugin, cssTextPlugin],
    define: { FIXTURES: JSON.stringify(process.env.CHATKIT_FIXTURES ?? path.join(component, 'test', 'fixtures')) },
    logLevel: 'warning',
  });
  const files = (await readdir(outdir)).filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(outdir, name));
  const runner = spawn(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => runner.once('exit', resolve));
} finally {
  await rm(outdir, { recursive: true, force: true });
}
