// The frame: header, thread or start screen, composer, and the panel of earlier chats over them.

import { useRef } from 'preact/hooks';
import type { Chat } from '../../state/chat.ts';
import { Composer } from '../composer/composer.tsx';
import { ChatContext } from '../context.ts';
import { Header } from '../header/header.tsx';
import { HistoryPanel } from '../history/history-panel.tsx';
import { StartScreen } from '../start-screen/start-screen.tsx';
import { Announcements } from '../thread/announcements.tsx';
import { LoadError } from '../thread/error-card.tsx';
import { LoadingThread } from '../thread/loading-thread.tsx';
import { Thread } from '../thread/thread.tsx';
import { Disclaimer } from './disclaimer.tsx';
import { ProblemCard } from './problem-card.tsx';
import { useFileDrop } from './use-file-drop.ts';

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
  const historyOpen = chat.historyOpen.value && history.enabled;
  return (
    <div
      ref={frame}
      class="frame"
      part="frame"
      role="region"
      aria-label={frameTitle ?? t('frame.title')}
      data-theme={theme.colorScheme}
      data-radius={theme.radius ?? 'pill'}
      data-density={theme.density ?? 'normal'}
    >
      <div class="frame-main" inert={historyOpen}>
        {headerEnabled && <Header />}
        {problem ? <ProblemCard problem={problem} /> : <Main chat={chat} />}
      </div>
      {historyOpen && <HistoryPanel />}
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
  const { loadError, phase, thread } = conversation;
  const empty = thread.value.entries.length === 0;
  const starting = empty && phase.value === 'idle' && conversation.threadId.value === null && !thread.value.error;
  return (
    <>
      <main class={`body${starting ? ' is-start' : ''}`}>
        {loadError.value ? (
          <LoadError error={loadError.value} />
        ) : phase.value === 'loading' ? (
          <LoadingThread />
        ) : starting ? (
          <StartScreen />
        ) : (
          <Thread />
        )}
      </main>
      <footer class="foot">
        <Composer />
        <Disclaimer />
      </footer>
    </>
  );
}
