// Shows that the assistant is working while nothing else indicates it.

import { Icon } from '../../icons/icon.tsx';
import { useConversation, useTranslate } from '../context.ts';

export function ProgressLine() {
  const conversation = useConversation();
  const t = useTranslate();
  const { progress, entries } = conversation.thread.value;
  if (conversation.lost.value) {
    return (
      <div class="progress-line">
        <Icon name="wifi-off" />
        <span class="shimmer">{t(navigator.onLine ? 'connection.lost' : 'connection.offline')}</span>
      </div>
    );
  }
  if (progress) {
    return (
      <div class="progress-line" dir="auto">
        {progress.icon && <Icon name={progress.icon} />}
        <span class="shimmer">{progress.text}</span>
      </div>
    );
  }
  const last = entries.at(-1);
  const writing = last?.live && last.item.type === 'assistant_message' && last.item.content.some((part) => part.text !== '');
  const working = last?.live && (last.item.type === 'workflow' || last.item.type === 'generated_image');
  if (writing || working) return null;
  return (
    <div class="progress-line">
      <span class="dots" role="img" aria-label={t('message.thinking')}>
        <i />
        <i />
        <i />
      </span>
    </div>
  );
}
