// What the nodes of a widget share: their surroundings, and the way to send actions.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { MarkdownScope } from '../markdown/markdown-scope.ts';
import type { ActionConfig, LoadingBehavior } from '../protocol/action.ts';
import type { FormValues } from './form-values.ts';

export interface WidgetScope {
  /** Prefix of element ids, so that labels find the controls of their own widget. */
  readonly domId: string;
  readonly locale: string;
  readonly markdown: MarkdownScope;
  /** Whether a `Label` of the widget names this control. */
  readonly labelled: (name: string) => boolean;
  /** True while the whole widget waits for an action. */
  readonly busy: Signal<boolean>;
  /** The values of the form around the node. Null outside of forms. */
  readonly form: FormValues | null;
  /** Submits the form around the node. Null outside of forms and in forms without an action. */
  readonly submit: Submit | null;
  /** Streaming actions have to wait for the running answer. */
  readonly blocked: () => boolean;
  /** Sends an action. Resolves when it is done. */
  readonly dispatch: (action: ActionConfig, extra?: Record<string, unknown>) => Promise<void>;
}

export interface Submit {
  readonly busy: boolean;
  readonly disabled: boolean;
}

export const WidgetContext = createContext<WidgetScope | null>(null);

export function useWidget(): WidgetScope {
  const scope = useContext(WidgetContext);
  if (!scope) throw new Error('a widget node needs a widget around it');
  return scope;
}

/** What waits for an action depends on where it was fired, unless the action specifies it. */
export type ActionPlace = 'button' | 'change' | 'item' | 'submit' | 'confirm' | 'cancel';

const AUTO: Readonly<Record<ActionPlace, Exclude<LoadingBehavior, 'auto'>>> = {
  button: 'self', change: 'none', item: 'self', submit: 'container', confirm: 'container', cancel: 'container',
};

export function loadingOf(action: ActionConfig, place: ActionPlace): Exclude<LoadingBehavior, 'auto'> {
  return action.loadingBehavior === 'auto' ? AUTO[place] : action.loadingBehavior;
}
