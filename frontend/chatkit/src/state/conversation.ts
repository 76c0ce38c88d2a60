// The open thread: runs its turns, keeps its state, and tells the page what happens.

import { computed, signal } from '@preact/signals';
import type { ApiClient } from '../client/api.ts';
import { ApiError, isAbort } from '../client/errors.ts';
import type { ThreadEvent } from '../protocol/event.ts';
import type { Item, UserMessageItem } from '../protocol/item.ts';
import { readItem } from '../protocol/read-item.ts';
import type { StreamingRequest, StructuredInputSubmission, UserInput } from '../protocol/request.ts';
import type { ThreadMeta } from '../protocol/thread.ts';
import type { Action } from '../protocol/widget.ts';
import { applyEvents } from './apply.ts';
import type { ConversationHost } from './conversation-host.ts';
import { FrameQueue } from './frame-queue.ts';
import * as local from './local.ts';
import { EMPTY_THREAD, sendingMessage, type ThreadError, type ThreadState } from './thread.ts';
import { ThreadLoader } from './thread-loader.ts';
import { Turn } from './turn.ts';

export type Phase = 'idle' | 'loading' | 'busy';

/** How long a stopped turn may take to end by itself before its connection is cut. */
const STOP_GRACE_MS = 3000;

export class Conversation {
  readonly thread = signal<ThreadState>(EMPTY_THREAD);
  /** The thread without its items: what hangs on it is not drawn again with every token. */
  readonly meta = computed(() => this.thread.value.meta);
  readonly allowCancel = computed(() => this.thread.value.allowCancel);
  readonly phase = signal<Phase>('idle');
  readonly stopping = signal(false);
  /** The connection of the running turn broke, and is being mended. */
  readonly lost = signal(false);
  readonly threadId = signal<string | null>(null);
  /** Why the thread could not be loaded. */
  readonly loadError = signal<ThreadError | null>(null);

