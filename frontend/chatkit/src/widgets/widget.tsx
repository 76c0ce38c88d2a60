// One widget of the thread: its scope, its waiting state, and a net for trees that cannot be drawn.

import { useSignal } from '@preact/signals';
import { useErrorBoundary, useMemo } from 'preact/hooks';
import type { MarkdownScope } from '../markdown/scope.ts';
import type { ActionConfig, WidgetNode } from '../protocol/widget.ts';
import { mergeValues, type FormValue } from './form-values.ts';
import { isTooLarge, Node } from './node.tsx';
import { WidgetContext, type WidgetScope } from './scope.ts';

export interface WidgetProps {
  domId: string;
  root: WidgetNode;
  markdown: MarkdownScope;
  blocked: () => boolean;
  onAction: (action: ActionConfig) => Promise<void>;
  onCollision: (key: string) => void;
}

export function Widget({ domId, root, markdown, blocked, onAction, onCollision }: WidgetProps) {
  const busy = useSignal(false);
  const [failure] = useErrorBoundary();
  const tooLarge = useMemo(() => isTooLarge(root), [root]);
  const scope = useMemo<WidgetScope>(
    () => ({
      domId,
      markdown,
      busy,
      form: null,
      blocked,
      dispatch: (action, extra = {}) => {
        const { payload, collisions } = mergeValues(action.payload, extra as Record<string, FormValue>);
        collisions.forEach(onCollision);
        return onAction({ ...action, payload });
      },
    }),
    [domId, markdown, busy, blocked, onAction, onCollision],
  );
  if (failure || tooLarge) return <div class="w-unknown">{markdown.t('widget.failed')}</div>;
  return (
    <WidgetContext.Provider value={scope}>
      <div class={`widget${busy.value ? ' is-busy' : ''}`} inert={busy.value} aria-busy={busy.value || undefined}>
        <Node node={root} depth={0} />
      </div>
    </WidgetContext.Provider>
  );
}
