// The texts that are streamed: everyday Markdown, and single blocks without an end.

const WORDS =
  'river stone window garden letter morning bridge copper silent market winter lantern harbour meadow engine paper cloud orchard signal thunder velvet mirror compass island feather whistle canyon ribbon saddle timber'.split(
    ' ',
  );

/** Four characters stand for a token, as is usual. */
const TOKEN = 4;

/** Every part carries a number, so that what was painted can be checked for completeness. */
export const mark = (n) => `k${String(n).padStart(4, '0')}`;

function words(count, seed) {
  return Array.from({ length: count }, (_, n) => WORDS[(seed * 7 + n * 5 + ((n * n) % 11)) % WORDS.length]).join(' ');
}

const SECTIONS = [
  (n) => `## About ${words(3, n)} ${mark(n)}`,
  (n) => `The **${words(2, n)}** stands by the *${words(3, n + 1)}*, ${mark(n)}, and \`${words(1, n)}\` tells ${words(28, n + 2)}. See [the ${words(2, n)}](https://example.com/${n}).`,
  (n) => [0, 1, 2, 3].map((i) => `- ${words(6, n + i)}${i === 0 ? ` ${mark(n)}` : ''} with **${words(2, n + i)}**`).join('\n'),
  (n) => `${words(45, n)} ${mark(n)}.`,
  (n) => `\`\`\`js\n// ${mark(n)}\n${[0, 1, 2, 3, 4].map((i) => `const ${words(1, n + i)} = ${i} + read('${words(2, n + i)}');`).join('\n')}\n\`\`\``,
  (n) => `| ${words(1, n)} | ${mark(n)} | ${words(1, n + 1)} |\n|---|---:|---|\n${[0, 1, 2, 3].map((i) => `| ${words(2, n + i)} | ${i * 17} | \`${words(1, n)}\` |`).join('\n')}`,
  (n) => [1, 2, 3].map((i) => `${i}. ${words(9, n + i)}${i === 1 ? ` ${mark(n)}` : ''}\n   - ${words(5, n)}`).join('\n'),
  (n) => `> ${words(20, n)} ${mark(n)}`,
];

function fill(tokens, part, joint, head = '') {
  let text = head;
  let marks = 0;
  while (text.length < tokens * TOKEN) text += `${marks === 0 ? '' : joint}${part(marks++)}`;
  return { text, marks };
}

const KINDS = {
  mixed: (tokens) => fill(tokens, (n) => SECTIONS[n % SECTIONS.length](n), '\n\n'),
  prose: (tokens) => fill(tokens, (n) => `${words(40, n)} ${mark(n)}.`, '\n\n'),
  paragraph: (tokens) => fill(tokens, (n) => `${words(18, n)} **${mark(n)}** ${words(6, n)},`, ' '),
  list: (tokens) => fill(tokens, (n) => `- ${words(8, n)} ${mark(n)} with **${words(2, n)}**`, '\n'),
  table: (tokens) => fill(tokens, (n) => `| ${mark(n)} | ${words(3, n)} | \`${words(1, n)}\` |`, '\n', '| a | b | c |\n|---|---|---|\n'),
  fence: (tokens) => fill(tokens, (n) => `const ${mark(n)} = read('${words(4, n)}');`, '\n', '```js\n'),
};

/** @returns {{ text: string, marks: number, tokens: string[] }} */
export function textOf(kind, tokens) {
  const { text, marks } = KINDS[kind](tokens);
  return { text, marks, tokens: text.match(/[\s\S]{1,4}/g) };
}
