// The whole of a chat: options, conversation, history and draft, and the methods a page may call.

import { batch, computed, effect, signal } from '@preact/signals';
import type { ChatKitOptions, OpenAIChatKit } from '@openai/chatkit';
import { ApiClient } from '../client/api.ts';
import { isAbort } from '../client/errors.ts';
import { createTranslate } from '../i18n/translate.ts';
import type { Attachment } from '../protocol/attachment.ts';
import type { InferenceOptions, UserContent } from '../protocol/item.ts';
import type { UserInput } from '../protocol/request.ts';
import type { Action } from '../protocol/widget.ts';
import { DraftAttachments } from './attachments.ts';
import { Composer } from './composer.ts';
import { Conversation } from './conversation.ts';
import { explain } from './explain.ts';
import { History } from './history.ts';
import { readOptions, sameOptions, type Options } from './options.ts';

export type Emit = (name: string, detail?: unknown) => void;

interface Message {
  content: UserContent[];
  attachments: Attachment[];
  quote: string | null;
  inference: InferenceOptions;
  newThread: boolean;
}

type SendParams = Parameters<OpenAIChatKit['sendUserMessage']>[0];
type ComposerParams = Parameters<OpenAIChatKit['setComposerValue']>[0];

export class Chat {
  readonly emit: Emit;
  readonly options = signal<Options>(readOptions(null));
  readonly t = computed(() => createTranslate(this.options.value.locale));
  readonly historyOpen = signal(false);
  readonly composer = new Composer();
  readonly api: ApiClient;
  readonly conversation: Conversation;
  readonly history: History;
  readonly attachments: DraftAttachments;
  /** Set by the composer once it is on screen. */
  focusInput: () => void = () => undefined;

  #raw: ChatKitOptions | null = null;
  #stopEffects: () => void;

