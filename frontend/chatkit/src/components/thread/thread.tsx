// The thread: its turns, what is going on, and the scrolling.

import { effect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../parts/icon-button.tsx';
import { Spinner } from '../../parts/spinner.tsx';
import { LOCAL_KEY } from '../../state/thread.ts';
import { groupTurns } from '../../state/turns.ts';
import { useChat, useTranslate } from '../context.ts';
import { ErrorCard } from './error-card.tsx';
import { ProgressLine } from './progress-line.tsx';
import { ScrollKeeper } from './scroll-keeper.ts';
import { TurnView } from './turn-view.tsx';

export function Thread() {
  const chat = useChat();
  const t = useTranslate();
  const { conversation } = chat;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [keeper, setKeeper] = useState<ScrollKeeper | null>(null);
  const { entries, error } = conversation.thread.value;
  const busy = conversation.phase.value === 'busy';
  const turns = groupTurns(entries);
  const questionKey = turns.at(-1)?.question?.key;

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return;
    const made = new ScrollKeeper(scroller.current, content.current);
    setKeeper(made);
    made.toEnd(false);
    return () => made.dispose();
  }, []);
  useEffect(() => {
    if (keeper) keeper.followAll = chat.options.value.autoScroll;
  }, [keeper, chat.options.value.autoScroll]);
  useLayoutEffect(() => {
    if (busy) keeper?.followTurn(isOurs(questionKey));
  }, [keeper, questionKey, busy]);
  useLayoutEffect(() => {
    if (!keeper) return;
    let first = conversation.thread.peek().entries[0]?.key;
    // Runs when the state changes, before the screen does: the last moment to see where rows are.
    return effect(() => {
      const next = conversation.thread.value.entries[0]?.key;
      if (next !== first) keeper.remember();
      first = next;
    });
  }, [keeper]);
  useLayoutEffect(() => {
    keeper?.restore();
    keeper?.keep();
  }, [entries, error]);

  return (
    <div class="thread-area">
      {/* Reached by the keyboard, so that it can be scrolled without a mouse. */}
      <div ref={scroller} class="scroller" tabIndex={0} role="log" aria-live="off" aria-label={t('thread.label')} part="thread">
        <div ref={content} class="thread">
          <Earlier scroller={scroller} ready={keeper !== null} />
          {turns.map((turn, index) => (
            <TurnView
              key={turn.key}
              turn={turn}
              running={busy && index === turns.length - 1}
              domain={conversation.thread.value.meta?.allowed_image_domains}
            />
          ))}
          {busy && <ProgressLine />}
          {error && <ErrorCard error={error} />}
        </div>
      </div>
      {keeper?.away.value && (
        <IconButton
          icon="arrow-down"
          label={t('thread.latest')}
          class="to-latest"
          onClick={() => keeper.toEnd(true)}
        />
      )}
    </div>
  );
}

/** A message sent from here keeps the key it was given before the server knew it. */
function isOurs(key: string | undefined): boolean {
  return key?.startsWith(LOCAL_KEY) === true;
}

interface EarlierProps {
  scroller: RefObject<HTMLElement | null>;
  /** The end has been scrolled to: only now is what is seen what the reader sees. */
  ready: boolean;
}

/** Loads earlier messages a good while before their place comes into view. */
function Earlier({ scroller, ready }: EarlierProps) {
  const { conversation } = useChat();
  const t = useTranslate();
  const mark = useRef<HTMLDivElement>(null);
  const state = conversation.earlier.value;
  const firstKey = conversation.thread.value.entries[0]?.key;
  useEffect(() => {
    if (!mark.current || state !== 'more' || !ready) return;
    const onSeen: IntersectionObserverCallback = (seen) => {
      if (seen.some((entry) => entry.isIntersecting)) void conversation.loadEarlier();
    };
    const observer = new IntersectionObserver(onSeen, { root: scroller.current, rootMargin: '600px 0px 0px' });
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [state, ready, firstKey]);
  if (state === 'none') return null;
  return (
    <div ref={mark} class="earlier">
      <button type="button" class="text-button" onClick={() => void conversation.loadEarlier()}>
        {state === 'loading' && <Spinner />}
        {t('thread.earlier')}
      </button>
    </div>
  );
}
