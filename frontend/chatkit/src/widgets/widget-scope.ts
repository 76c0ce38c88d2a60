// What a widget's nodes share: where they stand, and how their actions leave.

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
  /** True while an action has the whole widget wait. */
  readonly busy: Signal<boolean>;
  /** The values of the form around the node; null outside of forms. */
  readonly form: FormValues | null;
  /** How the form around the node is sent; null outside of forms, and in forms that have no action of their own. */
  readonly submit: Submit | null;
  /** Streaming actions have to wait for the running answer. */
  readonly blocked: () => boolean;
  /** Sends an action; resolves when it is over. */
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

/** Where an action was fired decides what waits for it, unless the action says so itself. */
export type ActionPlace = 'button' | 'change' | 'item' | 'submit' | 'confirm' | 'cancel';

const AUTO: Readonly<Record<ActionPlace, Exclude<LoadingBehavior, 'auto'>>> = {
  button: 'self', change: 'none', item: 'self', submit: 'container', confirm: 'container', cancel: 'container',
};

export function loadingOf(action: ActionConfig, place: ActionPlace): Exclude<LoadingBehavior, 'auto'> {
  return action.loadingBehavior === 'auto' ? AUTO[place] : action.loadingBehavior;
}
