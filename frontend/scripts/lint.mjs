// Finds what must never be in the component: ways to turn a string into markup or code, and files grown too long.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const MAX_LINES = 400;
const FORBIDDEN = [
  [/\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment/, 'no HTML strings'],
  [/\bdocument\.write(?:ln)?\b|\bDOMParser\b|setHTMLUnsafe|\bsrcdoc\b/, 'no HTML strings'],
  [/\beval\(|new Function\(|\bsetTimeout\(\s*['"`]/, 'no code from strings'],
  [/\blocalStorage\b|\bsessionStorage\b/, 'the element keeps nothing in the browser', 'chatkit/src'],
  [/\bconsole\./, 'the element reports by events', 'chatkit/src'],
  [/:\s*any\b|\bas any\b|@ts-ignore/, 'unknown is safer than any'],
  [/\benum\s+\w+\s*\{|\bnamespace\s+\w/, 'types only: no enum, no namespace'],
];

/** Tables that the compiler of the protocol's types writes, as long as the protocol is. */
const GENERATED = path.join('chatkit/src/protocol/generated', path.sep);

const withoutComment = (line) => line.replace(/^\s*(?:\/\/|\*|\/\*\*).*$|\s\/\/ .*$/, '');

const problems = [];
for (const folder of ['chatkit/src', 'chatkit/test', 'app/src', 'e2e', 'bench', 'scripts']) {
  for (const file of await readdir(path.join(root, folder), { recursive: true })) {
    if (!/\.(?:[jt]sx?|mjs|css)$/.test(file) || file === 'lint.mjs' || file.includes('node_modules')) continue;
    const name = path.join(folder, file);
    const source = await readFile(path.join(root, name), 'utf8');
    const lines = source.split('\n');
    if (!/^(?:\/\/|\/\*) ?\S/.test(lines[0] ?? '')) problems.push(`${name}:1: the first line says why the file exists`);
    if (lines.length > MAX_LINES && !file.endsWith('.css') && !name.startsWith(GENERATED)) problems.push(`${name}: ${lines.length} lines, at most ${MAX_LINES}`);
    lines.forEach((line, index) => {
      if (folder === 'chatkit/test' || folder === 'e2e' || folder === 'bench') return;
      for (const [pattern, reason, only] of FORBIDDEN) {
        if (pattern.test(withoutComment(line)) && (!only || folder === only)) problems.push(`${name}:${index + 1}: ${reason}`);
      }
    });
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log('lint: nothing found');
}
