// The page's client tools: each call runs once, in one tab, and the server is told when the reader stops one.

import type { ChatTransport } from '../client/transport.ts';
import type { ClientToolCallItem } from '../protocol/item.ts';
import type { ConversationHost } from './conversation-host.ts';
import type { ToolLease } from './tool-lease.ts';

/** The output that the assistant gets for a call that the reader stopped. */
export const GIVEN_UP = { error: 'cancelled by the user' };

export class ClientTools {
  readonly #transport: ChatTransport;
  readonly #host: ConversationHost;
  readonly #lease: ToolLease;
  #told: Promise<void> = Promise.resolve();

  constructor(transport: ChatTransport, host: ConversationHost, lease: ToolLease) {
    this.#transport = transport;
    this.#host = host;
    this.#lease = lease;
  }

  /** Settles once the server has heard about every stopped call. Nothing else may be sent to the thread before. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** Whether a call may run in this tab. Without web locks, only the calls of `trusted` turns may. */
  mayRun(trusted: boolean): boolean {
    return this.#host.clientTool() !== null && (trusted || this.#lease.exclusive);
  }

  /** The first events of a turn from this tab have arrived. Its calls belong to this tab; the call it answered is done. */
  turnBegan(threadId: string): void {
    this.#lease.release();
    if (this.#host.clientTool() !== null) void this.#lease.claim(threadId);
  }

  turnOver(): void {
    this.#lease.release();
  }

  /** Waits until no other tab runs tools of the thread. True if one did, because then the call may have been answered. */
  claim(threadId: string): Promise<boolean> {
    return this.#lease.claim(threadId);
  }

  /** Runs a call and returns its output. A failing tool returns its error, so that the assistant can go on. */
  async run({ name, arguments: params }: ClientToolCallItem): Promise<unknown> {
    try {
      return (await this.#host.clientTool()?.({ name, params: params ?? {} })) ?? null;
    } catch (error) {
      this.#host.report(error);
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  giveUp(threadId: string): Promise<void> {
    this.#told = this.#transport
      .giveUpCall(threadId, GIVEN_UP)
      // The reader is free all the same. The call stays pending and runs again when the thread is next opened.
      .catch((error: unknown) => this.#host.emit('chatkit.log', { name: 'client_tool.untold', data: { error: String(error) } }))
      .then(() => {
        this.#lease.release();
        this.#host.turnRuns(threadId);
      });
    return this.#told;
  }

  leave(): void {
    this.#lease.release();
    this.#told = Promise.resolve();
  }
}
