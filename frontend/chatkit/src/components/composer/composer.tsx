// Where messages are written: text, files, tools, and the button that sends or stops.

import type { TargetedClipboardEvent, TargetedInputEvent, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { useChat, useTranslate } from '../context.ts';
import { DraftFiles } from './draft-files.tsx';
import { AddMenu, ModelMenu, PinnedTools, SelectedTool } from './pickers.tsx';
import { SendButton } from './send-button.tsx';

export function Composer() {
  const chat = useChat();
  const t = useTranslate();
  const { conversation } = chat;
  const status = conversation.thread.value.meta?.status;
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
  const chat = useChat();
  const t = useTranslate();
  const input = useRef<HTMLTextAreaElement>(null);
  const { composer, conversation, attachments } = chat;
  const { tools = [], placeholder, attachments: files } = chat.options.value.composer;
  const tool = tools.find((candidate) => candidate.id === composer.toolId.value);
  const text = composer.text.value;

  useEffect(() => {
    chat.focusInput = () => input.current?.focus();
  }, [chat]);
  useLayoutEffect(() => fit(input.current), [text]);

  const ready =
    locked === null &&
    conversation.phase.value === 'idle' &&
    (conversation.loadError.value === null || conversation.threadId.value === null) &&
    chat.options.value.problem === null &&
    attachments.files.value.every((file) => file.state === 'ready') &&
    (text.trim() !== '' || composer.tags.value.length > 0 || attachments.files.value.length > 0);
  const send = () => {
    if (!ready) return;
    // The draft comes back when it is not taken, and the reason is in the thread.
    chat.sendDraft().catch(() => undefined);
    input.current?.focus();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter chooses a candidate; Safari says so only by the key code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: TargetedClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData?.files;
    if (!files?.enabled || !pasted || pasted.length === 0) return;
    event.preventDefault();
    attachments.add(pasted);
  };

  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onClick={(event) => {
        // The whole box is the field to the eye, so it takes the click.
        if (event.target === event.currentTarget) input.current?.focus();
      }}
    >
      {composer.quote.value !== null && <Quote text={composer.quote.value} />}
      <DraftFiles />
      <div class="composer-text">
        {composer.tags.value.map((tag) => (
          <span class="tag">@{tag.text}</span>
        ))}
        <textarea
          ref={input}
          class="composer-input"
          rows={1}
          dir="auto"
          value={text}
          disabled={locked !== null}
          enterkeyhint="send"
          aria-label={t('composer.label')}
          placeholder={locked ?? tool?.placeholderOverride ?? placeholder ?? t('composer.placeholder')}
          onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => (composer.text.value = event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
      </div>
      <div class="composer-bar">
        <AddMenu disabled={locked !== null} />
        <PinnedTools disabled={locked !== null} />
        <SelectedTool />
        <span class="bar-space" />
        <ModelMenu disabled={locked !== null} />
        <SendButton ready={ready} />
      </div>
    </form>
  );
}

function Quote({ text }: { text: string }) {
  const { composer } = useChat();
  const t = useTranslate();
  return (
    <div class="composer-quote">
      <Icon name="quote" />
      <blockquote dir="auto">{text}</blockquote>
      <IconButton size="sm" icon="close" label={t('composer.quote.remove')} onClick={() => (composer.quote.value = null)} />
    </div>
  );
}

/** As tall as its text; the style sheet sets the limit. */
function fit(input: HTMLTextAreaElement | null): void {
  if (!input) return;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}
