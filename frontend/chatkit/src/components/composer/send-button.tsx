// Sends the draft; while the assistant answers, stops it.

import { IconButton } from '../../parts/icon-button.tsx';
import { useActions, useConversation, useTranslate } from '../context.ts';

export function SendButton({ ready }: { ready: boolean }) {
  const conversation = useConversation();
  const t = useTranslate();
  if (conversation.phase.value === 'busy' && conversation.allowCancel.value) return <StopButton />;
  return (
    <button type="submit" class="icon-button is-md send" part="send" aria-label={t('composer.send')} title={t('composer.send')} disabled={!ready}>
      <SendArrow />
    </button>
  );
}

function StopButton() {
  const actions = useActions();
  const t = useTranslate();
  const stopping = useConversation().stopping.value;
  return (
    <IconButton
      class="send is-stop"
      icon="stop"
      label={t(stopping ? 'composer.stopping' : 'composer.stop')}
      waits={stopping}
      onClick={() => {
        if (!stopping) actions.stop();
      }}
    />
  );
}

function SendArrow() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 19V5" />
      <path d="m5.5 11.5 6.5-6.5 6.5 6.5" />
    </svg>
  );
}
