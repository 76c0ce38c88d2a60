// The page's own words under the composer.

import { Markdown } from '../../markdown/markdown.tsx';
import { useOptions } from '../context.ts';
import { useMarkdownScope } from '../message/use-markdown-scope.ts';

export function Disclaimer() {
  const { disclaimer } = useOptions().value;
  const scope = useMarkdownScope();
  if (!disclaimer?.text) return null;
  return (
    <div class={`disclaimer${disclaimer.highContrast ? ' is-strong' : ''}`} part="disclaimer">
      <Markdown text={disclaimer.text} growing={false} scope={scope} />
    </div>
  );
}
