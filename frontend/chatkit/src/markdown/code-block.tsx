// A block of code with its language and a copy button; coloured once it is complete.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { whenIdle } from '../parts/lazy.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import type { CodeNode } from './highlight.ts';
import { languageOf } from './languages.ts';
import type { MarkdownScope } from './scope.ts';

const MAX_LENGTH = 100_000;
const LONGEST_LINE = 5000;
/** Longer code is coloured when the page has nothing better to do. */
const AT_ONCE = 8000;

interface Props {
  text: string;
  language: string;
  /** More code may follow. */
  growing: boolean;
  scope: MarkdownScope;
}

export function CodeBlock({ text, language, growing, scope }: Props) {
  const [coloured, setColoured] = useState<{ text: string; tree: CodeNode } | null>(null);
  const known = languageOf(language);
  useEffect(() => {
    if (growing || known === null || !isModest(text)) return;
    let current = true;
    const colour = () => {
      import('./highlight.ts')
        .then(({ highlight }) => highlight(text, known))
        .then((tree) => current && setColoured({ text, tree }))
        // Plain code is as good to read.
        .catch(() => undefined);
    };
    if (text.length <= AT_ONCE) colour();
    else whenIdle(colour);
    return () => void (current = false);
  }, [text, known, growing]);
  return (
    <figure class="md-code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} label={scope.t('code.copy')} doneLabel={scope.t('message.copied')} />
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        <code>{coloured?.text === text ? coloured.tree.children.map(draw) : text}</code>
      </pre>
    </figure>
  );
}

function draw(node: CodeNode | string): ComponentChildren {
  if (typeof node === 'string') return node;
  const scope = /^[a-z]+/.exec(node.scope)?.[0];
  const children = node.children.map(draw);
  return scope && scope !== 'language' ? <span class={`hl-${scope}`}>{children}</span> : children;
}

/** Minified code in one endless line is not read by anyone, and slow to colour. */
function isModest(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > LONGEST_LINE) return false;
    start = end + 1;
  }
  return text.length - start <= LONGEST_LINE;
}
