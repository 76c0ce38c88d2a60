// Where messages are written: text with tags, files, tools, and the button that sends or stops.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { lazy } from '../../parts/lazy.tsx';
import { useActions, useComposer, useConversation, useOptions, useTranslate } from '../context.ts';
import { DictationButton, MentionButton } from './bar-buttons.tsx';
import { DraftFiles } from './draft-files.tsx';
import type { DictationProps } from './dictation/dictation-bar.tsx';
import { DraftInput, type OpenList } from './draft-input.tsx';
import { useEditor } from './editor.ts';
import { AddMenu, ModelMenu, PinnedTools, SelectedTool } from './pickers.tsx';
import { SendButton } from './send-button.tsx';
import type { SuggestionListProps } from './suggestions/suggestion-list.tsx';

const SuggestionList = lazy<SuggestionListProps>({
  load: async () => (await import('./suggestions/suggestion-list.tsx')).SuggestionList,
  Waiting: () => null,
});
const DictationBar = lazy<DictationProps>({
  load: async () => (await import('./dictation/dictation-bar.tsx')).DictationBar,
  Waiting: () => <span class="bar-space" />,
});

export function Composer() {
  const t = useTranslate();
  const status = useConversation().meta.value?.status;
  if (status?.type === 'closed') {
    return (
      <div class="closed-banner" role="status" dir="auto">
        {status.reason ?? t('thread.closed')}
      </div>
    );
  }
  const locked = status?.type === 'locked' ? (status.reason ?? t('thread.locked')) : null;
  return <OpenComposer locked={locked} />;
}

function OpenComposer({ locked }: { locked: string | null }) {
  const actions = useActions();
  const parts = useComposer();
  const { composer, attachments } = parts;
  const conversation = useConversation();
  const options = useOptions();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const editor = useEditor(field, composer);
  const [list, setList] = useState<OpenList | null>(null);
  const listKey = useRef<((event: KeyboardEvent) => boolean) | null>(null);
  const trigger = composer.trigger.value;
  const dictating = parts.dictating.value && locked === null;

  useEffect(() => {
    const hands = { focus: editor.focus, insert: editor.insert, pickFiles: () => picker.current?.click() };
    parts.hands = hands;
    return () => {
      if (parts.hands === hands) parts.hands = { ...hands, focus: () => undefined, pickFiles: () => undefined };
    };
  }, [parts, editor]);

  const files = attachments.files.value;
  const ready =
    locked === null &&
    conversation.phase.value === 'idle' &&
    (conversation.loadError.value === null || conversation.threadId.value === null) &&
    options.value.problem === null &&
    files.every((file) => file.state === 'ready') &&
    (composer.text.value.trim() !== '' || files.length > 0);
  const send = () => {
    if (!ready) return;
    actions.sendDraft();
    editor.focus();
  };
  const { tools = [], models = [], attachments: filing, dictation } = options.value.composer;
  const { onTagSearch, showComposerMenu } = options.value.entities;
  // If there is nothing to choose, a separate row would hold only the send button, so use one row.
  const plain = !filing?.enabled && !dictation?.enabled && tools.length + models.length === 0 && !(onTagSearch && showComposerMenu);
  const binding = useMemo(() => ({ setList, keys: listKey }), []);

  return (
    <form
      class={`composer${plain ? ' is-plain' : ''}`}
      part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onClick={(event) => {
        // The whole box looks like the field, so clicking it focuses the field.
        if (event.target === event.currentTarget) editor.focus();
      }}
    >
      {trigger && <SuggestionList trigger={trigger} editor={editor} binding={binding} />}
      {composer.quote.value !== null && <Quote text={composer.quote.value} />}
      <DraftFiles />
      <DraftInput
        field={field}
        locked={locked}
        list={list}
        onListKey={(event) => listKey.current?.(event) === true}
        onSend={send}
      />
      <ComposerNotice />
      <div class="composer-bar">
        {dictating ? (
          <DictationBar editor={editor} />
        ) : (
          <>
            <AddMenu disabled={locked !== null} picker={picker} />
            <MentionButton disabled={locked !== null} editor={editor} />
            <div class="bar-tools">
              <SelectedTool />
              <PinnedTools disabled={locked !== null} />
            </div>
            <ModelMenu disabled={locked !== null} />
            <DictationButton disabled={locked !== null} />
          </>
        )}
        {!dictating && <SendButton ready={ready} />}
      </div>
    </form>
  );
}

function Quote({ text }: { text: string }) {
  const { composer } = useComposer();
  const t = useTranslate();
  return (
    <div class="composer-quote">
      <Icon name="quote" />
      <blockquote dir="auto">{text}</blockquote>
      <IconButton size="sm" icon="close" label={t('composer.quote.remove')} onClick={() => (composer.quote.value = null)} />
    </div>
  );
}

/** Explains why something that the reader asked for did not happen. */
function ComposerNotice() {
  const { composer } = useComposer();
  const t = useTranslate();
  const text = composer.notice.value;
  return (
    <div class="draft-errors" role="alert">
      {text !== null && (
        <p>
          <Icon name="warning" />
          <span dir="auto">{text}</span>
          <IconButton size="sm" icon="close" label={t('action.dismiss')} onClick={() => (composer.notice.value = null)} />
        </p>
      )}
    </div>
  );
}
