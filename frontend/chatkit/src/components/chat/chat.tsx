// The frame: header, thread or start screen, composer, and the panel of earlier chats over them.

import { useComputed } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { lazy } from '../../parts/lazy.tsx';
import type { Application } from '../../state/application.ts';
import type { Preview } from '../../state/previews.ts';
import { schemeOf } from '../../styles/theme.ts';
import { Composer } from '../composer/composer-form.tsx';
import {
  ActionsContext,
  ComposerContext,
  ConversationContext,
  HistoryContext,
  LanguageContext,
  OptionsContext,
  PreviewsContext,
  useActions,
  useComposer,
  useConversation,
  useHistory,
  useLanguage,
  useOptions,
  usePreviews,
  useTranslate,
} from '../context.ts';
import { Header } from '../header/header.tsx';
import { StartScreen } from '../start-screen/start-screen.tsx';
import { Announcements } from '../thread/announcements.tsx';
import { LoadError } from '../thread/error-card.tsx';
import { LoadingThread } from '../thread/loading-thread.tsx';
import { Thread } from '../thread/thread-log.tsx';
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

/** The panel's code could not be loaded. Close the panel and say so in the chat below it. */
function NoHistory() {
  const actions = useActions();
  const { composer } = useComposer();
  const language = useLanguage();
  useEffect(() => {
    actions.hideHistory();
    composer.notice.value = language.t.peek()('history.failed');
  }, [actions, composer, language]);
  return null;
}

export function ChatView({ app }: { app: Application }) {
  const { conversation, online } = app;
  const { thread, threadId, meta, phase, stopping, lost, loadError, allowCancel, earlier } = conversation;
  const view = useMemo(
    () => ({ thread, threadId, meta, phase, stopping, lost, loadError, allowCancel, earlier, online }),
    [conversation, online],
  );
  return (
    <OptionsContext.Provider value={app.options}>
      <LanguageContext.Provider value={app.language}>
        <ConversationContext.Provider value={view}>
          <ComposerContext.Provider value={app.parts}>
            <HistoryContext.Provider value={app.history}>
              <PreviewsContext.Provider value={app.previews}>
                <ActionsContext.Provider value={app.actions}>
                  <Frame />
                </ActionsContext.Provider>
              </PreviewsContext.Provider>
            </HistoryContext.Provider>
          </ComposerContext.Provider>
        </ConversationContext.Provider>
      </LanguageContext.Provider>
    </OptionsContext.Provider>
  );
}

function Frame() {
  const frame = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  const preview = usePreviews().open.value;
  const t = useTranslate();
  const { headerEnabled, history, problem, frameTitle, theme } = useOptions().value;
  const dropping = useFileDrop(frame);
  useFocus(frame);
  useKeyboardRoom(frame);
  const historyOpen = useHistory().open.value && history.enabled;
  return (
    <div
      ref={frame}
      class="frame"
      part="frame"
      role="region"
      aria-label={frameTitle ?? t('frame.title')}
      data-theme={schemeOf(theme)}
      dir={language.direction.value}
      lang={language.tag.value}
      data-radius={theme.radius ?? 'pill'}
      data-density={theme.density ?? 'normal'}
    >
      <div class="frame-main" inert={historyOpen}>
        {headerEnabled && <Header />}
        {problem ? <ProblemCard problem={problem} /> : <Main />}
      </div>
      {historyOpen && <HistoryPanel />}
      {preview && <PreviewPopover preview={preview} />}
      {dropping && (
        <div class="drop-zone" aria-hidden="true">
          <span>{t('composer.drop')}</span>
        </div>
      )}
      <Announcements />
    </div>
  );
}

function Main() {
  const { loadError, phase, thread, threadId } = useConversation();
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