  constructor(emit: Emit) {
    this.emit = emit;
    const report = (error: unknown) => {
      emit('chatkit.error', { error: error instanceof Error ? error : new Error(String(error)) });
    };
    this.api = new ApiClient(() => {
      const { apiUrl: url, fetch, locale } = this.options.value;
      return { url, fetch, locale };
    });
    this.history = new History(this.api, report);
    this.conversation = new Conversation(this.api, {
      emit,
      threadSeen: (meta) => this.history.seen(meta),
      runClientTool: (call) => {
        const run = this.options.value.onClientTool;
        return run ? Promise.resolve().then(() => run(call)) : null;
      },
      explain: (error) => explain(error, this.t.value),
    });
    this.attachments = new DraftAttachments(this.api, {
      rules: () => this.options.value.composer.attachments ?? {},
      directUploadUrl: () => this.options.value.directUploadUrl,
      explain: (error) => explain(error, this.t.value).message,
      report,
    });
    let toolId = this.composer.toolId.value;
    this.#stopEffects = effect(() => {
      if (this.composer.toolId.value === toolId) return;
      toolId = this.composer.toolId.value;
      emit('chatkit.tool.change', { toolId });
    });
  }

  /** Replaces all options. The first call opens the initial thread; later ones change only what differs. */
  setOptions(raw: ChatKitOptions): void {
    const first = this.#raw === null;
    const same = !first && sameOptions(this.#raw, raw);
    this.#raw = raw;
    const options = readOptions(raw);
    if (same) {
      // Only closures are new. They must be current, but nothing on screen depends on them.
      Object.assign(this.options.peek(), options);
      return;
    }
    const before = this.options.peek();
    this.options.value = options;
    if (options.problem) {
      const error = new Error(this.t.value(options.problem === 'hosted' ? 'error.hosted' : 'error.url'));
      this.emit('chatkit.error', { error });
      return;
    }
    if (first || before.problem) void this.conversation.open(options.initialThread);
    else if (before.apiUrl !== options.apiUrl) void this.conversation.open(null);
  }

  async setThreadId(threadId: string | null): Promise<void> {
    this.hideHistory();
    await this.conversation.open(threadId);
  }

  newThread(): void {
    void this.setThreadId(null);
    this.focusInput();
  }

  async sendUserMessage(params: SendParams): Promise<void> {
    const { models = [] } = this.options.value.composer;
    const inference = this.composer.inferenceOptions(models);
    if (params.toolChoice) inference.tool_choice = params.toolChoice;
    if (params.model) inference.model = params.model;
    await this.#send({
      content: contentOf(params),
      attachments: (params.attachments ?? []) as Attachment[],
      quote: params.reply ?? null,
      inference,
      newThread: params.newThread === true,
    });
  }

  /** Sends the draft. When it is not taken, it comes back. */
  async sendDraft(): Promise<void> {
    const { composer } = this;
    const { models = [], tools = [] } = this.options.value.composer;
    const message: Message = {
      content: composer.content(),
      attachments: this.attachments.take(),
      quote: composer.quote.value,
      inference: composer.inferenceOptions(models),
      newThread: false,
    };
    composer.clear(tools);
    try {
      await this.#send(message);
    } catch (error) {
      batch(() => {
        composer.restore(message);
        this.attachments.adopt(message.attachments);
      });
      if (!isAbort(error)) throw error;
    }
  }

  async setComposerValue(params: ComposerParams): Promise<void> {
    const { composer } = this;
    batch(() => {
      if (params.content !== undefined || params.text !== undefined) composer.setContent(contentOf(params));
      if (params.reply !== undefined) composer.quote.value = params.reply;
      if (params.selectedToolId !== undefined) composer.toolId.value = params.selectedToolId;
      if (params.selectedModelId !== undefined) composer.modelId.value = params.selectedModelId;
    });
    if (params.attachments) this.attachments.adopt(params.attachments as Attachment[]);
    if (params.files) this.attachments.add(params.files);
  }

  composerValue() {
    const { models = [] } = this.options.value.composer;
    return {
      text: this.composer.text.value,
      reply: this.composer.quote.value,
      attachments: this.attachments.files.value.flatMap(({ attachment }) =>
        attachment ? [{ id: attachment.id, name: attachment.name, mime_type: attachment.mime_type }] : [],
      ),
      selectedToolId: this.composer.toolId.value,
      selectedModelId: this.composer.selectedModel(models)?.id ?? null,
    };
  }

  async sendCustomAction(action: Action, itemId?: string): Promise<void> {
    await this.conversation.action({ type: action.type, payload: action.payload }, itemId);
  }

  showHistory(): void {
    if (this.historyOpen.value || !this.options.value.history.enabled) return;
    this.historyOpen.value = true;
    void this.history.reload();
    this.emit('chatkit.history.open');
  }

  hideHistory(): void {
    if (!this.historyOpen.value) return;
    this.historyOpen.value = false;
    this.emit('chatkit.history.close');
  }

  async renameThread(threadId: string, title: string): Promise<void> {
    try {
      this.conversation.renamed(await this.history.rename(threadId, title));
    } catch (error) {
      this.emit('chatkit.error', { error });
    }
  }

  async deleteThread(threadId: string): Promise<void> {
    try {
      await this.history.delete(threadId);
    } catch (error) {
      this.emit('chatkit.error', { error });
      return;
    }
    if (this.conversation.threadId.value === threadId) await this.conversation.open(null);
  }

  async sendFeedback(itemIds: string[], kind: 'positive' | 'negative'): Promise<void> {
    const threadId = this.conversation.threadId.value;
    if (threadId === null) return;
    try {
      await this.api.request({ type: 'items.feedback', params: { thread_id: threadId, item_ids: itemIds, kind } });
    } catch (error) {
      this.emit('chatkit.error', { error });
    }
  }

  dispose(): void {
    this.#stopEffects();
    this.conversation.dispose();
    this.attachments.dispose();
  }

  async #send({ content, attachments, quote, inference, newThread }: Message): Promise<void> {
    const { problem } = this.options.value;
    if (problem) throw new Error(this.t.value(problem === 'hosted' ? 'error.hosted' : 'error.url'));
    const input: UserInput = {
      content,
      attachments: attachments.map((attachment) => attachment.id),
      inference_options: inference,
      quoted_text: quote ?? undefined,
    };
    this.hideHistory();
    await this.conversation.send(input, { attachments }, newThread);
  }
}

function contentOf(params: Pick<SendParams, 'text' | 'content'>): UserContent[] {
  if (params.content) {
    return params.content.map((part) => (part.type === 'input_tag' ? { ...part, data: part.data ?? {} } : part));
  }
  return params.text ? [{ type: 'input_text', text: params.text }] : [];
}
