// The tools of the page: each call runs once, in one tab, and one that the reader gives up is told to the server.

import type { ChatTransport } from '../client/transport.ts';
import type { ClientToolCallItem } from '../protocol/item.ts';
import type { ConversationHost } from './conversation-host.ts';
import type { ToolLease } from './tool-lease.ts';

/** What the assistant is told of a call that the reader gave up. */
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

  /** Settled when the server knows of every call that was given up; what is sent to the thread comes after that. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** Whether a call can be run here. Where tabs cannot be told apart, only `trusted` turns have theirs run. */
  mayRun(trusted: boolean): boolean {
    return this.#host.clientTool() !== null && (trusted || this.#lease.exclusive);
  }

  /** A turn that was begun here goes on: its calls are for this tab, and the one it answers is done with. */
  turnBegan(threadId: string): void {
    this.#lease.release();
    if (this.#host.clientTool() !== null) void this.#lease.claim(threadId);
  }

  turnOver(): void {
    this.#lease.release();
  }

  /** Waits until no other tab runs tools of the thread; true when one did, so that the call may be answered by now. */
  claim(threadId: string): Promise<boolean> {
    return this.#lease.claim(threadId);
  }

  /** The output of a call. A tool that fails answers with its error, so that the assistant can go on. */
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
      // The reader is free all the same; a call that stays open is offered again when the thread is next opened.
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
