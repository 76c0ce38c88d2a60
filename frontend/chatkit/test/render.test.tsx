// Markdown from anyone becomes nothing but harmless elements.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidElement, type ComponentChildren, type VNode } from 'preact';
import { markCitations, splitCitations } from '../src/markdown/citations.ts';
import { decodeEntities } from '../src/markdown/entities.ts';
import { readBlocks } from '../src/markdown/blocks.ts';
import { renderBlock } from '../src/markdown/render.tsx';
import { Run } from '../src/markdown/runs.tsx';
import type { MarkdownScope } from '../src/markdown/markdown-scope.ts';

const scope: MarkdownScope = {
  t: (key) => key,
  images: { allowedDomains: undefined, unlisted: 'blocked' },
  onDeeplink: () => undefined,
  renderCitation: (n) => `(${n})`,
};

const ALLOWED = new Set(
  'p h4 h5 h6 ul ol li blockquote hr strong em del code br a button div table thead tbody tr th td input span'.split(' '),
);

function walk(children: ComponentChildren, visit: (node: VNode<Record<string, unknown>>) => void): string {
  if (Array.isArray(children)) return children.map((child) => walk(child as ComponentChildren, visit)).join('');
  if (!isValidElement(children)) return children === null || typeof children === 'boolean' ? '' : String(children ?? '');
  const node = children as VNode<Record<string, unknown>>;
  visit(node);
  if ((node.type as unknown) === Run) return walk((node.props.rows as unknown[]).map(node.props.draw as (row: unknown) => ComponentChildren), visit);
  const text = walk(node.props.children as ComponentChildren, visit);
  return typeof node.type === 'function' && typeof node.props.text === 'string' ? node.props.text : text;
}

function render(markdown: string) {
  const nodes: VNode<Record<string, unknown>>[] = [];
  const blocks = readBlocks(markdown, undefined, true).blocks;
  const text = blocks.map(({ token, raw }) => walk(token ? renderBlock(token, scope) : raw, (node) => nodes.push(node))).join('');
  return { nodes, text };
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'inline <b onclick="x()">bold</b> <svg/onload=alert(1)>',
  '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java&#x73;cript:alert(1)) [d](\tjavascript:alert(1))',
  '[a](data:text/html,<script>alert(1)</script>) [b](vbscript:x) [c](file:///etc/passwd)',
  '[a](//evil.example) [b](/relative) [c](https://user:pass@evil.example)',
  '![x](javascript:alert(1)) [![beacon](https://evil.example/x.png)](https://a.example)',
  '[a]\n\n[a]: javascript:alert(1)',
  '<a href="javascript:alert(1)">x</a>\n\n<iframe srcdoc="<script>"></iframe>',
  '<https://ok.example> <javascript:alert(1)>',
  '| <script> | [x](javascript:a) |\n|-|-|\n| <img onerror=x> | y |',
  '- [ ] <style>*{display:none}</style>',
  '> '.repeat(200) + '[x](javascript:alert(1))',
];

for (const markdown of HOSTILE) {
  test(`harmless: ${JSON.stringify(markdown.slice(0, 60))}`, () => {
    for (const { type, props } of render(markdown).nodes) {
      if (typeof type === 'string') assert.ok(ALLOWED.has(type), `<${type}>`);
      for (const name of Object.keys(props ?? {})) {
        assert.ok(!/^dangerously|^srcdoc$|^style$/.test(name), name);
        if (name === 'href') {
          assert.match(String(props[name]), /^(?:https?|mailto|tel):/);
          assert.ok(!String(props[name]).includes('@'));
        }
        if (/^on[A-Z]/.test(name)) assert.equal(typeof props[name], 'function');
      }
    }
  });
}

test('raw HTML is shown as the text it is', () => {
  assert.equal(render('<script>alert(1)</script>').text, '<script>alert(1)</script>');
  assert.match(render('a <b>c</b>').text, /a <b>c<\/b>/);
});

test('links lead out safely', () => {
  const link = render('[x](https://a.example/b)').nodes.find((node) => node.type === 'a');
  assert.equal(link?.props.href, 'https://a.example/b');
  assert.equal(link?.props.target, '_blank');
  assert.match(String(link?.props.rel), /noopener noreferrer/);
});

test('a deeplink is a button, not an address', () => {
  const types = render('[x](chatkit-link://order?id=1)').nodes.map((node) => node.type);
  assert.ok(types.includes('button') && !types.includes('a'));
});

test('citations stand where the code points say', () => {
  const note = { type: 'annotation' as const, source: { type: 'url' as const, title: 't', url: 'https://a.example' } };
  const marked = markCitations('😀b c', [{ ...note, index: 2 }, { ...note, index: 99 }, note]);
  assert.deepEqual(splitCitations(marked), ['😀b', 0, ' c', 1]);
  assert.equal(render(marked).text, '😀b(0) c(1)');
});

test('a message cannot forge citations', () => {
  assert.deepEqual(splitCitations(markCitations('a\uE2000\uE201b', [])), ['a\uFFFD0\uFFFDb']);
});

test('character references are decoded once', () => {
  assert.equal(decodeEntities('a &amp;lt; &#65;&#x1F600; &nope; &#0; &constructor;'), 'a &lt; A😀 &nope; \uFFFD &constructor;');
});

function types(markdown: string): string[] {
  const found: string[] = [];
  const visit = (token: { type: string; tokens?: unknown; items?: unknown }) => {
    found.push(token.type);
    for (const list of [token.tokens, token.items]) if (Array.isArray(list)) list.forEach(visit);
  };
  for (const { token } of readBlocks(markdown, undefined, true).blocks) if (token) visit(token as { type: string });
  return found;
}

test('formulas are found, and amounts of money are not', () => {
  for (const formula of ['$x^2$', 'so $a_1 + b$ is', '$$\\frac{1}{2}$$', '\\(a\\)', '\\[a\\]', '$$\na = b\n- c\n$$', '\\[\na\n= b\n\\]', '$5x + 3$', 'a $n$-gon']) {
    assert.ok(types(formula).includes('math'), formula);
  }
  for (const money of ['It costs $5 and $10.', '$5-$10', 'US$5 (~CA$7)', '$5/mo or $6/mo', 'between $5 and 6$ each', '$ x $', '`$x$`', '\\$x\\$', '$HOME/bin:$PATH']) {
    assert.ok(!types(money).includes('math'), money);
  }
});

test('footnotes are marks and notes', () => {
  const found = types('A[^1] b.\n\n[^1]: The **note**\n  goes on');
  assert.ok(found.includes('noteMark') && found.includes('note') && found.includes('strong'));
});
