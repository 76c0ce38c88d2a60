// A block of code with its language and a copy button.

import { CopyButton } from '../parts/copy-button.tsx';
import type { MarkdownScope } from './scope.ts';

interface Props {
  text: string;
  language: string;
  scope: MarkdownScope;
}

export function CodeBlock({ text, language, scope }: Props) {
  return (
    <figure class="md-code">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} label={scope.t('code.copy')} doneLabel={scope.t('message.copied')} />
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        <code>{text}</code>
      </pre>
    </figure>
  );
}
