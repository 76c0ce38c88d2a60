// Keyboard focus: F6 moves between thread and composer, and focus is not lost when its element is removed.

import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { useComposer, useHistory } from '../context.ts';

export function useFocus(frame: RefObject<HTMLElement | null>): void {
  const parts = useComposer();
  const history = useHistory();
  useEffect(() => {
    const element = frame.current;
    const root = element?.getRootNode() as ShadowRoot | undefined;
    if (!element || !root) return;
    const log = () => element.querySelector<HTMLElement>('.scroller');
    const toComposer = () => {
      parts.hands.focus();
      if (!root.activeElement) (log() ?? element.querySelector<HTMLElement>('.header button'))?.focus({ preventScroll: true });
    };

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey || history.open.peek()) return;
      event.preventDefault();
      const inFoot = root.activeElement?.closest('.foot');
      if (inFoot) (log() ?? element.querySelector<HTMLElement>('.body button, .header button'))?.focus();
      else toComposer();
    };

    let last: Element | null = null;
    let inThread = false;
    const observer = new MutationObserver(() => {
      if (!last || last.isConnected) return;
      observer.disconnect();
      last = null;
      // Whatever has closed may restore the focus itself, at the latest in the next frame.
      requestAnimationFrame(() =>
        setTimeout(() => {
          if (root.activeElement || !element.isConnected || document.activeElement !== document.body) return;
          const panel = element.querySelector<HTMLElement>('.history-close');
          if (panel) panel.focus();
          else if (inThread) log()?.focus({ preventScroll: true });
          if (!root.activeElement) toComposer();
        }),
      );
    });
    const onFocusIn = ({ target }: FocusEvent) => {
      const focused = target as Element;
      last = null;
      observer.disconnect();
      // The field and the thread are never removed, so watching would only cost time while an answer streams.
      if (focused.matches('.composer-input, .scroller')) return;
      last = focused;
      inThread = focused.closest('.scroller') !== null;
      observer.observe(element, { childList: true, subtree: true });
    };
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      // Removing the focused element looks the same as clicking next to it: the focus goes nowhere.
      if (relatedTarget === null && last && !last.isConnected) return;
      setTimeout(() => {
        if (!last?.isConnected || last === root.activeElement) return;
        last = null;
        observer.disconnect();
      });
    };
    element.addEventListener('keydown', onKeyDown);
    element.addEventListener('focusin', onFocusIn);
    element.addEventListener('focusout', onFocusOut);
    return () => {
      observer.disconnect();
      element.removeEventListener('keydown', onKeyDown);
      element.removeEventListener('focusin', onFocusIn);
      element.removeEventListener('focusout', onFocusOut);
    };
  }, [parts, history]);
}
