// The open thread: what can be done in it, and the turns that follow.

import { computed, type ReadonlySignal } from '@preact/signals';
import { ApiError, isAbort } from '../client/errors.ts';
import type { ChatTransport } from '../client/transport.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { ClientToolCallItem, UserMessageItem } from '../protocol/item.ts';
import type { StreamingRequest, StructuredInputSubmission, UserInput } from '../protocol/request.ts';
import type { ThreadMeta } from '../protocol/thread.ts';
import type { Action } from '../protocol/action.ts';
import { ClientTools, GIVEN_UP } from './client-tools.ts';
import type { ConversationHost } from './conversation-host.ts';
import * as local from './local.ts';
import { phaseOf, workOf, type State, type Work } from './machine.ts';
import { MachineRunner } from './machine-runner.ts';
import { ShownThread } from './shown-thread.ts';
import { sendingMessage, type ThreadError, type ThreadState } from './thread-state.ts';
import { ToolLease } from './tool-lease.ts';
import { Turn, type TurnOutcome } from './turn.ts';

/** How long a stopped turn may take to end by itself before its connection is cut. */
const STOP_GRACE_MS = 3000;

/** How a turn is run. */
interface Run {
  readonly begin: (turn: Turn) => Promise<TurnOutcome>;
  /** Whether this tab starts the turn. */
  readonly ours: boolean;
  /** Whether its client tools may run here even where tabs cannot exclude each other. */
  readonly tools: boolean;
  /** The client tool call that the turn answers. */
  readonly call?: ClientToolCallItem;
}

export class Conversation {
  readonly #machine = new MachineRunner((before, after) => this.#announce(before, after));
  readonly state = this.#machine.state;
  readonly phase = computed(() => phaseOf(this.state.value));
  readonly stopping = computed(() => this.state.value.name === 'Stopping');
  /** The running turn's connection broke, and we are trying to resume it. */
  readonly lost = computed(() => this.state.value.name === 'Reconnecting');
  /** Why the thread could not be loaded. */
  readonly loadError = computed<ThreadError | null>(() => {
    const state = this.state.value;
    return state.name === 'Failed' && state.of === 'opening' ? state.error : null;
  });

  readonly thread: ReadonlySignal<ThreadState>;
  readonly threadId: ReadonlySignal<string | null>;
  readonly meta: ReadonlySignal<ThreadMeta | null>;
  readonly allowCancel: ReadonlySignal<boolean>;
  /** Whether there are items before the first one shown. */
  readonly earlier: ShownThread['earlier'];

  readonly #transport: ChatTransport;
  readonly #host: ConversationHost;
  readonly #shown: ShownThread;
  readonly #tools: ClientTools;
  #turn: Turn | null = null;
  #resumeKnown = true;

  constructor(transport: ChatTransport, host: ConversationHost, lease = new ToolLease()) {
    this.#transport = transport;
    this.#host = host;
    this.#shown = new ShownThread(transport, host);
    this.#tools = new ClientTools(transport, host, lease);
    ({ thread: this.thread, id: this.threadId, meta: this.meta, allowCancel: this.allowCancel, earlier: this.earlier } = this.#shown);
  }

  /** Shows a thread, or the start screen. A turn that is running in the previous thread goes on without this client. */
  async open(threadId: string | null): Promise<void> {
    this.#leave();
    this.#shown.rename(threadId);
    if (threadId === null) return;
    const work = this.#machine.begin();
    this.#machine.dispatch({ type: 'open', work, threadId });
    const signal = this.#machine.signalOf(work);
    try {
      await this.#shown.load(threadId, signal);
      if (signal.aborted) return;
    } catch (error) {
      if (signal.aborted) return;
      // A deleted thread does not come back, so the next message begins a new one.
      if (error instanceof ApiError && error.status === 404) this.#shown.rename(null);
      this.#machine.dispatch({ type: 'openFailed', work, error: this.#host.explain(error) });
      this.#host.report(error);
      return;
    }
    this.#machine.dispatch({ type: 'opened', work });
    void this.#catchUp(threadId, true);
  }

  /** Resolves when the turn is over. Rejects if the server refused the message, so that its draft can be restored. */
  async send(input: UserInput, shown: Pick<UserMessageItem, 'attachments'>, newThread = false): Promise<void> {
    this.requireIdle();
    if (newThread && this.threadId.peek() !== null) await this.open(null);
    const threadId = this.threadId.peek();
    if (this.loadError.value && threadId !== null) throw new Error('The thread has not been loaded.');
    this.#shown.value = local.withSending(this.#shown.value, threadId, input, shown.attachments);
    await this.#submit(
      threadId === null
        ? { type: 'threads.create', params: { input } }
        : { type: 'threads.add_user_message', params: { thread_id: threadId, input } },
    );
  }

