// What a reader can do besides writing. Failures are shown and reported here, so only what widgets and dictation await rejects.

import type { Entity } from '@openai/chatkit';
import type { Requests } from '../client/api.ts';
import type { UserContent } from '../protocol/item.ts';
import { anything, object, or, text, type Reader } from '../protocol/read.ts';
import type { StructuredInputSubmission } from '../protocol/request.ts';
import type { Action } from '../protocol/action.ts';
import type { ComposerParts } from './composer-parts.ts';
import type { Conversation } from './conversation.ts';
import type { History } from './history.ts';
import type { Options } from './options.ts';
import type { Emit, Outbound } from './outbound.ts';

const readTranscript: Reader<{ text: string }> = object({ text: or(text, '') });

interface Parts {
  readonly api: Requests;
  readonly conversation: Conversation;
  readonly history: History;
  readonly outbound: Outbound;
  readonly parts: ComposerParts;
  readonly emit: Emit;
  /** Tells the page about an error. */
  readonly report: (error: unknown) => void;
  options(): Options;
}

export class ReaderActions {
  readonly report: (error: unknown) => void;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.report = parts.report;
    this.#parts = parts;
  }

  openThread(threadId: string | null): void {
    this.hideHistory();
    void this.#parts.conversation.open(threadId);
  }

  newThread(): void {
    this.openThread(null);
    this.#parts.parts.hands.focus();
  }

  showHistory(): void {
    const { history, emit, options } = this.#parts;
    if (history.open.peek() || options().problem) return;
    history.open.value = true;
    void history.reload();
    emit('chatkit.history.open');
  }

  hideHistory(): void {
    const { history, emit } = this.#parts;
    if (!history.open.peek()) return;
    history.open.value = false;
    emit('chatkit.history.close');
  }

  async renameThread(threadId: string, title: string): Promise<void> {
    const { history, conversation } = this.#parts;
    try {
      conversation.renamed(await history.rename(threadId, title));
    } catch (error) {
      this.report(error);
    }
  }

  async deleteThread(threadId: string): Promise<void> {
    const { history, conversation } = this.#parts;
    try {
      await history.delete(threadId);
    } catch (error) {
      this.report(error);
      return;
    }
    if (conversation.threadId.peek() === threadId) await conversation.open(null);
  }

  /** Sends the draft, which comes back if the server refuses it. */
  sendDraft(): void {
    this.#parts.outbound.sendDraft().catch(() => undefined);
  }

  /** Sends a prompt of the start screen, which becomes the draft if the server refuses it. */
  sendPrompt(content: UserContent[]): void {
    const { outbound, parts } = this.#parts;
    const message = { content, attachments: [], quote: null, inference: outbound.inference(), newThread: false };
    outbound.send(message).catch(() => parts.composer.setContent(content));
    parts.hands.focus();
  }

  stop(): void {
    void this.#parts.conversation.stop();
  }

  retry(itemId: string): void {
    this.#parts.conversation.retry(itemId).catch(() => undefined);
  }

  answer(itemId: string, input: StructuredInputSubmission): void {
    this.#parts.conversation.answer(itemId, input).catch(() => undefined);
  }

  /** Rejects when the server refuses the action, so that its widget can react. */
  act(action: Action, itemId: string, streaming: boolean): Promise<void> {
    const { conversation } = this.#parts;
    return streaming ? conversation.action(action, itemId) : conversation.syncAction(action, itemId);
  }

  dismissError(): void {
    this.#parts.conversation.dismissError();
  }

  loadEarlier(): void {
    void this.#parts.conversation.loadEarlier();
  }

  /** Tells whether the end of the thread is in view. */
  watch(seen: boolean): void {
    this.#parts.conversation.watched(seen);
  }

  /** Returns whether the server accepted the rating. */
  async rate(itemIds: string[], kind: 'positive' | 'negative'): Promise<boolean> {
    const { api, conversation } = this.#parts;
    const threadId = conversation.threadId.peek();
    if (threadId === null) return false;
    try {
      await api.request({ type: 'items.feedback', params: { thread_id: threadId, item_ids: itemIds, kind } }, anything);
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Returns the text of a recording. Rejects when it cannot be transcribed. */
  async transcribe(audio_base64: string, mime_type: string): Promise<string> {
    const params = { audio_base64, mime_type };
    const { text: words } = await this.#parts.api.request({ type: 'input.transcribe', params }, readTranscript);
    return words.trim();
  }

  openEntity(entity: Entity): void {
    try {
      this.#parts.options().entities.onClick?.(entity);
    } catch (error) {
      this.report(error);
    }
  }

  followDeeplink(name: string, data: Record<string, string>): void {
    this.#parts.emit('chatkit.deeplink', { name, data });
  }
}
