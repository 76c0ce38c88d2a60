// Fires the action of a node: at most once at a time, with the values of the form around it.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActionConfig } from '../protocol/action.ts';
import type { FormValue } from './form-values.ts';
import { loadingOf, useWidget, type ActionPlace } from './widget-scope.ts';

export interface FiredAction {
  /** The node shows that it is busy. */
  busy: boolean;
  /** Nothing can be fired now. */
  disabled: boolean;
  fire: (own?: Record<string, FormValue>) => void;
}

export function useAction(action: ActionConfig | undefined, place: ActionPlace): FiredAction {
  const scope = useWidget();
  const [busy, setBusy] = useState(false);
  const mounted = useRef(true);
  useEffect(() => () => void (mounted.current = false), []);
  const waits = action?.handler === 'server' && action.streaming && scope.blocked();
  const fire = (own: Record<string, FormValue> = {}) => {
    if (!action || busy || waits || scope.busy.peek()) return;
    const loading = loadingOf(action, place);
    if (loading === 'self') setBusy(true);
    if (loading === 'container') scope.busy.value = true;
    void scope
      .dispatch(action, { ...own, ...scope.form?.entries() })
      // Failures are shown in the thread.
      .catch(() => undefined)
      .finally(() => {
        if (mounted.current) setBusy(false);
        if (loading === 'container') scope.busy.value = false;
      });
  };
  return { busy, disabled: busy || waits, fire };
}
