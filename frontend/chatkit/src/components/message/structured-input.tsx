// Questions of the assistant that are answered by choosing or writing.

import type { TargetedSubmitEvent } from 'preact';
import { useId } from 'preact/hooks';
import type { StructuredInputItem, StructuredInput } from '../../protocol/item.ts';
import type { StructuredInputSubmission } from '../../protocol/request.ts';
import { openQuestion } from '../../state/local.ts';
import { addStyles } from '../../styles/sheet.ts';
import sizes from '../../widgets/button.css';
import controls from '../../widgets/controls/controls.css';
import { useActions, useConversation, useTranslate } from '../context.ts';
import css from './structured-input.css';

addStyles(sizes);
addStyles(controls);
addStyles(css);

const OTHER = 'other';

export function StructuredInput({ item }: { item: StructuredInputItem }) {
  const waiting = openQuestion(useConversation().thread.value)?.id === item.id;
  return waiting ? <QuestionForm item={item} /> : <Answers item={item} />;
}

function QuestionForm({ item }: { item: StructuredInputItem }) {
  const actions = useActions();
  const t = useTranslate();
  const locked = useConversation().phase.value !== 'idle';
  const send = (input: StructuredInputSubmission) => actions.answer(item.id, input);
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const answers = item.inputs.map((question) => [question.id, readAnswer(question, form)] as const);
    send({ status: 'answered', answers: Object.fromEntries(answers) });
  };
  return (
    <form class="questions" onSubmit={onSubmit} data-row="">
      {item.inputs.map((question) => (
        <Question key={question.id} question={question} />
      ))}
      <div class="question-actions">
        <button type="button" class="text-button" disabled={locked} onClick={() => send({ status: 'skipped', answers: {} })}>
          {t('question.skip')}
        </button>
        <button type="submit" class="text-button is-strong" disabled={locked}>
          {t('question.send')}
        </button>
      </div>
    </form>
  );
}

function Question({ question }: { question: StructuredInput }) {
  const t = useTranslate();
  const labelId = useId();
  if (question.type === 'freeform') {
    return (
      <label class="question" dir="auto">
        <strong>{question.question}</strong>
        {question.description && <small>{question.description}</small>}
        <textarea name={question.id} rows={2} dir="auto" placeholder={t('question.answer')} />
      </label>
    );
  }
  const type = question.multiple ? 'checkbox' : 'radio';
  return (
    <div class="question" role={question.multiple ? 'group' : 'radiogroup'} aria-labelledby={labelId} dir="auto">
      <strong id={labelId}>{question.question}</strong>
      {question.options.map(({ value }) => (
        <label class="w-choice" key={value}>
          <input type={type} name={question.id} value={value} />
          <span>{value}</span>
        </label>
      ))}
      <input class="w-control is-outline size-lg" name={`${question.id}.${OTHER}`} aria-label={t('question.other')} placeholder={t('question.other')} />
    </div>
  );
}

function readAnswer(question: StructuredInput, form: FormData): { values: string[]; skipped: boolean } {
  const given = [...form.getAll(question.id), ...form.getAll(`${question.id}.${OTHER}`)];
  const written = given.map((value) => String(value).trim()).filter((value) => value !== '');
  // If only one answer is possible, the reader's own words win over a choice.
  const values = question.type === 'multiple_choice' && question.multiple ? written : written.slice(-1);
  return { values, skipped: values.length === 0 };
}

function Answers({ item }: { item: StructuredInputItem }) {
  const t = useTranslate();
  return (
    <dl class="answers" data-row="">
      {item.inputs.map(({ id, question, answer }) => (
        <div key={id} dir="auto">
          <dt>{question}</dt>
          <dd>
            {answer && !answer.skipped
              ? answer.values.join(', ')
              : t(item.status === 'pending' ? 'question.waiting' : 'question.skipped')}
          </dd>
        </div>
      ))}
    </dl>
  );
}
