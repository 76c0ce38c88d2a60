// What Markdown in this chat may do: which pictures it may show, and where its deeplinks go.

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MarkdownScope } from '../../markdown/scope.ts';
import { useChat } from '../context.ts';

const NO_CITATIONS = () => null;

export function useMarkdownScope(
  renderCitation: (annotation: number) => ComponentChildren = NO_CITATIONS,
): MarkdownScope {
  const chat = useChat();
  const t = chat.t.value;
  const allowedDomains = chat.conversation.meta.value?.allowed_image_domains;
  return useMemo(
    () => ({
      t,
      images: { allowedDomains, unlisted: 'blocked' as const },
      onDeeplink: (name, data) => chat.emit('chatkit.deeplink', { name, data }),
      renderCitation,
    }),
    // A list is new with every update of the thread, but mostly says the same.
    [chat, t, allowedDomains?.join(' '), renderCitation],
  );
}
