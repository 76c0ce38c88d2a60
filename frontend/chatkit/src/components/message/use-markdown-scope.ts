// What Markdown in this chat may do: which pictures it may show, and where its deeplinks go.

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MarkdownScope } from '../../markdown/markdown-scope.ts';
import { useActions, useConversation, useTranslate } from '../context.ts';

const NO_CITATIONS = () => null;

export function useMarkdownScope(
  renderCitation: (annotation: number) => ComponentChildren = NO_CITATIONS,
): MarkdownScope {
  const actions = useActions();
  const t = useTranslate();
  const allowedDomains = useConversation().meta.value?.allowed_image_domains;
  return useMemo(
    () => ({
      t,
      images: { allowedDomains, unlisted: 'blocked' as const },
      onDeeplink: (name, data) => actions.followDeeplink(name, data),
      renderCitation,
    }),
    // A list is new with every update of the thread, but mostly says the same.
    [actions, t, allowedDomains?.join(' '), renderCitation],
  );
}
