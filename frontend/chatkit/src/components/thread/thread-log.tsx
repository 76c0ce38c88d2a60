// The thread: its pages, what is going on, and the scrolling.

import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../parts/icon-button.tsx';
import { LOCAL_KEY } from '../../state/thread-state.ts';
import { groupPages, type PageRows } from '../../state/pages.ts';
import { useActions, useConversation, useOptions, useTranslate } from '../context.ts';
import { Earlier } from './earlier.tsx';
import { ErrorCard } from './error-card.tsx';
import { PageView } from './page-view.tsx';
import { PageWindow, type Stretch } from './page-window.ts';
import { ProgressLine } from './progress-line.tsx';
import { ScrollKeeper } from './scroll-keeper.ts';
import { viewportOf } from './viewport.ts';

const NO_PAGES: readonly PageRows[] = [];

export function Thread() {
  const actions = useActions();
  const conversation = useConversation();
  const { autoScroll } = useOptions().value;
  const t = useTranslate();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const pages = useRef(NO_PAGES);
  const [view, setView] = useState<{ keeper: ScrollKeeper; window: PageWindow } | null>(null);
  const { entries, error } = conversation.thread.value;
  const busy = conversation.phase.value === 'busy';
  const version = view?.window.version.value;
  pages.current = groupPages(entries, pages.current);
  const questionKey = pages.current.at(-1)?.turns.at(-1)?.question?.key;

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    const viewport = viewportOf(scroller.current);
    const keeper = new ScrollKeeper(viewport, content.current);
    const window = new PageWindow(viewport, content.current, () => keeper.remember());
    keeper.onView = () => {
      actions.watch(!keeper.away.peek());
      window.look(pages.current);
    };
    setView({ keeper, window });
    keeper.toEnd(false);
    return () => {
      keeper.dispose();
      actions.watch(true);
    };
  }, []);
  const keeper = view?.keeper;
  useEffect(() => {
    if (keeper) keeper.followAll = autoScroll;
  }, [keeper, autoScroll]);
  useLayoutEffect(() => {
    if (busy) keeper?.followTurn(isOurs(questionKey));
  }, [keeper, questionKey, busy]);
  useLayoutEffect(() => {
    if (!keeper) return;
    let first = conversation.thread.peek().entries[0]?.key;
    // Runs after the state has changed but before the screen has, which is the last chance to measure the rows.
    return effect(() => {
      const next = conversation.thread.value.entries[0]?.key;
      if (next !== first) keeper.remember();
      first = next;
    });
  }, [keeper]);
  useLayoutEffect(() => {
    keeper?.restore();
    keeper?.keep();
  }, [entries, error, version]);

  const stretches: Stretch[] = view ? view.window.stretches(pages.current) : pages.current.map((page) => ({ page }));
  return (
    <div class="thread-area">
      {/* Reached by the keyboard, so that it can be scrolled without a mouse. */}
      <div ref={scroller} class="scroller" tabIndex={0} role="log" aria-live="off" aria-label={t('thread.label')} part="thread">
        <div ref={content} class="thread">
          <Earlier scroller={scroller} ready={view !== null} />
          {stretches.map((stretch) =>
            'page' in stretch ? (
              <PageView key={stretch.page.key} page={stretch.page} running={busy && stretch.page === pages.current.at(-1)} />
            ) : (
              <Space key={stretch.key} space={stretch.space} at={stretch.at} />
            ),
          )}
          {busy && <ProgressLine />}
          {error && <ErrorCard error={error} />}
        </div>
      </div>
      {keeper?.away.value && (
        <IconButton icon="arrow-down" label={t('thread.latest')} class="to-latest" onClick={() => keeper.toEnd(true)} />
      )}
    </div>
  );
}

/** A message sent from here keeps the key it was given before the server knew it. */
function isOurs(key: string | undefined): boolean {
  return key?.startsWith(LOCAL_KEY) === true;
}

/**
 * Takes the place of messages that are not drawn. Reaching it by keyboard or screen reader scrolls it into view,
 * which draws the messages.
 */
function Space({ space, at }: Pick<Extract<Stretch, { space: number }>, 'space' | 'at'>) {
  const t = useTranslate();
  return (
    <div class={`space is-${at}`} style={{ blockSize: `${space}px` }}>
      <button type="button" class="text-button" onClick={(event) => event.currentTarget.scrollIntoView({ block: 'center' })}>
        {t(at === 'before' ? 'thread.earlier' : 'thread.later')}
      </button>
    </div>
  );
}
