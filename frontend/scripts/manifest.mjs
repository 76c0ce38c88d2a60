// Writes chatkit/custom-elements.json, which editors read, from the header of the element's class. `--check` compares.
//
// The usual analyzer brings a TypeScript of its own, a file watcher and a native lexer for each platform: a thousand
// lines of lock file for one class whose header says it all.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SOURCE = 'chatkit/src/element/element.ts';
const root = new URL('../', import.meta.url);
const target = fileURLToPath(new URL('chatkit/custom-elements.json', root));

export async function manifest() {
  const source = await readFile(new URL(SOURCE, root), 'utf8');
  const [, header, name, body] = source.match(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport class (\w+) extends HTMLElement[^{]*\{([^]*?)\n\}/);
  const text = header.replace(/^ *\* ?/gm, '').trim();
  const [description, ...tags] = text.split(/^(?=@)/m).map((part) => part.replace(/\s+/g, ' ').trim());
  const read = (tag) => tags.filter((line) => line.startsWith(`@${tag} `)).map((line) => entry(line.slice(tag.length + 2)));
  const declaration = {
    kind: 'class',
    customElement: true,
    name,
    tagName: tags.find((line) => line.startsWith('@tagname ')).split(' ')[1],
    description,
    superclass: { name: 'HTMLElement' },
    attributes: read('attr'),
    members: methods(body),
    events: read('event'),
    slots: read('slot'),
    cssParts: read('csspart'),
    cssProperties: read('cssproperty'),
  };
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path: 'chatkit.js',
        declarations: [declaration],
        exports: [{ kind: 'custom-element-definition', name: declaration.tagName, declaration: { name, module: 'chatkit.js' } }],
      },
    ],
  };
}

/** `{type} name - Description`, with the default as in `[name=default]`. */
function entry(line) {
  const [, type, optional, plain, description] = line.match(/^(?:\{(.*?)\} )?(?:\[([^\]]+)\]|(\S+)) - (.*)$/) ?? unreadable(line);
  const [name, value] = (optional ?? plain).split('=');
  return { name, ...(type && { type: { text: type } }), ...(value && { default: value }), description };
}

function methods(body) {
  const found = body.matchAll(/(?:\n {2}\/\*\*((?:(?!\*\/)[^])*)\*\/)?\n {2}(static )?(?:override )?(?:async )?([a-z]\w*)\((.*)\): ([^{\n]+) \{\n/g);
  return Array.from(found, ([, comment, isStatic, name, , result]) => ({
    kind: 'method',
    name,
    ...(isStatic && { static: true }),
    ...(comment && { description: comment.replace(/^ *\* ?/gm, '').replace(/\s+/g, ' ').trim() }),
    return: { type: { text: result } },
  })).filter(({ name }) => !/Callback$|EventListener$/.test(name));
}

function unreadable(line) {
  throw new Error(`${SOURCE}: cannot read "${line}"`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = `${JSON.stringify(await manifest(), null, 2)}\n`;
  if (process.argv.includes('--check')) {
    if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
      console.error('chatkit/custom-elements.json is out of date: npm run manifest');
      process.exitCode = 1;
    }
  } else await writeFile(target, text);
}
