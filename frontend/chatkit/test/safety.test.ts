// Addresses, colours and sizes written by strangers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeColor, safeFlex, safeLength, safeRadius, safeRatio, safeSpace } from '../src/safety/style.ts';
import { plainName } from '../src/safety/safe-text.ts';
import { covers, readImage, readLink } from '../src/safety/url.ts';
import { schemeOn } from '../src/styles/palette.ts';

Object.assign(globalThis, { document: { baseURI: 'https://own.example/app/' }, location: { origin: 'https://own.example' } });

const markdown = { allowedDomains: undefined, unlisted: 'blocked' as const };

test('only web, mail and phone addresses are links', () => {
  for (const good of ['https://a.example', 'http://a.example', 'mailto:a@b.example', 'tel:+123']) {
    assert.equal(readLink(good)?.kind, 'web', good);
  }
  for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'blob:x', 'file:///x', '/path', '//a.example', '', 'https://u:p@a.example']) {
    assert.equal(readLink(bad), null, bad);
  }
  assert.deepEqual(readLink('chatkit-link://order?id=7'), { kind: 'deeplink', name: 'order', data: { id: '7' } });
});

test('pictures of other hosts wait for a click, or for the thread to allow them', () => {
  assert.equal(readImage('/x.png', markdown)?.kind, 'shown');
  assert.equal(readImage('https://own.example/x.png', markdown)?.kind, 'shown');
  assert.equal(readImage('blob:https://own.example/1', markdown)?.kind, 'shown');
  assert.equal(readImage('https://evil.example/x.png', markdown)?.kind, 'blocked');
  assert.equal(readImage('//evil.example/x.png', markdown)?.kind, 'blocked');
  assert.equal(readImage('https://img.a.example/x', { allowedDomains: ['a.example'], unlisted: 'blocked' })?.kind, 'shown');
  assert.equal(readImage('https://bada.example/x', { allowedDomains: ['a.example'], unlisted: 'shown' })?.kind, 'blocked');
  assert.equal(readImage('https://b.example/x', { allowedDomains: [], unlisted: 'shown' })?.kind, 'blocked');
  assert.equal(readImage('https://b.example/x', { allowedDomains: undefined, unlisted: 'shown' })?.kind, 'shown');
});

test('data addresses hold pictures or nothing', () => {
  assert.equal(readImage('data:image/png;base64,AAAA', markdown)?.kind, 'shown');
  assert.equal(readImage('data:image/svg+xml;utf8,<svg/>', markdown)?.kind, 'shown');
  assert.equal(readImage('data:text/html,<script>', markdown), null);
  assert.equal(readImage('javascript:alert(1)', markdown), null);
  assert.equal(readImage('ftp://a.example/x.png', markdown), null);
});

test('a domain covers its subdomains and nothing that only ends like it', () => {
  assert.ok(covers('a.example', 'a.example') && covers('*.a.example', 'x.a.example') && covers('.a.example', 'x.a.example'));
  assert.ok(!covers('a.example', 'xa.example') && !covers('', 'a.example') && !covers('a.example', 'a.example.evil'));
});

test('colours are tokens, primitives or CSS colours', () => {
  assert.equal(safeColor('secondary', 'text'), 'var(--ck-text-secondary)');
  assert.equal(safeColor('surface-tertiary', 'background'), 'var(--ck-surface-tertiary)');
  assert.equal(safeColor('strong', 'border'), 'var(--ck-border-strong)');
  assert.match(String(safeColor('blue-100', 'background')), /^oklch\(/);
  assert.equal(safeColor('#1d4ed8', 'text'), '#1d4ed8');
  assert.equal(safeColor('rgb(1 2 3 / 50%)', 'text'), 'rgb(1 2 3 / 50%)');
  assert.equal(safeColor({ light: 'white', dark: 'gray-900' }, 'background'), 'light-dark(white, var(--ck-gray-900))');
  for (const bad of ['url(https://evil.example)', 'var(--secret)', 'red;background:url(x)', 'image-set("x")', 'rgb(var(--x))', 'expression(1)', 'x'.repeat(500), 7, null, ['red']]) {
    assert.equal(safeColor(bad, 'background'), undefined, String(bad));
  }
});

test('sizes are numbers or plain CSS lengths', () => {
  assert.equal(safeLength(28), '28px');
  assert.equal(safeLength('50%'), '50%');
  assert.equal(safeLength('calc(100% - 2px)'), 'calc(100% - 2px)');
  assert.equal(safeSpace(3), 'calc(3 * var(--ck-unit))');
  assert.equal(safeRadius('full'), '9999px');
  assert.equal(safeRatio('16/9'), '16/9');
  assert.equal(safeFlex('0 0 auto'), '0 0 auto');
  for (const bad of ['calc(var(--x))', 'url(x)', '1px;color:red', 'env(x)', Number.NaN, Number.POSITIVE_INFINITY, 1e9, {}, 'attr(x)']) {
    assert.equal(safeLength(bad), undefined, String(bad));
  }
  assert.equal(safeRadius('constructor'), undefined);
  assert.equal(safeRatio('1/0x'), undefined);
  assert.equal(safeFlex('1 1 calc(1px)'), undefined);
});

test('text on a primitive colour takes the scheme it can be read in', () => {
  assert.deepEqual([schemeOn('blue-50'), schemeOn('blue-900'), schemeOn('blue-400'), schemeOn('gray-50')], ['light', 'dark', null, null]);
});

test('names cannot turn themselves round', () => {
  assert.equal(plainName('invoice\u202Egnp.exe\u200B'), 'invoicegnp.exe');
});
