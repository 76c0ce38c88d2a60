// Markdown in the thread. Its renderer is loaded when it is first needed. Until then, the text is shown as it is.

import { lazy } from '../parts/lazy.tsx';
import { hasEndlessWord } from '../safety/safe-text.ts';
import { withoutCitations } from './citations.ts';
import type { MarkdownProps } from './document.tsx';

export const Markdown = lazy<MarkdownProps>({
  load: async () => (await import('./document.tsx')).MarkdownDocument,
  Waiting: PlainText,
});

function PlainText({ text }: MarkdownProps) {
  return (
    <div class={`md md-raw${hasEndlessWord(text) ? ' endless' : ''}`} dir="auto">
      {withoutCitations(text)}
    </div>
  );
}
