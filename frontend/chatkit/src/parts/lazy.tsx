// Components whose code is loaded when they are first needed.

import { signal } from '@preact/signals';
import type { ComponentType, FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';

export interface LazyComponent<P> extends FunctionComponent<P> {
  /** Loads the code ahead of its use; resolves when it is there, or could not be had. */
  preload(): Promise<void>;
}

interface Options<P> {
  load: () => Promise<ComponentType<P>>;
  /** Stands in while the code loads; it should take the place the component will take. */
  Waiting: ComponentType<P>;
  /** Stands in when the code could not be loaded; without it, `Waiting` stays. */
  Failed?: ComponentType<P>;
}

export function lazy<P extends object>({ load, Waiting, Failed = Waiting }: Options<P>): LazyComponent<P> {
  const loaded = signal<ComponentType<P> | 'failed' | null>(null);
  let loading: Promise<void> | null = null;
  const preload = () => {
    loading ??= load().then(
      (component) => void (loaded.value = component),
      () => {
        loading = null;
        loaded.value = 'failed';
      },
    );
    return loading;
  };
  const Lazy = (props: P) => {
    const Loaded = loaded.value;
    // After a failure, the next one that is drawn tries again.
    useEffect(() => void preload(), []);
    if (typeof Loaded === 'function') return <Loaded {...props} />;
    return Loaded === 'failed' ? <Failed {...props} /> : <Waiting {...props} />;
  };
  return Object.assign(Lazy, { preload });
}

/** Runs `work` when the page has nothing better to do. */
export function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 3000 });
  else setTimeout(work, 500);
}
