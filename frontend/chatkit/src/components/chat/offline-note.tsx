// Says that there is no network, and that nothing of the draft is lost by it.

import { Icon } from '../../icons/icon.tsx';
import { useChat, useTranslate } from '../context.ts';

export function OfflineNote() {
  const chat = useChat();
  const t = useTranslate();
  // A turn that waits for the network says so itself.
  if (chat.online.value || chat.conversation.lost.value) return null;
  return (
    <p class="offline-note">
      <Icon name="wifi-off" />
      <span>{t('connection.away')}</span>
    </p>
  );
}
