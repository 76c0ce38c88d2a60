// Starts a real server on a free port, with a database and uploads of its own, and waits until it is ready.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.mjs';

const STATIC = fileURLToPath(new URL('../../static', import.meta.url));
const STOPPED_WITHIN_MS = 15_000;

/** `settings` are added to the server's environment. */
export async function startServer(settings = {}) {
  const binary = process.env.ACTIX_CHATKIT_BIN;
  if (!binary) throw new Error('ACTIX_CHATKIT_BIN must name the server to test');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'chatkit-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return start(binary, folder, `${url}/readyz`, {
    cwd: folder,
    env: {
      HOME: folder,
      SERVER_HOST: '127.0.0.1',
      SERVER_PORT: String(port),
      SERVER_BASE_URL: url,
      DATABASE_PATH: path.join(folder, 'chat.db'),
      UPLOADS_DIRECTORY: path.join(folder, 'uploads'),
      STATIC_DIRECTORY: process.env.STATIC_DIRECTORY ?? STATIC,
      WEATHER_SOURCE: 'sample',
      RUST_LOG: process.env.RUST_LOG ?? 'warn',
      ...settings,
    },
  });
}

/** The server of the gallery, which answers without pauses; it serves `static/` below where it is started. */
export async function startGallery() {
  const binary = process.env.GALLERY_BIN ?? path.join(path.dirname(process.env.ACTIX_CHATKIT_BIN ?? ''), 'examples', 'gallery');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'chatkit-gallery-'));
  const port = await freePort();
  await symlink(process.env.STATIC_DIRECTORY ?? STATIC, path.join(folder, 'static'));
  return start(binary, folder, `http://127.0.0.1:${port}/gallery.json`, {
    cwd: folder,
    env: { SERVER_PORT: String(port), GALLERY_PACE_MS: '0' },
  });
}

/** Starts a server and waits until this address of it is answered. */
async function start(binary, folder, address, { cwd, env }) {
  const log = [];
  const begin = () => {
    const child = spawn(binary, [], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...env } });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => log.push(String(data)));
    // Without this handler a missing program would end the tests without a message.
    child.once('error', (error) => log.push(error.message));
    return { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
  };
  let running = begin();
  const kill = async () => {
    running.child.kill('SIGKILL');
    // A process that never started does not exit.
    if (running.child.pid !== undefined) await running.ended;
  };
  const stop = async () => {
    running.child.kill('SIGTERM');
    await Promise.race([running.ended, new Promise((resolve) => setTimeout(resolve, STOPPED_WITHIN_MS).unref())]);
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  /** Starts the server again at the same address with the same data. */
  const restart = async () => {
    running = begin();
    await ready(address, running.child);
  };
  try {
    await ready(address, running.child);
  } catch (error) {
    await stop();
    throw new Error(`${binary}: ${/** @type {Error} */ (error).message}\n${log.join('')}`);
  }
  return { url: new URL(address).origin, stop, kill, restart, log: () => log.join('') };
}

async function ready(address, child) {
  const ended = () => (child.pid === undefined ? 'the server is not there' : child.exitCode === null ? null : `the server ended with ${child.exitCode}`);
  await eventually('the server to be ready', async () => ended() !== null || (await fetch(address)).ok);
  if (ended() !== null) throw new Error(ended());
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
