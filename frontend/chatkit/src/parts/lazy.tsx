// Components whose code is loaded when they are first needed.

import { signal } from '@preact/signals';
import type { ComponentType, FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface LazyComponent<P> extends FunctionComponent<P> {
  /** Loads the code before it is needed. Resolves when it is there or has failed to load. */
  preload(): Promise<void>;
}

const RETRY_MS = 4000;

interface Options<P> {
  load: () => Promise<ComponentType<P>>;
  /** Shown while the code loads. It should take up as much room as the component will. */
  Waiting: ComponentType<P>;
  /** Shown if the code could not be loaded. Without it, `Waiting` stays. */
  Failed?: ComponentType<P>;
}

export function lazy<P extends object>({ load, Waiting, Failed = Waiting }: Options<P>): LazyComponent<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  let loading: Promise<void> | null = null;
  const preload = () => {
    loading ??= load().then(
      (component) => void (loaded.value = component),
      () => void (loading = null),
    );
    return loading;
  };
  const Lazy = (props: P) => {
    const Loaded = loaded.value;
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      let here = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const attempt = async () => {
        clearTimeout(timer);
        await preload();
        if (!here || loaded.peek()) return;
        setFailed(true);
        // The failure may be temporary, so try again while the place is on screen.
        timer = setTimeout(attempt, RETRY_MS);
      };
      void attempt();
      window.addEventListener('online', attempt);
      return () => {
        here = false;
        clearTimeout(timer);
        window.removeEventListener('online', attempt);
      };
    }, []);
    if (Loaded) return <Loaded {...props} />;
    return failed ? <Failed {...props} /> : <Waiting {...props} />;
  };
  return Object.assign(Lazy, { preload });
}

/** Runs `work` when the page has nothing better to do. */
export function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 3000 });
  else setTimeout(work, 500);
}
