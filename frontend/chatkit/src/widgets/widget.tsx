// A widget in the thread: its scope, its waiting state, and a fallback for trees that cannot be drawn.

import { useSignal } from '@preact/signals';
import { useErrorBoundary, useMemo } from 'preact/hooks';
import type { MarkdownScope } from '../markdown/markdown-scope.ts';
import type { ActionConfig } from '../protocol/action.ts';
import type { WidgetNode } from '../protocol/widget-node.ts';
import { mergeValues, type FormValue } from './form-values.ts';
import { isTooLarge, labelledNames, Node } from './node.tsx';
import { WidgetContext, type WidgetScope } from './widget-scope.ts';

export interface WidgetProps {
  domId: string;
  locale: string;
  root: WidgetNode;
  markdown: MarkdownScope;
  blocked: () => boolean;
  onAction: (action: ActionConfig) => Promise<void>;
  onCollision: (key: string) => void;
}

export function Widget({ domId, locale, root, markdown, blocked, onAction, onCollision }: WidgetProps) {
  const busy = useSignal(false);
  const [failure] = useErrorBoundary();
  const tooLarge = useMemo(() => isTooLarge(root), [root]);
  const names = useMemo(() => (tooLarge ? '' : JSON.stringify(labelledNames(root))), [root, tooLarge]);
  const scope = useMemo<WidgetScope>(
    () => ({
      domId,
      locale,
      labelled: labelSet(names),
      markdown,
      busy,
      form: null,
      submit: null,
      blocked,
      dispatch: (action, extra = {}) => {
        const { payload, collisions } = mergeValues(action.payload, extra as Record<string, FormValue>);
        collisions.forEach(onCollision);
        return onAction({ ...action, payload });
      },
    }),
    [domId, locale, names, markdown, busy, blocked, onAction, onCollision],
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

function labelSet(names: string): (name: string) => boolean {
  const set = new Set(names === '' ? [] : (JSON.parse(names) as string[]));
  return (name) => set.has(name);
}
