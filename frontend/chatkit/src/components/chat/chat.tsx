// The frame: header, thread or start screen, composer, and the panel of earlier chats over them.

import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lazy } from '../../parts/lazy.tsx';
import type { Chat } from '../../state/chat.ts';
import type { Preview } from '../../state/previews.ts';
import { schemeOf } from '../../styles/theme.ts';
import { Composer } from '../composer/composer.tsx';
import { ChatContext, useChat } from '../context.ts';
import { Header } from '../header/header.tsx';
import { StartScreen } from '../start-screen/start-screen.tsx';
import { Announcements } from '../thread/announcements.tsx';
import { LoadError } from '../thread/error-card.tsx';
import { LoadingThread } from '../thread/loading-thread.tsx';
import { Thread } from '../thread/thread.tsx';
import { Disclaimer } from './disclaimer.tsx';
import { ProblemCard } from './problem-card.tsx';
import { OfflineNote } from './offline-note.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { useFocus } from './use-focus.ts';
import { useKeyboardRoom } from './use-keyboard-room.ts';

const HistoryPanel = lazy<object>({
  load: async () => (await import('../history/history-panel.tsx')).HistoryPanel,
  Waiting: () => null,
  Failed: NoHistory,
});
const PreviewPopover = lazy<{ preview: Preview }>({
  load: async () => (await import('../entities/preview-popover.tsx')).PreviewPopover,
  Waiting: () => null,
});

const QuoteButton = lazy<object>({
  load: async () => (await import('../message/quote-button.tsx')).QuoteButton,
  Waiting: () => null,
});

/** The panel's code is out of reach, as its list would be: the chat below it is given back, with a word about it. */
function NoHistory() {
  const chat = useChat();
  useEffect(() => {
    chat.hideHistory();
    chat.composer.notice.value = chat.t.peek()('history.failed');
  }, [chat]);
  return null;
}

export function ChatView({ chat }: { chat: Chat }) {
  return (
    <ChatContext.Provider value={chat}>
      <Frame chat={chat} />
    </ChatContext.Provider>
  );
}

function Frame({ chat }: { chat: Chat }) {
  const frame = useRef<HTMLDivElement>(null);
  const t = chat.t.value;
  const { headerEnabled, history, problem, frameTitle, theme } = chat.options.value;
  const dropping = useFileDrop(frame, chat);
  useFocus(frame, chat);
  useKeyboardRoom(frame);
  const historyOpen = chat.historyOpen.value && history.enabled;
  return (
    <div
      ref={frame}
      class="frame"
      part="frame"
      role="region"
      aria-label={frameTitle ?? t('frame.title')}
      data-theme={schemeOf(theme)}
      dir={chat.language.direction.value}
      lang={chat.language.tag.value}
      data-radius={theme.radius ?? 'pill'}
      data-density={theme.density ?? 'normal'}
    >
      <div class="frame-main" inert={historyOpen}>
        {headerEnabled && <Header />}
        {problem ? <ProblemCard problem={problem} /> : <Main chat={chat} />}
      </div>
      {historyOpen && <HistoryPanel />}
      {chat.previews.open.value && <PreviewPopover preview={chat.previews.open.value} />}
      {dropping && (
        <div class="drop-zone" aria-hidden="true">
          <span>{t('composer.drop')}</span>
        </div>
      )}
      <Announcements />
    </div>
  );
}

function Main({ chat }: { chat: Chat }) {
  const { conversation } = chat;
  const { loadError, phase, thread, threadId } = conversation;
  // Not drawn again with every token of an answer.
  const empty = useComputed(() => thread.value.entries.length === 0 && !thread.value.error);
  const starting = empty.value && phase.value === 'idle' && threadId.value === null;
  return (
    <>
      <div class={`body${starting ? ' is-start' : ''}`}>
        {loadError.value ? (
          <LoadError error={loadError.value} />
        ) : phase.value === 'loading' ? (
          <LoadingThread />
        ) : starting ? (
          <StartScreen />
        ) : (
          <>
            <Thread />
            <QuoteButton />
          </>
        )}
      </div>
      <div class="foot">
        <OfflineNote />
        <slot name="above-composer" />
        <Composer />
        <Disclaimer />
      </div>
    </>
  );
}
