// A server that paces its answers: the built component, long threads, and the same stream of tokens for everyone.

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { mark, textOf } from './texts.mjs';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };
const AT = '2026-01-01T00:00:00Z';

/** `pages`: HTML by path. `folders`: where files are looked for, in order. */
export async function startHost({ pages, folders }) {
  const zipped = new Map();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://bench');
    const done = (error) => {
      if (!error) return;
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    };
    if (request.method === 'POST') answer(request, response, url).catch(done);
    else sendFile(response, url.pathname, { pages, folders, zipped }).catch(done);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function sendFile(response, name, { pages, folders, zipped }) {
  const page = pages[name];
  if (page !== undefined) return response.writeHead(200, { 'content-type': TYPES['.html'] }).end(page);
  for (const folder of folders) {
    const file = path.join(folder, path.normalize(name));
    if (!(await stat(file).catch(() => null))?.isFile()) continue;
    const type = TYPES[path.extname(file)];
    // As a server in production does: compressed, and kept by the browser.
    const headers = { 'content-type': type ?? 'application/octet-stream', 'cache-control': 'max-age=31536000, immutable' };
    if (!type) return createReadStream(file).pipe(response.writeHead(200, headers));
    if (!zipped.has(file)) zipped.set(file, gzipSync(await readFile(file), { level: 9 }));
    return response.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(zipped.get(file));
  }
  response.writeHead(404).end();
}

async function answer(request, response, url) {
  const body = await new Promise((resolve) => {
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts).toString()));
  });
  const asked = parse(body);
  const count = Number(url.searchParams.get('items') ?? 0);
  if (url.pathname === '/tokens') return streamTokens(response, url, (delta) => ({ delta }));
  if (asked.type === 'threads.get_by_id') return sendJson(response, { ...thread, items: pageOf(count, { order: 'asc' }) });
  if (asked.type === 'items.list') return sendJson(response, pageOf(count, asked.params));
  if (asked.type?.startsWith('ext.')) return response.writeHead(204).end();
  return streamTokens(response, url, delta, [
    { type: 'thread.created', thread: { ...thread, items: { data: [], has_more: false } } },
    { type: 'thread.item.done', item: question('q', 'Go') },
    { type: 'thread.item.added', item: said('a', null) },
  ], (text) => [
    { type: 'thread.item.updated', item_id: 'a', update: { type: 'assistant_message.content_part.done', content_index: 0, content: said('a', text).content[0] } },
    { type: 'thread.item.done', item: said('a', text) },
  ]);
}

/** Keeps to the clock: what a late timer has missed is sent with the next tokens. */
function streamTokens(response, url, event, before = [], after = () => []) {
  const { text, tokens } = textOf(url.searchParams.get('text') ?? 'mixed', Number(url.searchParams.get('tokens') ?? 5000));
  const perSecond = Number(url.searchParams.get('rate') ?? 625);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (events) => response.write(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
  send(before);
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(tokens.length, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    if (due > sent) send(tokens.slice(sent, due).map(event));
    sent = due;
    if (sent < tokens.length) return;
    clearInterval(timer);
    send(after(text));
    response.end();
  }, Math.max(8, Math.min(16, 1000 / perSecond)));
  response.on('close', () => clearInterval(timer));
}

const thread = { id: 'thr', title: 'Measured', created_at: AT, status: { type: 'active' }, metadata: {} };
const base = (id) => ({ id, thread_id: 'thr', created_at: AT });
const question = (id, text) => ({ ...base(id), type: 'user_message', content: [{ type: 'input_text', text }], attachments: [], inference_options: {} });
const said = (id, text) => ({ ...base(id), type: 'assistant_message', content: text === null ? [] : [{ type: 'output_text', text, annotations: [] }] });
const delta = (text) => ({
  type: 'thread.item.updated',
  item_id: 'a',
  update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta: text },
});

const ANSWER = textOf('mixed', 1500).text.split('\n\n');
/** Items `0 … count - 1` in order of time: short questions and Markdown answers of different lengths. */
export function itemAt(n) {
  if (n % 2 === 0) return question(`i${n}`, `Question ${mark(n)}`);
  const from = (n * 3) % (ANSWER.length - 4);
  return said(`i${n}`, `Answer ${mark(n)}\n\n${ANSWER.slice(from, from + 1 + (n % 4)).join('\n\n')}`);
}

function pageOf(count, { limit = 20, order = 'desc', after }) {
  const cursor = after === undefined ? undefined : Number(after.slice(1));
  const first = order === 'asc' ? (cursor ?? -1) + 1 : (cursor ?? count) - 1;
  const step = order === 'asc' ? 1 : -1;
  const data = [];
  for (let n = first; n >= 0 && n < count && data.length < limit; n += step) data.push(itemAt(n));
  const last = data.at(-1);
  const end = last === undefined || (order === 'asc' ? last.id === `i${count - 1}` : last.id === 'i0');
  return { data, has_more: !end, after: end ? null : last.id };
}

const sendJson = (response, value) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
