// Actions: what a control of a widget asks for.

import { readActionConfig, type ActionConfig } from './generated/actions.ts';

export type { ActionConfig, LoadingBehavior } from './generated/actions.ts';
export type { Action } from './generated/requests.ts';

export function readAction(value: unknown): ActionConfig | null {
  return readActionConfig(value) ?? null;
}
