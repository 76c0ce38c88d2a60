// What a conversation is doing: its states, and which event leads from which to which. Pure; `Conversation` does the work.

import type { ThreadError } from './thread-state.ts';

/** Names one piece of work: a load, a turn, or the run of a client tool. */
export type Work = number;

export type State =
  /** `listening`: the server is being asked whether a turn runs. Nothing of that is seen until its first event. */
  | { readonly name: 'Idle'; readonly listening: Work | null }
  | { readonly name: 'Opening'; readonly work: Work; readonly threadId: string }
  /** A request is out, and nothing has come back. */
  | { readonly name: 'Sending'; readonly work: Work }
  | { readonly name: 'Streaming'; readonly work: Work }
  | { readonly name: 'Stopping'; readonly work: Work }
  /** The connection of the turn broke, and is being mended. */
  | { readonly name: 'Reconnecting'; readonly work: Work }
  /** A tool of the page runs, in this tab or in another one that shows the same thread. */
  | { readonly name: 'RunningTool'; readonly work: Work }
  /** The thread could not be loaded. */
  | { readonly name: 'Failed'; readonly of: 'opening'; readonly error: ThreadError }
  /** The last turn failed; the thread keeps its error, and takes messages as if it were idle. */
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

/** Whatever happens, the reader can go elsewhere. */
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
  // What still arrives belongs to the thread, but the reader has been promised an end.
  Stopping: { ...ALWAYS, ended: idle, failed: failedTurn },
  RunningTool: { ...ALWAYS, submit: sending, ended: idle, failed: failedTurn, stop: idle },
};

function rowOf(state: State): Row {
  if (state.name !== 'Failed') return ROWS[state.name];
  return state.of === 'opening' ? FAILED : { ...FAILED, listen: listening, dismiss: idle };
}

/** What a piece of work tells of itself. From work that has been left it is no news. */
const REPORTS: ReadonlySet<EventType> = new Set(['opened', 'openFailed', 'arrived', 'broke', 'ended', 'failed']);

/** The state after an event; the same object when the event changes nothing. */
export function step(state: State, event: MachineEvent): State {
  if (REPORTS.has(event.type) && 'work' in event && event.work !== workOf(state)) return state;
  const change = rowOf(state)[event.type] as ((event: MachineEvent, state: State) => State) | undefined;
  return change?.(event, state) ?? state;
}

/** The only work that may go on in this state. */
export function workOf(state: State): Work | null {
  if (state.name === 'Idle') return state.listening;
  return state.name === 'Failed' ? null : state.work;
}

export type Phase = 'idle' | 'loading' | 'busy';

/** What the state means to the reader: a message can be sent, a thread is loaded, or an answer is on its way. */
export function phaseOf({ name }: State): Phase {
  if (name === 'Opening') return 'loading';
  return name === 'Idle' || name === 'Failed' ? 'idle' : 'busy';
}
