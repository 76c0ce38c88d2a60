// What a control of a widget asks for, and its reader. Written by `make generate` from the types of `crates/protocol`. Do not edit.

import { anything, flag, object, oneOf, or, text, type Reader } from '../read.ts';

export type ActionHandler = 'server' | 'client';

export const readActionHandler: Reader<ActionHandler> = /* @__PURE__ */ oneOf('server', 'client');

export type LoadingBehavior = 'auto' | 'none' | 'self' | 'container';

export const readLoadingBehavior: Reader<LoadingBehavior> = /* @__PURE__ */ oneOf('auto', 'none', 'self', 'container');

export interface ActionConfig {
  type: string;
  payload?: unknown;
  handler: ActionHandler;
  loadingBehavior: LoadingBehavior;
  streaming: boolean;
}

export const readActionConfig: Reader<ActionConfig> = /* @__PURE__ */ object({ type: text, handler: or(readActionHandler, 'server'), loadingBehavior: or(readLoadingBehavior, 'auto'), streaming: or(flag, true) }, { payload: anything });