  readonly #api: ApiClient;
  readonly #host: ConversationHost;
  readonly #loader: ThreadLoader;
  readonly #queue = new FrameQueue<ThreadEvent>((events) => {
    this.thread.value = applyEvents(this.thread.value, events, this.#host);
  });
  #abort = new AbortController();
  #turn: Turn | null = null;
  /** Cuts the connection of the running turn; each turn has one of its own, and so does its stop. */
  #cut = new AbortController();
  #cutTimer: ReturnType<typeof setTimeout> | undefined;
  /** The page has been told of a beginning, and waits to hear of the end. */
  #answering = false;
  #resumeKnown = true;

  constructor(api: ApiClient, host: ConversationHost) {
    this.#api = api;
    this.#host = host;
    this.#loader = new ThreadLoader(api);
  }

  /** Shows a thread, or the start screen. A turn that runs in the thread left behind goes on without this client. */
  async open(threadId: string | null): Promise<void> {
    this.#leave();
    this.#setThreadId(threadId);
    if (threadId === null) return;
    const { signal } = this.#abort;
    this.phase.value = 'loading';
    this.#host.emit('chatkit.thread.load.start', { threadId });
    try {
      const [loaded] = await Promise.all([this.#loader.newest(threadId, signal), this.#host.prepared()]);
      if (signal.aborted) return;
      this.#host.threadSeen(loaded.meta);
      this.#loader.beginAt(loaded);
      this.thread.value = local.loadedThread(loaded.meta, loaded.items);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      // What is gone stays gone; the next message begins a new thread.
      if (error instanceof ApiError && error.code === 'not_found') this.#setThreadId(null);
      this.loadError.value = this.#host.explain(error);
      this.#report(error);
      return;
    } finally {
      if (!signal.aborted) {
        this.phase.value = 'idle';
        this.#host.emit('chatkit.thread.load.end', { threadId });
      }
    }
    void this.#catchUp(threadId);
  }

  /** Resolves when the turn is over; rejects when the message was not taken, so that its draft can be kept. */
  async send(input: UserInput, shown: Pick<UserMessageItem, 'attachments'>, newThread = false): Promise<void> {
    this.requireIdle();
    if (newThread && this.threadId.value !== null) await this.open(null);
    const threadId = this.threadId.value;
    if (this.loadError.value && threadId !== null) throw new Error('The thread has not been loaded.');
    this.loadError.value = null;
    this.thread.value = local.withSending(this.thread.value, threadId, input, shown.attachments);
    await this.#run(
      threadId === null
        ? { type: 'threads.create', params: { input } }
        : { type: 'threads.add_user_message', params: { thread_id: threadId, input } },
    );
  }

  async retry(itemId: string): Promise<void> {
    this.requireIdle();
    const threadId = this.#requireThread();
    const before = this.thread.value;
    this.thread.value = local.cutAfter(before, itemId);
    try {
      await this.#run({ type: 'threads.retry_after_item', params: { thread_id: threadId, item_id: itemId } });
    } catch (error) {
      // Refused before it began: the server has deleted nothing.
      this.thread.value = { ...before, error: this.thread.value.error };
      throw error;
    }
  }

  async action(action: Action, itemId?: string): Promise<void> {
    this.requireIdle();
    const params = { thread_id: this.#requireThread(), item_id: itemId, action };
    this.thread.value = local.withError(this.thread.value, null);
    await this.#run({ type: 'threads.custom_action', params });
  }

  /** An action that answers at once; it may run while the thread streams. */
  async syncAction(action: Action, itemId: string): Promise<void> {
    const params = { thread_id: this.#requireThread(), item_id: itemId, action };
    try {
      const answer = await this.#api.request<{ updated_item?: unknown }>({ type: 'threads.sync_custom_action', params });
      const item = readItem(answer.updated_item);
      if (item) this.thread.value = local.withItem(this.thread.value, item);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async answer(itemId: string, input: StructuredInputSubmission): Promise<void> {
    this.requireIdle();
    const params = { thread_id: this.#requireThread(), item_id: itemId, input };
    await this.#run({ type: 'threads.add_structured_input', params });
  }

  /** Ends the running turn; what is shown stays. */
  async stop(): Promise<void> {
    if (this.phase.value !== 'busy' || this.stopping.value) return;
    this.stopping.value = true;
    const cut = this.#cut;
    this.#cutTimer = setTimeout(() => cut.abort(), STOP_GRACE_MS);
    // A turn that would outlive this connection must be told; before it has a name there is no one to tell yet.
    if (this.threadId.value !== null) await this.#tellStop(cut);
  }

  /** Whether there are items before the first one shown. */
  get earlier() {
    return this.#loader.earlier;
  }

  async loadEarlier(): Promise<void> {
    const threadId = this.threadId.value;
    if (threadId === null) return;
    const { signal } = this.#abort;
    try {
      const use = (items: Item[]) => void (this.thread.value = local.withEarlier(this.thread.value, items));
      await this.#loader.loadEarlier(threadId, signal, use);
    } catch (error) {
      if (!signal.aborted) this.#report(error);
    }
  }

  /** What the page asks for after it changed the thread on the server itself. */
  async fetchUpdates(): Promise<void> {
    this.requireIdle();
    await this.refresh();
  }

  /** Loads the newest items again; rows that have not changed stay as they are. */
  async refresh(): Promise<void> {
    const threadId = this.threadId.value;
    if (threadId === null) return;
    const { signal } = this.#abort;
    const loaded = await this.#loader.newest(threadId, signal);
    if (signal.aborted) return;
    this.#host.threadSeen(loaded.meta);
    const next = local.refreshed(this.thread.value, loaded.meta, loaded.items);
    // So much has come that what was shown does not reach it: the thread begins anew.
    if (next.entries.length === loaded.items.length) this.#loader.beginAt(loaded);
    this.thread.value = next;
  }

  /** Catches up with what has happened elsewhere, and goes along with a turn that runs there. */
  async follow(): Promise<void> {
    const threadId = this.threadId.value;
    if (threadId === null || this.phase.value !== 'idle' || this.#turn) return;
    if (this.loadError.value) return this.loadError.value.code === 'network' ? this.open(threadId) : undefined;
    try {
      await this.refresh();
    } catch {
      return; // Out of reach still: what is shown stays, and the next return tries again.
    }
    if (this.phase.value !== 'idle' || this.#turn || threadId !== this.threadId.value) return;
    if (this.thread.value.error?.code === 'network') this.dismissError();
    // Who began the turn runs its client tools.
    await this.#catchUp(threadId, false);
  }

  /** Throws while a thread loads or the assistant answers. */
  requireIdle(): void {
    if (this.phase.value === 'loading') throw new Error('The thread is still being loaded.');
    if (this.phase.value !== 'idle') throw new Error('The assistant is still answering.');
  }

  dismissError(): void {
    this.thread.value = local.withError(this.thread.value, null);
  }

  /** The title was changed from the history panel. */
  renamed(meta: ThreadMeta): void {
    if (meta.id === this.threadId.value) this.thread.value = { ...this.thread.value, meta };
  }

  /** Whether the end of the thread is in view; what nobody sees is drawn less often. */
  watched(seen: boolean): void {
    this.#queue.unseen = !seen;
  }

  dispose(): void {
    this.#leave();
  }

  #leave(): void {
    const loading = this.phase.value === 'loading' ? this.threadId.value : null;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#cut.abort();
    clearTimeout(this.#cutTimer);
    this.#queue.clear();
    this.#turn = null;
    this.thread.value = EMPTY_THREAD;
    this.phase.value = 'idle';
    this.stopping.value = false;
    this.lost.value = false;
    this.loadError.value = null;
    this.#loader.forget();
    this.#tellEnd();
    if (loading !== null) this.#host.emit('chatkit.thread.load.end', { threadId: loading });
  }

  /** After a load: goes on with a turn that is still running, then with a client tool that still waits. */
  async #catchUp(threadId: string, tools = true): Promise<void> {
    if (this.#resumeKnown) {
      const { signal } = this.#abort;
      try {
        await this.#run({ type: 'ext.threads.resume', params: { thread_id: threadId, after: 0 } }, true, tools);
      } catch (error) {
        // A foreign server does not know the extension, and need not be asked again.
        if (error instanceof ApiError) this.#resumeKnown = false;
        if (signal.aborted) return;
      }
    }
    if (tools && this.phase.value === 'idle') await this.#runPendingTool().catch(() => undefined);
  }

  /** Runs a turn and the client tools it asks for. A quiet turn shows nothing until its first event. */
  async #run(request: StreamingRequest, quiet = false, tools = true): Promise<void> {
    const abort = this.#abort;
    if (!quiet) this.#begin();
    const cut = new AbortController();
    this.#cut = cut;
    const { signal } = cut;
    let told = quiet;
    const turn: Turn = new Turn(this.#api, {
      signal,
      threadId: () => this.threadId.value,
      onEvents: (events) => {
        // A message that was sent meanwhile is followed by its own request.
        if (signal.aborted || this.#turn !== turn) return;
        this.#begin();
        this.#adopt(events, cut);
        this.#queue.push(events);
        if (!told && turn.resumable && this.threadId.value !== null) this.#host.turnRuns(this.threadId.value);
        told ||= turn.resumable;
      },
      onLost: (lost) => {
        if (this.#turn === turn && this.phase.value === 'busy') this.lost.value = lost;
      },
    });
    this.#turn = turn;
    try {
      const outcome = await turn.run(request);
      this.#queue.flush();
      if (outcome === 'gone' && this.phase.value === 'busy' && this.#turn === turn) await this.refresh();
    } catch (error) {
      this.#queue.flush();
      // Leaving the thread aborts too, but then another thread is open and nothing of this turn may touch it.
      if (abort !== this.#abort || this.#turn !== turn) return;
      if (quiet && this.phase.value !== 'busy') throw error;
      const unsent = sendingMessage(this.thread.value) !== null;
      this.thread.value = local.withoutSending(this.thread.value);
      if (!isAbort(error)) this.#fail(error, !unsent);
      if (unsent || error instanceof ApiError) throw error;
    } finally {
      if (abort === this.#abort && this.#turn === turn) this.#finish();
    }
    if (tools && abort === this.#abort && !this.#turn) await this.#runPendingTool();
  }

  #begin(): void {
    if (this.phase.value === 'busy') return;
    this.phase.value = 'busy';
    this.#answering = true;
    this.#host.emit('chatkit.response.start');
  }

  #finish(): void {
    clearTimeout(this.#cutTimer);
    this.#turn = null;
    this.thread.value = local.settled(this.thread.value);
    this.phase.value = 'idle';
    this.stopping.value = false;
    this.lost.value = false;
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (!this.#answering) return;
    this.#answering = false;
    this.#host.emit('chatkit.response.end');
  }

  /** What must be known at once, without waiting for the next frame. */
  #adopt(events: ThreadEvent[], cut: AbortController): void {
    for (const event of events) {
      if (event.type === 'thread.created') {
        this.#setThreadId(event.thread.id);
        if (this.stopping.value) void this.#tellStop(cut);
      }
    }
  }

  async #runPendingTool(): Promise<void> {
    const call = local.pendingCall(this.thread.value);
    const threadId = this.threadId.value;
    if (!call || threadId === null) return;
    const running = this.#host.runClientTool({ name: call.name, params: call.arguments ?? {} });
    if (!running) return;
    const { signal } = this.#abort;
    // The composer stays locked until the tool has answered and the assistant has gone on.
    this.phase.value = 'busy';
    let result: unknown;
    try {
      result = (await running) ?? null;
    } catch (error) {
      this.#report(error);
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    if (signal.aborted) return;
    this.thread.value = local.withToolOutput(this.thread.value, call.id, result);
    this.phase.value = 'idle';
    await this.#run({ type: 'threads.add_client_tool_output', params: { thread_id: threadId, result } });
  }

  async #tellStop(cut: AbortController): Promise<void> {
    const threadId = this.threadId.value;
    if (!this.#turn?.resumable || threadId === null) return cut.abort();
    try {
      await this.#api.request({ type: 'ext.threads.stop', params: { thread_id: threadId } });
    } catch {
      cut.abort();
    }
  }

  #setThreadId(threadId: string | null): void {
    if (this.threadId.value === threadId) return;
    this.threadId.value = threadId;
    this.#host.emit('chatkit.thread.change', { threadId });
  }

  /** What was never taken cannot be retried by the server: its draft goes back to the composer instead. */
  #fail(error: unknown, retryable = true): void {
    const shown = this.#host.explain(error);
    this.thread.value = local.withError(this.thread.value, { ...shown, allowRetry: shown.allowRetry && retryable });
    this.#report(error);
  }

  #report(error: unknown): void {
    this.#host.emit('chatkit.error', { error: error instanceof Error ? error : new Error(String(error)) });
  }

  #requireThread(): string {
    const threadId = this.threadId.value;
    if (threadId === null) throw new Error('There is no thread yet.');
    return threadId;
  }
}
