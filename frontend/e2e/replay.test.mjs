// What is drawn in the end does not depend on how a stream was cut, nor a text on how it grew.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openChat } from './browser.mjs';
import { browser, server } from './running.mjs';

const recordings = JSON.parse(await readFile(new URL('../chatkit/test/fixtures/streams.json', import.meta.url), 'utf8'));
const CORPUS = [
  '# Title\n\nSome **bold** words, `code`, a [link](https://a.example) and [ref].\n\n- a\n- b\n\n  more of b\n- [x] c\n\n1. x\n   - y\n\n[ref]: https://late.example\n',
  `${Array.from({ length: 20 }, (_, n) => `- item ${n} **bold**${n === 14 ? '\n\n  loose' : ''}`).join('\n')}\n\n| a | b |\n|---|--:|\n${Array.from({ length: 24 }, (_, n) => `| ${n} | \`${n}\` |`).join('\n')}\n\nend`,
  '```js\nconst a = 1;\n\nlet b;\n```\n\n> quote\n> more\n\n---\n\n<b>raw</b> &amp; text\n\n~~~\nopen',
];

/** Few recordings stand for all: one of each set of events. */
function representative() {
  const seen = new Set();
  return recordings.filter(({ events }) => {
    const kinds = [...new Set(events.map((event) => event.update?.type ?? `${event.type} ${event.item?.type ?? ''}`))].sort().join();
    const fresh = events.length > 2 && !seen.has(kinds);
    seen.add(kinds);
    return fresh;
  });
}

/** Plays bodies, each in pieces, in a fresh element; gives the DOM that each ends in. */
function play(page, bodies) {
  return page.evaluate(async (streams) => {
    const ended = [];
    const element = document.createElement('openai-chatkit');
    element.style.height = '100vh';
    let pieces = [];
    const fakeFetch = async (_, init) => {
      if (!/create/.test(JSON.parse(init.body).type)) return new Response('{}', { status: 400 });
      const parts = pieces;
      const body = new ReadableStream({
        async start(controller) {
          for (const part of parts) {
            controller.enqueue(part);
            // Drawn in between, so that each piece is its own change.
            await new Promise((resolve) => (parts.length > 12 ? setTimeout(resolve) : requestAnimationFrame(resolve)));
          }
          controller.close();
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    element.setOptions({ api: { url: '/chatkit', domainKey: 'any', fetch: fakeFetch } });
    document.body.replaceChildren(element);
    // Without what counts up or depends on the time of the day.
    const shape = (node) => {
      if (node.nodeType === 3) return node.data;
      if (node.nodeType !== 1) return '';
      const attributes = Array.from(node.attributes, ({ name, value }) => `${name}=${/^(?:id|for|aria-|name$|data-page)/.test(name) ? '' : value}`).sort();
      // Neighbouring text nodes read as one.
      return `<${node.localName} ${attributes.join(' ')}>${Array.from(node.childNodes, shape).join('')}</>`;
    };
    const settled = async () => {
      const log = () => element.shadowRoot.querySelector('[role=log]');
      for (let quiet = 0, last = '', frame = 0; quiet < 5; frame += 1) {
        if (frame > 1000) throw new Error('what was played is never drawn to its end');
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        const now = log() ? shape(log().firstElementChild) : '';
        quiet = now === last ? quiet + 1 : 0;
        last = now;
      }
      return log() ? shape(log().firstElementChild) : '';
    };
    for (const { body, cuts } of streams) {
      const bytes = new TextEncoder().encode(body);
      const edges = [0, ...cuts.filter((cut) => cut > 0 && cut < bytes.length), bytes.length];
      pieces = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
      await element.setThreadId(null);
      await element.sendUserMessage({ text: 'Hello' }).catch(() => undefined);
      ended.push(await settled());
    }
    return ended;
  }, bodies);
}

const bodyOf = (events) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

/** A small generator of its own, so that a failure comes again. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

/** No cut, and three sets of cuts at random places. */
function cutsFor(body, next, count) {
  const length = Buffer.byteLength(body);
  const some = (n) => Array.from({ length: n }, () => Math.floor(next() * length)).sort((a, b) => a - b);
  return [[], some(1), some(4), some(count)];
}

test('a recording ends in the same picture however its bytes are cut', async () => {
  const { page, allow, check } = await openChat(browser, server.url);
  allow(/violates the following Content Security Policy directive: "img-src/);
  allow(/request to https?:\/\/[\w.]*example/);
  const next = random(11);
  const chosen = representative();
  assert.ok(chosen.length > 10, `${chosen.length} recordings`);
  // Everything that is loaded when it is first needed is there before anything is compared.
  await play(page, chosen.map(({ events }) => ({ body: bodyOf(events), cuts: [] })));
  for (const { name, events } of chosen) {
    const body = bodyOf(events);
    const [whole, ...others] = await play(page, cutsFor(body, next, 24).map((cuts) => ({ body, cuts })));
    for (const other of others) assert.equal(other, whole, name);
  }
  await check();
});

test('a text ends in the same picture however it has grown', async () => {
  const { page, check } = await openChat(browser, server.url);
  const base = { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z' };
  const thread = { id: 'thr', created_at: base.created_at, status: { type: 'active' }, metadata: {}, items: { data: [], has_more: false } };
  const message = (text) => ({ ...base, id: 'a', type: 'assistant_message', content: text === null ? [] : [{ type: 'output_text', text, annotations: [] }] });
  const question = { ...base, id: 'q', type: 'user_message', content: [{ type: 'input_text', text: 'Hello' }], attachments: [], inference_options: {} };
  const next = random(5);
  for (const text of CORPUS) {
    const begin = [{ type: 'thread.created', thread }, { type: 'thread.item.done', item: question }];
    const grown = (pieces) => [
      ...begin,
      { type: 'thread.item.added', item: message(null) },
      ...pieces.map((delta) => ({ type: 'thread.item.updated', item_id: 'a', update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta } })),
      { type: 'thread.item.done', item: message(text) },
    ];
    const streams = [bodyOf([...begin, { type: 'thread.item.done', item: message(text) }])].map((body) => ({ body, cuts: [] }));
    for (const size of [1, 3, 17, 0]) {
      const pieces = [];
      for (let at = 0; at < text.length; ) {
        const length = size || 1 + Math.floor(next() * 40);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const body = bodyOf(grown(pieces));
      // Cut between events, so that each piece is drawn by itself.
      const ends = Array.from(body.matchAll(/\n\n/g), ({ index }) => Buffer.byteLength(body.slice(0, index + 2)));
      streams.push({ body, cuts: ends.filter((_, n) => n % Math.ceil(ends.length / 40) === 0) });
    }
    await play(page, streams.slice(0, 1));
    const [whole, ...others] = await play(page, streams);
    for (const other of others) assert.equal(other, whole);
    assert.match(whole, /<\w+ .*>/);
  }
  await check();
});
