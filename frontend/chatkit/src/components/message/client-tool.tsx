// A tool of the page at work. Once it has answered there is nothing left to show.

import type { ClientToolCallItem } from '../../protocol/item.ts';
import { useConversation, useTranslate } from '../context.ts';

export function ClientTool({ item }: { item: ClientToolCallItem }) {
  const t = useTranslate();
  const busy = useConversation().phase.value === 'busy';
  if (item.status !== 'pending' || !busy) return null;
  return (
    <div class="progress-line" data-row="">
      <span class="shimmer">{t('tool.running', { name: item.name })}</span>
    </div>
  );
}
