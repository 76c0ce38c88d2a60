// What went wrong, in words, and what can be done about it.

import { Icon } from '../../icons/icon.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { wordsFor } from '../../state/error-words.ts';
import { lastUserMessageId, type ThreadError } from '../../state/thread-state.ts';
import { useActions, useConversation, useTranslate } from '../context.ts';

/** After a turn that failed. */
export function ErrorCard({ error }: { error: ThreadError }) {
  const actions = useActions();
  const conversation = useConversation();
  const t = useTranslate();
  const userMessage = lastUserMessageId(conversation.thread.value);
  const mayRetry = error.allowRetry && userMessage !== null && conversation.phase.value === 'idle';
  return (
    <div class="error-card" role="alert">
      <Icon name="warning" />
      <div class="error-text">
        <strong>{t('error.title')}</strong>
        <p dir="auto">{wordsFor(error.code, error.params ?? {}, t) ?? (error.message || t('error.stream'))}</p>
      </div>
      {mayRetry && (
        <button
          type="button"
          class="text-button is-framed"
          onClick={() => actions.retry(userMessage)}
        >
          <Icon name="reload" />
          {t('action.retry')}
        </button>
      )}
      <IconButton size="sm" icon="close" label={t('action.dismiss')} onClick={() => actions.dismissError()} />
    </div>
  );
}

/** When a thread could not be loaded at all. */
export function LoadError({ error }: { error: ThreadError }) {
  const actions = useActions();
  const t = useTranslate();
  const threadId = useConversation().threadId.value;
  return (
    <div class="center-card" role="alert">
      <Icon name={error.code === 'network' ? 'wifi-off' : 'warning'} />
      <p dir="auto">{error.code === 'not_found' ? t('error.not_found') : error.message || t('error.load')}</p>
      <div class="center-actions">
        {error.code !== 'not_found' && (
          <button type="button" class="text-button is-framed" onClick={() => actions.openThread(threadId)}>
            {t('action.retry')}
          </button>
        )}
        <button type="button" class="text-button is-framed" onClick={() => actions.newThread()}>
          {t('action.new')}
        </button>
      </div>
    </div>
  );
}
