// Buttons of the composer's bar that start something: a mention, a dictation.

import { IconButton } from '../../parts/icon-button.tsx';
import { useChat, useTranslate } from '../context.ts';
import type { Editor } from './editor.ts';

/** Writes the sign that opens the list of entities. */
export function MentionButton({ disabled, editor }: { disabled: boolean; editor: Editor }) {
  const chat = useChat();
  const t = useTranslate();
  const { onTagSearch, showComposerMenu } = chat.options.value.entities;
  if (!onTagSearch || !showComposerMenu) return null;
  return (
    <IconButton icon="at-sign" label={t('composer.mention')} disabled={disabled} onClick={() => editor.insert('@')} />
  );
}

export function DictationButton({ disabled }: { disabled: boolean }) {
  const chat = useChat();
  const t = useTranslate();
  if (chat.options.value.composer.dictation?.enabled !== true) return null;
  const start = () => {
    chat.composer.notice.value = null;
    chat.dictating.value = true;
  };
  return <IconButton icon="microphone" label={t('dictation.start')} disabled={disabled} onClick={start} />;
}
