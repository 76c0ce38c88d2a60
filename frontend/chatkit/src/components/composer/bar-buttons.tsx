// Buttons of the composer's bar that start something: a mention, a dictation.

import { IconButton } from '../../parts/icon-button.tsx';
import { useComposer, useOptions, useTranslate } from '../context.ts';
import type { Editor } from './editor.ts';

/** Writes the sign that opens the list of entities. */
export function MentionButton({ disabled, editor }: { disabled: boolean; editor: Editor }) {
  const options = useOptions();
  const t = useTranslate();
  const { onTagSearch, showComposerMenu } = options.value.entities;
  if (!onTagSearch || !showComposerMenu) return null;
  return (
    <IconButton icon="at-sign" label={t('composer.mention')} disabled={disabled} onClick={() => editor.insert('@')} />
  );
}

export function DictationButton({ disabled }: { disabled: boolean }) {
  const { composer, dictating } = useComposer();
  const options = useOptions();
  const t = useTranslate();
  if (options.value.composer.dictation?.enabled !== true) return null;
  const start = () => {
    composer.notice.value = null;
    dictating.value = true;
  };
  return <IconButton icon="microphone" label={t('dictation.start')} disabled={disabled} onClick={start} />;
}
