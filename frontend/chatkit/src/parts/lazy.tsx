// Components whose code is loaded when they are first needed.

import { signal } from '@preact/signals';
import type { ComponentType, FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface LazyComponent<P> extends FunctionComponent<P> {
  /** Loads the code ahead of its use; resolves when it is there, or could not be had. */
  preload(): Promise<void>;
}

const RETRY_MS = 4000;

interface Options<P> {
  load: () => Promise<ComponentType<P>>;
  /** Stands in while the code loads; it should take the place the component will take. */
  Waiting: ComponentType<P>;
  /** Stands in when the code could not be loaded; without it, `Waiting` stays. */
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
        // Whatever kept the code away may pass while its place is on screen.
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
