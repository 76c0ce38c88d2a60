// The scroll container of a thread: its own box or, with `layout="document"`, the page around the element.

export interface Viewport {
  /** The root for intersection observers. Null means the window. */
  readonly root: Element | null;
  /** An element that is resized whenever the view is. */
  readonly element: Element;
  top: number;
  /** The largest `top`, at which the end of the thread is in view. */
  readonly end: number;
  /** The visible part of the thread, in screen coordinates. */
  box(): { top: number; height: number };
  scrollTo(top: number): void;
  /** Returns a function that stops listening. */
  listen(onScroll: () => void): () => void;
}

export function viewportOf(scroller: HTMLElement): Viewport {
  const root = scroller.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : null;
  return host?.getAttribute('layout') === 'document' ? pageViewport(host, root as ShadowRoot) : ownViewport(scroller);
}

function ownViewport(scroller: HTMLElement): Viewport {
  return {
    root: scroller,
    element: scroller,
    get top() {
      return scroller.scrollTop;
    },
    set top(top) {
      scroller.scrollTop = top;
    },
    get end() {
      return scroller.scrollHeight - scroller.clientHeight;
    },
    box: () => scroller.getBoundingClientRect(),
    scrollTo: (top) => scroller.scrollTo({ top, behavior: 'smooth' }),
    listen: (onScroll) => {
      scroller.addEventListener('scroll', onScroll, { passive: true });
      return () => scroller.removeEventListener('scroll', onScroll);
    },
  };
}

function pageViewport(host: Element, root: ShadowRoot): Viewport {
  const page = document.scrollingElement ?? document.documentElement;
  const heightOf = (selector: string) => root.querySelector(selector)?.getBoundingClientRect().height ?? 0;
  return {
    root: null,
    element: host,
    get top() {
      return page.scrollTop;
    },
    set top(top) {
      // Scroll at once, whatever the page's own `scroll-behavior` says.
      page.scrollTo({ top, behavior: 'instant' });
    },
    get end() {
      // The page may go on below the element.
      const bottom = page.scrollTop + host.getBoundingClientRect().bottom - innerHeight;
      return Math.max(0, Math.min(bottom, page.scrollHeight - innerHeight));
    },
    box: () => {
      // The header and the composer cover a part of the thread.
      const top = heightOf('.header');
      return { top, height: innerHeight - top - heightOf('.foot') };
    },
    scrollTo: (top) => page.scrollTo({ top, behavior: 'smooth' }),
    listen: (onScroll) => {
      document.addEventListener('scroll', onScroll, { passive: true });
      return () => document.removeEventListener('scroll', onScroll);
    },
  };
}
