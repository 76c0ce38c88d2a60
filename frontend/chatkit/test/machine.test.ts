// Every state meets every event. What a table does not name must change nothing, so the table names all that does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDLE, phaseOf, step, workOf, type EventType, type MachineEvent, type State } from '../src/state/machine.ts';

const WORK = 7;
const NEW = 8;
const error = { code: 'network', message: 'Away', allowRetry: true };

const STATES: Record<string, State> = {
  'Idle': IDLE,
  'Idle, listening': { name: 'Idle', listening: WORK },
  'Opening': { name: 'Opening', work: WORK, threadId: 't' },
  'Sending': { name: 'Sending', work: WORK },
  'Streaming': { name: 'Streaming', work: WORK },
  'Stopping': { name: 'Stopping', work: WORK },
  'Reconnecting': { name: 'Reconnecting', work: WORK },
  'RunningTool': { name: 'RunningTool', work: WORK },
  'Failed to open': { name: 'Failed', of: 'opening', error },
  'Failed turn': { name: 'Failed', of: 'turn' },
};

const EVENTS: { [T in EventType]: Extract<MachineEvent, { type: T }> } = {
  leave: { type: 'leave' },
  open: { type: 'open', work: NEW, threadId: 'u' },
  opened: { type: 'opened', work: WORK },
  openFailed: { type: 'openFailed', work: WORK, error },
  submit: { type: 'submit', work: NEW },
  listen: { type: 'listen', work: NEW },
  arrived: { type: 'arrived', work: WORK },
  broke: { type: 'broke', work: WORK },
  ended: { type: 'ended', work: WORK },
  failed: { type: 'failed', work: WORK },
  call: { type: 'call', work: NEW },
  stop: { type: 'stop' },
  dismiss: { type: 'dismiss' },
};

const opening: State = { name: 'Opening', work: NEW, threadId: 'u' };
const sending: State = { name: 'Sending', work: NEW };
const running: State = { name: 'RunningTool', work: NEW };
const always = { leave: IDLE, open: opening };
const turn = { ...always, ended: IDLE, failed: STATES['Failed turn'], call: running, stop: STATES.Stopping };

/** All that happens; every pair that is not here leaves the state as it is. */
const TABLE: Record<string, Partial<Record<EventType, State>>> = {
  'Idle': { open: opening, submit: sending, listen: { name: 'Idle', listening: NEW }, call: running },
  'Idle, listening': {
    ...always, submit: sending, listen: { name: 'Idle', listening: NEW }, call: running, arrived: STATES.Streaming, ended: IDLE, failed: IDLE,
  },
  'Opening': { ...always, opened: IDLE, openFailed: STATES['Failed to open'] },
  'Sending': { ...turn, arrived: STATES.Streaming, broke: STATES.Reconnecting },
  'Streaming': { ...turn, broke: STATES.Reconnecting },
  'Stopping': { ...always, ended: IDLE, failed: STATES['Failed turn'] },
  'Reconnecting': { ...turn, arrived: STATES.Streaming },
  'RunningTool': { ...always, submit: sending, ended: IDLE, failed: STATES['Failed turn'], stop: IDLE },
  'Failed to open': { ...always, submit: sending },
  'Failed turn': { ...always, submit: sending, listen: { name: 'Idle', listening: NEW }, dismiss: IDLE },
};

for (const [name, state] of Object.entries(STATES)) {
  for (const event of Object.values(EVENTS)) {
    const wanted = TABLE[name]?.[event.type];
    test(`${name}, ${event.type}: ${wanted ? wanted.name : 'nothing'}`, () => {
      const next = step(state, event);
      assert.deepEqual(next, wanted ?? state);
      if (!wanted) assert.equal(next, state, 'the same object, so that nothing is told and nothing is drawn');
    });
  }
}

test('work that has been left is not listened to', () => {
  const reports: EventType[] = ['opened', 'openFailed', 'arrived', 'broke', 'ended', 'failed'];
  for (const state of Object.values(STATES)) {
    for (const type of reports) assert.equal(step(state, { ...EVENTS[type], work: 3 } as MachineEvent), state);
  }
});

test('a state that is entered has no work but its own', () => {
  for (const state of Object.values(STATES)) {
    for (const event of Object.values(EVENTS)) {
      const work = workOf(step(state, event));
      assert.ok(work === null || work === workOf(state) || ('work' in event && work === event.work));
    }
  }
});

test('a message can be sent in every idle state, and in no other', () => {
  for (const state of Object.values(STATES)) {
    const taken = step(state, EVENTS.submit).name === 'Sending' && state.name !== 'RunningTool' && state.name !== 'Sending';
    assert.equal(phaseOf(state) === 'idle', taken, state.name);
  }
});
