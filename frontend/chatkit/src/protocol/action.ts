// Actions: what a control of a widget asks for.

export { readActionConfig } from './generated/actions.ts';
export type { ActionConfig, LoadingBehavior } from './generated/actions.ts';
export type { Action } from './generated/requests.ts';
