// The states of a conversation, and the events that lead from one to another. Pure; `Conversation` does the work.

import type { ThreadError } from './thread-state.ts';

/** Identifies one piece of work: a load, a turn, or the run of a client tool. */
export type Work = number;

export type State =
  /** `listening` is the request that asks whether a turn is running. Nothing is shown of it until its first event. */
  | { readonly name: 'Idle'; readonly listening: Work | null }
  | { readonly name: 'Opening'; readonly work: Work; readonly threadId: string }
  /** A request has been sent, and no event has arrived yet. */
  | { readonly name: 'Sending'; readonly work: Work }
  | { readonly name: 'Streaming'; readonly work: Work }
  | { readonly name: 'Stopping'; readonly work: Work }
  /** The turn's connection broke, and we are trying to resume it. */
  | { readonly name: 'Reconnecting'; readonly work: Work }
  /** A client tool is running, in this tab or in another one that shows the same thread. */
  | { readonly name: 'RunningTool'; readonly work: Work }
  /** The thread could not be loaded. */
  | { readonly name: 'Failed'; readonly of: 'opening'; readonly error: ThreadError }
  /** The last turn failed. The thread holds the error, and new messages can be sent. */
  | { readonly name: 'Failed'; readonly of: 'turn' };

export type MachineEvent =
  | { readonly type: 'leave' }
  | { readonly type: 'open'; readonly work: Work; readonly threadId: string }
  | { readonly type: 'opened'; readonly work: Work }
  | { readonly type: 'openFailed'; readonly work: Work; readonly error: ThreadError }
  | { readonly type: 'submit'; readonly work: Work }
  | { readonly type: 'listen'; readonly work: Work }
  | { readonly type: 'arrived'; readonly work: Work }
  | { readonly type: 'broke'; readonly work: Work }
  | { readonly type: 'ended'; readonly work: Work }
  | { readonly type: 'failed'; readonly work: Work }
  | { readonly type: 'call'; readonly work: Work }
  | { readonly type: 'stop' }
  | { readonly type: 'dismiss' };

export type StateName = State['name'];
export type EventType = MachineEvent['type'];
type Row = { readonly [T in EventType]?: (event: Extract<MachineEvent, { type: T }>, state: State) => State };

export const IDLE: State = { name: 'Idle', listening: null };
const FAILED_TURN: State = { name: 'Failed', of: 'turn' };

const idle = () => IDLE;
const failedTurn = () => FAILED_TURN;
const sending = ({ work }: { work: Work }): State => ({ name: 'Sending', work });
const streaming = ({ work }: { work: Work }): State => ({ name: 'Streaming', work });
const reconnecting = ({ work }: { work: Work }): State => ({ name: 'Reconnecting', work });
const runningTool = ({ work }: { work: Work }): State => ({ name: 'RunningTool', work });
const listening = ({ work }: { work: Work }): State => ({ name: 'Idle', listening: work });
const stopping = (_: unknown, state: State): State => ({ name: 'Stopping', work: workOf(state) ?? 0 });

/** The reader can open another thread in every state. */
const ALWAYS: Row = {
  leave: idle,
  open: ({ work, threadId }) => ({ name: 'Opening', work, threadId }),
};

const TURN: Row = { ...ALWAYS, ended: idle, failed: failedTurn, call: runningTool, stop: stopping };
const FAILED: Row = { ...ALWAYS, submit: sending };

const ROWS: { readonly [N in Exclude<StateName, 'Failed'>]: Row } = {
  Idle: { ...ALWAYS, submit: sending, listen: listening, call: runningTool, arrived: streaming, ended: idle, failed: idle },
  Opening: {
    ...ALWAYS,
    opened: idle,
    openFailed: ({ error }) => ({ name: 'Failed', of: 'opening', error }),
  },
  Sending: { ...TURN, arrived: streaming, broke: reconnecting },
  Streaming: { ...TURN, broke: reconnecting },
  Reconnecting: { ...TURN, arrived: streaming },
  // Events that still arrive belong to the thread, but they do not make the turn run again.
  Stopping: { ...ALWAYS, ended: idle, failed: failedTurn },
  RunningTool: { ...ALWAYS, submit: sending, ended: idle, failed: failedTurn, stop: idle },
};

function rowOf(state: State): Row {
  if (state.name !== 'Failed') return ROWS[state.name];
  return state.of === 'opening' ? FAILED : { ...FAILED, listen: listening, dismiss: idle };
}

/** Events that a piece of work reports about itself. They are ignored once that work has been abandoned. */
const REPORTS: ReadonlySet<EventType> = new Set(['opened', 'openFailed', 'arrived', 'broke', 'ended', 'failed']);

/** Returns the state after an event, or the same object if the event changes nothing. */
export function step(state: State, event: MachineEvent): State {
  if (REPORTS.has(event.type) && 'work' in event && event.work !== workOf(state)) return state;
  const change = rowOf(state)[event.type] as ((event: MachineEvent, state: State) => State) | undefined;
  return change?.(event, state) ?? state;
}

/** The only work that may continue in this state. */
export function workOf(state: State): Work | null {
  if (state.name === 'Idle') return state.listening;
  return state.name === 'Failed' ? null : state.work;
}

export type Phase = 'idle' | 'loading' | 'busy';

/** The state as the reader sees it: ready for a message, loading a thread, or busy with an answer. */
export function phaseOf({ name }: State): Phase {
  if (name === 'Opening') return 'loading';
  return name === 'Idle' || name === 'Failed' ? 'idle' : 'busy';
}
