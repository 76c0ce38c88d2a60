// What can be done with a finished answer: copy, rate, try again.

import { useState } from 'preact/hooks';
import { CopyButton } from '../../parts/copy-button.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { copyText, type TurnRows } from '../../state/turns.ts';
import { useActions, useConversation, useOptions, useTranslate } from '../context.ts';

export function MessageActions({ turn }: { turn: TurnRows }) {
  const actions = useActions();
  const options = useOptions();
  const t = useTranslate();
  const [rated, setRated] = useState<'positive' | 'negative' | null>(null);
  const { feedback, retry } = options.value;
  const text = copyText(turn);
  const ids = turn.replies.filter(({ item }) => item.type !== 'local.notice').map(({ item }) => item.id);
  const question = turn.question?.item.id;
  const idle = useConversation().phase.value === 'idle';
  const rate = async (kind: 'positive' | 'negative') => {
    if (rated === kind) return;
    const before = rated;
    setRated(kind);
    if (!(await actions.rate(ids, kind))) setRated(before);
  };
  if (text === '' && !feedback && !retry) return null;
  return (
    <div class="actions">
      {text !== '' && <CopyButton text={text} label={t('message.copy')} doneLabel={t('message.copied')} />}
      {feedback && (
        <>
          <IconButton
            size="sm"
            icon="thumbs-up"
            label={t('message.good')}
            pressed={rated === 'positive'}
            onClick={() => void rate('positive')}
          />
          <IconButton
            size="sm"
            icon="thumbs-down"
            label={t('message.bad')}
            pressed={rated === 'negative'}
            onClick={() => void rate('negative')}
          />
          <span class="visually-hidden" role="status">
            {rated && t('message.thanks')}
          </span>
        </>
      )}
      {retry && question !== undefined && (
        <IconButton
          size="sm"
          icon="reload"
          label={t('message.retry')}
          disabled={!idle}
          onClick={() => actions.retry(question)}
        />
      )}
    </div>
  );
}
