// Markdown of every kind the lexer knows, in our own words: what is cut into pieces by the tests.

const rows = <T>(count: number, row: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => row(n));

/** Blocks, inline marks and their odd corners, after CommonMark and GFM. */
export const CORPUS: readonly string[] = [
  '# Title\n\nA paragraph\nwith two lines and **bold** and `code`.\n\nNext\n====\n\nLast',
  '- a\n- b\n\n  more of b\n- c\n\n1. x\n\n2. y\n\ntext\n\n* other\n* list',
  '```js\nconst a = "```";\n\n\nlet b;\n```\n\nafter\n\n~~~\nopen fence\n\nstill',
  '| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nafter the table',
  '> quote\n> more\nlazy\n\n> another\n\n---\n\n***\n',
  'See [one] and [two].\n\n[one]: https://one.example\n\ntext\n\n[two]: https://two.example "Two"\n',
  '    indented\n\n    code\n\ntext <b>raw</b>\n\n<div>\nblock\n</div>\n\nend',
  'a\r\nb\r\n\r\n- c\r\n- d\r\n',
  '1. one\n   - two\n     1. three\n\n     para\n2. four\n\n\n\n5) five',
  'unfinished **bold and [link](https://exa',
  // Headings of both kinds, and what only looks like one.
  '# one #\n## two ##\n#three\n####### seven\nfour\n---\n\nfive\n  ===\n# ',
  // Emphasis beside and inside of words.
  '*a **b** c* __d__ snake_case_word **bold*both*** 2*3*4 ~~gone~~ ~one~ \\*not\\* **a\n\nb**',
  // Code spans, breaks and escapes.
  '`` a ` b `` and ` lone\nhard  \nbreak\\\nagain &amp; &copy; &#x41; &bogus; \\# \\`',
  // Links and pictures.
  '[a](https://a.example "T") ![p](https://p.example/x.png) <https://auto.example> www.bare.example me@mail.example [r][x] [x] [![in](/i.png)](https://out.example)\n\n[x]: <https://x.example> (round)\n',
  // A definition that changes while it is written, and one that comes twice.
  '[ref] again [ref].\n\n[ref]: https://first.example/long/path\n[ref]: https://second.example\n\n[ref]\n',
  // Lists: tasks, empty items, other marks, tabs, code and quotes inside.
  '- [ ] open\n- [x] done\n-\n- \n  late\n+ plus\n+ more\n\n1) a\n2) b\n7) c\n\n-\ttab\n\n  ```\n  code\n  ```\n  > quote\n  lazy\n',
  '- a\n\n\n- b\n- c\n\nnot a list\n- tight again\n1. number\n***\n- x\n  ---\n- y',
  '* level one\n  * level two\n    * level three\n\n      words\n  * back\n\n* end',
  // Tables: escapes, too many and too few cells, no body, no end.
  '| h \\| x | b |\n|:-:|---|\n| `a|b` | 1 | 2 |\n| one |\n\n| only | head |\n|---|---|\n\na | b\n-|-\nc | d\ntext that follows\n\n> e',
  // Quotes that nest and end.
  '> # head\n> - item\n>   more\n> > deeper\n> ```\n> code\n\nout\n> in\n```\nends the quote',
  // HTML of every kind.
  '<!-- comment -->\n\n<p>\n*not* marked\n\n*marked*\n</p>\n\n<script>\nlet a = "*";\n\nlet b;\n</script>\n\ninline <br> <i>x</i> <!-- c -->\n<hr/>\nafter',
  // White space of all sorts.
  '\n\n\n  three\n   spaces\n\n\ttab code\n\n \n\u00A0\u2003wide\u2028line\n\n\n\n',
  // Other scripts, and characters of more than one unit.
  '# 你好，世界\n\n**مرحبا** بالعالم\n\n- 👩‍👩‍👧 família\n- 🇪🇺\n\n| 名 | ½ |\n|---|---|\n| é | 𝒳 |',
  // Rules, fences and indents that run into each other.
  'a\n***\nb\n- - -\n~~~ py attr\nx\n~~~~\n\n````\n```\n````\ny\n   ```\n   z\n  ```\n',
  // Long blocks, long enough to be grown row by row.
  rows(24, (n) => `- item ${n} **bold** \`c\`${n % 7 === 3 ? '\n  - inner\n  - more' : ''}`).join('\n') + '\n\nafter',
  rows(20, (n) => `${n + 3}. item ${n}${n === 15 ? '\n\n   loose now' : ''}`).join('\n') + '\n- other',
  rows(20, (n) => `- loose ${n}\n\n`).join('') + 'end',
  rows(18, (n) => `* [${n % 2 ? 'x' : ' '}] task ${n}\n  lazy\nlazier`).join('\n') + '\n***\nend',
  `| a | b | c |\n|:--|:-:|--:|\n${rows(24, (n) => `| ${n} | **${n}** | ${n % 5 === 0 ? '\\|' : '`x`'} |`).join('\n')}\n\nafter`,
  `a | b\n--|--\n${rows(16, (n) => `${n}${n === 9 ? '' : ` | ${n}`}`).join('\n')}\n# heading ends it\n| not |\n`,
  `${rows(14, (n) => `- [item ${n}][d${n}]`).join('\n')}\n\n${rows(14, (n) => `[d${n}]: https://d.example/${n}`).join('\n')}\n`,
  `\`\`\`\n${rows(40, (n) => `line ${n}`).join('\n')}\n\`\`\`\n${rows(14, (n) => `- ${n}`).join('\n')}\n\`\`\`\ninside`,
];
