// The scope of Markdown in this chat: which pictures it may show, and where its deeplinks go.

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
    // Every update of the thread brings a new list, but its content rarely changes.
    [actions, t, allowedDomains?.join(' '), renderCitation],
  );
}
