// Loads earlier messages well before their place comes into view.

import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Spinner } from '../../parts/spinner.tsx';
import { useActions, useConversation, useTranslate } from '../context.ts';
import { viewportOf } from './viewport.ts';

interface Props {
  scroller: RefObject<HTMLElement | null>;
  /** True once the thread has been scrolled to its end. Before that, what is in view says nothing about the reader. */
  ready: boolean;
}

export function Earlier({ scroller, ready }: Props) {
  const actions = useActions();
  const t = useTranslate();
  const mark = useRef<HTMLDivElement>(null);
  const state = useConversation().earlier.value;
  useEffect(() => {
    if (!mark.current || state !== 'more' || !ready) return;
    const onSeen: IntersectionObserverCallback = (seen) => {
      if (seen.some((entry) => entry.isIntersecting)) actions.loadEarlier();
    };
    const observer = new IntersectionObserver(onSeen, { root: scroller.current && viewportOf(scroller.current).root, rootMargin: '600px 0px 0px' });
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [state, ready]);
  if (state === 'none') return null;
  return (
    <div ref={mark} class="earlier">
      <button type="button" class="text-button" onClick={() => actions.loadEarlier()}>
        {state === 'loading' && <Spinner />}
        {t('thread.earlier')}
      </button>
    </div>
  );
}
