// Makes room for the keyboard of a phone, which lies over the page without changing its size.

import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Browser bars also change the visible height, but a keyboard is taller than any of them. */
const LEAST_KEYBOARD_PX = 80;

export function useKeyboardRoom(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    const view = window.visualViewport;
    if (!element || !view) return;
    const measure = () => {
      const seen = view.offsetTop + view.height;
      const covered = Math.round(Math.min(element.getBoundingClientRect().bottom, innerHeight) - seen);
      // Zooming in also makes the visible part of the page smaller.
      const room = view.scale < 1.05 && covered > LEAST_KEYBOARD_PX ? covered : 0;
      if (room > 0) element.style.setProperty('--keyboard', `${room}px`);
      else element.style.removeProperty('--keyboard');
    };
    measure();
    view.addEventListener('resize', measure);
    view.addEventListener('scroll', measure);
    return () => {
      view.removeEventListener('resize', measure);
      view.removeEventListener('scroll', measure);
    };
  }, []);
}