  async retry(itemId: string): Promise<void> {
    this.requireIdle();
    const threadId = this.#requireThread();
    const before = this.#shown.value;
    this.#shown.value = local.cutAfter(before, itemId);
    try {
      await this.#submit({ type: 'threads.retry_after_item', params: { thread_id: threadId, item_id: itemId } });
    } catch (error) {
      // The retry was refused before it began, so the server has deleted nothing.
      this.#shown.value = { ...before, error: this.#shown.value.error };
      throw error;
    }
  }

  async action(action: Action, itemId?: string): Promise<void> {
    this.requireIdle();
    const params = { thread_id: this.#requireThread(), item_id: itemId, action };
    this.#shown.value = local.withError(this.#shown.value, null);
    await this.#submit({ type: 'threads.custom_action', params });
  }

  /** An action that answers at once; it may run while the thread streams. */
  async syncAction(action: Action, itemId: string): Promise<void> {
    const params = { thread_id: this.#requireThread(), item_id: itemId, action };
    try {
      const { updated_item: item } = await this.#transport.actAtOnce(params);
      if (item) this.#shown.value = local.withItem(this.#shown.value, item);
    } catch (error) {
      this.#showError(error);
      throw error;
    }
  }

  async answer(itemId: string, input: StructuredInputSubmission): Promise<void> {
    this.requireIdle();
    const params = { thread_id: this.#requireThread(), item_id: itemId, input };
    await this.#submit({ type: 'threads.add_structured_input', params });
  }

  /** Stops the running turn or client tool. Everything shown so far stays. */
  async stop(): Promise<void> {
    const before = this.state.peek();
    if (!this.#machine.dispatch({ type: 'stop' })) return;
    if (before.name === 'RunningTool') return this.#giveUpCall();
    const work = workOf(this.state.peek());
    if (work === null) return;
    this.#machine.after(STOP_GRACE_MS, () => this.#machine.cut(work));
    // The server must be told, because the turn can outlive this connection. A thread without an id has to wait for it.
    if (this.threadId.peek() !== null) await this.#tellStop(work);
  }

  loadEarlier(): Promise<void> {
    return this.#shown.loadEarlier();
  }

  /** For pages that have changed the thread on the server themselves. */
  async fetchUpdates(): Promise<void> {
    this.requireIdle();
    await this.#shown.refresh();
  }

  /** Catches up with changes made elsewhere, and follows a turn that is running there. */
  async follow(): Promise<void> {
    const threadId = this.threadId.peek();
    const quiet = () => this.phase.peek() === 'idle' && workOf(this.state.peek()) === null && this.threadId.peek() === threadId;
    if (threadId === null || !quiet()) return;
    const failed = this.loadError.peek();
    if (failed) return failed.code === 'network' ? this.open(threadId) : undefined;
    // If the server is still out of reach, keep what is shown; the next return to this tab tries again.
    if (!(await this.#shown.tryRefresh(quiet)) || !quiet()) return;
    if (this.#shown.value.error?.code === 'network') this.dismissError();
    await this.#catchUp(threadId, false);
  }

  /** Throws while a thread loads or the assistant answers. */
  requireIdle(): void {
    if (this.phase.value === 'loading') throw new Error('The thread is still being loaded.');
    if (this.phase.value !== 'idle') throw new Error('The assistant is still answering.');
  }

  dismissError(): void {
    this.#shown.value = local.withError(this.#shown.value, null);
    this.#machine.dispatch({ type: 'dismiss' });
  }

  /** The title was changed from the history panel. */
  renamed(meta: ThreadMeta): void {
    if (meta.id === this.threadId.peek()) this.#shown.value = { ...this.#shown.value, meta };
  }

  /** Tells whether the end of the thread is in view. While it is not, the thread is drawn less often. */
  watched(seen: boolean): void {
    this.#shown.watched(seen);
  }

  dispose(): void {
    this.#leave();
  }

  #announce(before: State, after: State): void {
    const wasBusy = phaseOf(before) === 'busy';
    const busy = phaseOf(after) === 'busy';
    if (wasBusy && !busy) this.#host.emit('chatkit.response.end');
    if (before.name === 'Opening') this.#host.emit('chatkit.thread.load.end', { threadId: before.threadId });
    if (after.name === 'Opening') this.#host.emit('chatkit.thread.load.start', { threadId: after.threadId });
    if (busy && !wasBusy) this.#host.emit('chatkit.response.start');
  }

  #leave(): void {
    this.#shown.clear();
    this.#tools.leave();
    this.#machine.dispatch({ type: 'leave' });
  }

  /** Follows a turn that is still running, then runs a client tool call that is still pending. */
  async #catchUp(threadId: string, tools: boolean): Promise<void> {
    if (!this.#resumeKnown) return this.#runPendingCall(tools);
    const work = this.#machine.begin();
    this.#machine.dispatch({ type: 'listen', work });
    // Failures of the turn are shown in the thread.
    await this.#run(work, { begin: (turn) => turn.follow(threadId), ours: false, tools }).catch(() => undefined);
  }

  async #submit(request: StreamingRequest, call?: ClientToolCallItem): Promise<void> {
    const work = this.#machine.begin();
    this.#machine.dispatch({ type: 'submit', work });
    const begin = async (turn: Turn) => {
      await this.#tools.told;
      this.#machine.signalOf(work).throwIfAborted();
      return turn.send(request);
    };
    await this.#run(work, { begin, ours: true, tools: true, call });
  }

  /** Runs a turn and the client tools it calls. */
  async #run(work: Work, run: Run): Promise<void> {
    const { error: earlier } = this.#shown.value;
    const turn = this.#turnOf(work, run);
    this.#turn = turn;
    try {
      const outcome = await run.begin(turn);
      if (!this.#machine.goesOn(work)) return;
      this.#shown.flush();
      const wanted = () => this.#machine.goesOn(work);
      // Even if no turn was shown, one may have ended just after the thread was loaded.
      if (outcome === 'gone') await (this.phase.peek() === 'busy' ? this.#shown.refresh(wanted) : this.#shown.tryRefresh(wanted));
    } catch (error) {
      if (this.#machine.goesOn(work)) await this.#turnFailed(work, run, error);
      return;
    }
    const { error } = this.#shown.value;
    if (this.#machine.goesOn(work)) await this.#turnOver(work, run, error !== null && error !== earlier);
  }

  #turnOf(work: Work, { ours }: Run): Turn {
    const signal = this.#machine.signalOf(work);
    let began = !ours;
    let told = !ours;
    const turn: Turn = new Turn(this.#transport, {
      signal,
      threadId: () => this.threadId.peek(),
      onEvents: (events) => {
        if (signal.aborted) return;
        this.#machine.dispatch({ type: 'arrived', work });
        this.#adopt(events, work);
        this.#shown.push(events);
        const threadId = this.threadId.peek();
        if (threadId === null) return;
        if (!began) this.#tools.turnBegan(threadId);
        if (!told && turn.resumable) this.#host.turnRuns(threadId);
        began = true;
        told ||= turn.resumable;
      },
      onBroke: () => this.#machine.dispatch({ type: 'broke', work }),
    });
    return turn;
  }

  async #turnOver(work: Work, run: Run, failed: boolean): Promise<void> {
    const stopped = this.state.peek().name === 'Stopping';
    const threadId = this.threadId.peek();
    this.#shown.value = local.settled(this.#shown.value);
    const call = !failed && this.#tools.mayRun(run.tools) ? local.pendingCall(this.#shown.value) : null;
    if (call && threadId !== null && !stopped) return this.#runCall(call, threadId);
    this.#machine.dispatch({ type: failed ? 'failed' : 'ended', work });
    if (call) await this.#giveUpCall();
    else this.#tools.turnOver();
  }

  async #turnFailed(work: Work, run: Run, error: unknown): Promise<void> {
    this.#shown.flush();
    const { name } = this.state.peek();
    if (name === 'Idle') {
      this.#machine.dispatch({ type: 'failed', work });
      // This server does not know the extension, so do not ask it again.
      if (error instanceof ApiError) this.#resumeKnown = false;
      return this.#runPendingCall(run.tools);
    }
    if (name === 'Sending' && run.call && (await this.#shown.answered(run.call))) {
      return this.#machine.goesOn(work) ? this.#followElsewhere(work) : undefined;
    }
    if (!this.#machine.goesOn(work)) return;
    const unsent = sendingMessage(this.#shown.value) !== null;
    this.#shown.value = local.withoutSending(this.#shown.value);
    if (!isAbort(error)) this.#showError(error, !unsent);
    await this.#turnOver(work, run, !isAbort(error));
    if (unsent || error instanceof ApiError) throw error;
  }

  /** Handles the events that cannot wait for the next frame. */
  #adopt(events: ThreadEvent[], work: Work): void {
    for (const event of events) {
      if (event.type !== 'thread.created') continue;
      this.#shown.rename(event.thread.id);
      if (this.stopping.peek()) void this.#tellStop(work);
    }
  }

  async #runPendingCall(tools: boolean): Promise<void> {
    const call = local.pendingCall(this.#shown.value);
    const threadId = this.threadId.peek();
    if (call && threadId !== null && this.#tools.mayRun(tools)) await this.#runCall(call, threadId);
  }

  /** Runs a call and continues with its output. The composer stays locked meanwhile, unless the reader stops it. */
  async #runCall(call: ClientToolCallItem, threadId: string): Promise<void> {
    const work = this.#machine.begin();
    this.#machine.dispatch({ type: 'call', work });
    let result: unknown;
    try {
      const waited = await this.#tools.claim(threadId);
      if (waited && this.#machine.goesOn(work)) await this.#shown.refresh();
      if (!this.#machine.goesOn(work)) return;
      if (local.pendingCall(this.#shown.value)?.id !== call.id) return await this.#followElsewhere(work);
      result = await this.#tools.run(call);
    } catch (error) {
      if (!this.#machine.goesOn(work)) return;
      this.#showError(error);
      this.#machine.dispatch({ type: 'failed', work });
      return this.#tools.turnOver();
    }
    if (!this.#machine.goesOn(work)) return;
    this.#shown.value = local.withToolOutput(this.#shown.value, call.id, result);
    // A refused output must not reject the message that led to the call: that one was accepted.
    const request = { type: 'threads.add_client_tool_output' as const, params: { thread_id: threadId, result } };
    await this.#submit(request, call).catch(() => undefined);
  }

  /** Another tab or device has answered the call. Follow the turn that continues there. */
  async #followElsewhere(work: Work): Promise<void> {
    this.#tools.turnOver();
    this.#machine.dispatch({ type: 'ended', work });
    const threadId = this.threadId.peek();
    if (threadId !== null) await this.#catchUp(threadId, true);
  }

  async #giveUpCall(): Promise<void> {
    const call = local.pendingCall(this.#shown.value);
    const threadId = this.threadId.peek();
    if (!call || threadId === null) return;
    this.#shown.value = local.withToolOutput(this.#shown.value, call.id, GIVEN_UP);
    await this.#tools.giveUp(threadId);
  }

  async #tellStop(work: Work): Promise<void> {
    const threadId = this.threadId.peek();
    if (!this.#turn?.resumable || threadId === null) return this.#machine.cut(work);
    try {
      await this.#transport.stop(threadId);
    } catch {
      this.#machine.cut(work);
    }
  }

  /** The server cannot retry a message that it never accepted, so that draft goes back to the composer instead. */
  #showError(error: unknown, retryable = true): void {
    const shown = this.#host.explain(error);
    this.#shown.value = local.withError(this.#shown.value, { ...shown, allowRetry: shown.allowRetry && retryable });
    this.#host.report(error);
  }

  #requireThread(): string {
    const threadId = this.threadId.peek();
    if (threadId === null) throw new Error('There is no thread yet.');
    return threadId;
  }
}
