// Says that there is no network, and that nothing of the draft is lost by it.

import { Icon } from '../../icons/icon.tsx';
import { useConversation, useTranslate } from '../context.ts';

export function OfflineNote() {
  const conversation = useConversation();
  const t = useTranslate();
  // A turn that is waiting for the network shows this itself.
  if (conversation.online.value || conversation.lost.value) return null;
  return (
    <p class="offline-note">
      <Icon name="wifi-off" />
      <span>{t('connection.away')}</span>
    </p>
  );
}
