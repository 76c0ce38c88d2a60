// A code block with its language and a copy button, highlighted once it is complete.

import { Component, type ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { whenIdle } from '../parts/lazy.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { colourSheets, type Coloured } from './colour-sheets.ts';
import type { CodeNode } from './highlight.ts';
import { languageOf } from './languages.ts';
import type { MarkdownScope } from './markdown-scope.ts';
import { sheetsOf } from './sheets.ts';

const MAX_LENGTH = 100_000;
const LONGEST_LINE = 5000;
/** Longer code is highlighted piece by piece while the page is idle. */
const AT_ONCE = 8000;

interface Props {
  text: string;
  language: string;
  /** More code may follow. */
  growing: boolean;
  scope: MarkdownScope;
}

export function CodeBlock({ text, language, growing, scope }: Props) {
  const [coloured, setColoured] = useState<Coloured>({ text, parts: [] });
  const known = languageOf(language);
  useEffect(() => {
    if (growing || known === null || !isModest(text)) return;
    const wait = text.length <= AT_ONCE ? (next: () => void) => next() : whenIdle;
    return colourSheets(text, known, wait, setColoured);
  }, [text, known, growing]);
  const sheets = sheetsOf(text);
  const parts = coloured.text === text ? coloured.parts : [];
  const done = parts.reduce((sum, part) => sum + part.sheets, 0);
  return (
    <figure class="md-code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} label={scope.t('code.copy')} doneLabel={scope.t('message.copied')} />
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        {sheets.length === 1 ? (
          <code>{parts[0] ? parts[0].tree.children.map(draw) : text}</code>
        ) : (
          <code class="is-long">
            {parts.map(({ first, tree }) => (
              <Sheet key={first} content={tree} />
            ))}
            {sheets.slice(done).map((sheet, index) => (
              <Sheet key={done + index} content={sheet} />
            ))}
          </code>
        )}
      </pre>
    </figure>
  );
}

/** A sheet is laid out separately, so that adding a line only costs the layout of its own sheet. */
class Sheet extends Component<{ content: CodeNode | string }> {
  override shouldComponentUpdate({ content }: { content: CodeNode | string }): boolean {
    return content !== this.props.content;
  }

  override render({ content }: { content: CodeNode | string }) {
    return <span class="md-sheet">{typeof content === 'string' ? content : content.children.map(draw)}</span>;
  }
}

function draw(node: CodeNode | string): ComponentChildren {
  if (typeof node === 'string') return node;
  const scope = /^[a-z]+/.exec(node.scope)?.[0];
  const children = node.children.map(draw);
  return scope && scope !== 'language' ? <span class={`hl-${scope}`}>{children}</span> : children;
}

/** Nobody reads minified code on one endless line, and it is slow to highlight. */
function isModest(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > LONGEST_LINE) return false;
    start = end + 1;
  }
  return text.length - start <= LONGEST_LINE;
}
