// The whole of a chat: options, conversation, history and draft, and the methods a page may call.

import { batch, effect, signal } from '@preact/signals';
import type { Entity, OpenAIChatKit } from '@openai/chatkit';
import { ApiClient } from '../client/api.ts';
import { isAbort } from '../client/errors.ts';
import { HttpTransport } from '../client/http-transport.ts';
import type { Attachment } from '../protocol/attachment.ts';
import type { InferenceOptions, UserContent } from '../protocol/item.ts';
import type { UserInput } from '../protocol/request.ts';
import type { Action } from '../protocol/widget.ts';
import { DraftAttachments } from './attachments.ts';
import { Composer, type ComposerValue } from './composer.ts';
import { Conversation } from './conversation.ts';
import { explain } from './explain.ts';
import { History } from './history.ts';
import { Language } from './language.ts';
import { readOptions, sameOptions, unknownKeys, type ExtendedOptions, type Options } from './options.ts';
import { Presence } from './presence.ts';
import { Previews } from './previews.ts';

/** False when the page has prevented what the event announces. */
export type Emit = (name: string, detail?: unknown, cancelable?: boolean) => boolean;

interface Message {
  content: UserContent[];
  attachments: Attachment[];
  quote: string | null;
  inference: InferenceOptions;
  newThread: boolean;
}

type SendParams = Parameters<OpenAIChatKit['sendUserMessage']>[0];
type ComposerParams = Parameters<OpenAIChatKit['setComposerValue']>[0];

/** What the composer can do for others once it is on screen. */
export interface ComposerHands {
  focus(): void;
  /** Opens the dialog that picks files. */
  pickFiles(): void;
  /** Writes at the caret, with spaces around it where words would run together. */
  insert(text: string): void;
}

const NO_HANDS: ComposerHands = { focus: () => undefined, pickFiles: () => undefined, insert: () => undefined };

export class Chat {
  readonly emit: Emit;
  readonly options = signal<Options>(readOptions(null));
  readonly language = new Language();
  readonly t = this.language.t;
  readonly historyOpen = signal(false);
  /** The microphone is in use, or what it heard is being written down. */
  readonly dictating = signal(false);
  /** Whether the browser believes to have a network; a server on this machine can be reached without. */
  readonly online = signal(globalThis.navigator?.onLine !== false);
  readonly composer = new Composer();
  readonly previews: Previews;
  readonly api: ApiClient;
  readonly conversation: Conversation;
  readonly history: History;
  readonly attachments: DraftAttachments;
  hands: ComposerHands = NO_HANDS;
  /** Settled when the words of the chosen locale are there, or cannot be had; null when they were there at once. */
  languageChange: Promise<void> | null = null;

  /** Loads what threads are drawn with; set by what draws them. */
  prepare: () => Promise<unknown> = () => Promise.resolve();

  readonly #hostedUrl: () => string;
  #raw: ExtendedOptions | null = null;
  readonly #presence: Presence;
  #stopEffects: () => void;

  /** `hostedUrl` tells the address for hosted mode, whose options name none. */
  constructor(emit: Emit, hostedUrl: () => string = () => '') {
    this.emit = emit;
    this.#hostedUrl = hostedUrl;
    this.api = new ApiClient(() => {
      const { apiUrl: url, fetch, locale, getClientSecret } = this.options.value;
      return { url, fetch, locale: locale.wanted, getClientSecret };
    });
    this.history = new History(this.api, this.report);
    this.previews = new Previews(() => this.options.peek().entities.onRequestPreview, this.report);
    this.conversation = new Conversation(new HttpTransport(this.api), {
      emit,
      report: this.report,
      threadSeen: (meta) => this.history.seen(meta),
      turnRuns: (threadId) => this.#presence.tellTurn(threadId),
      clientTool: () => {
        const run = this.options.value.onClientTool;
        return run ? async (call) => run(call) : null;
      },
      explain: (error) => explain(error, this.t.value),
      prepared: () => this.prepare(),
    });
    this.attachments = new DraftAttachments(this.api, {
      rules: () => this.options.value.composer.attachments ?? {},
      directUploadUrl: () => this.options.value.directUploadUrl,
      fetch: () => this.options.value.fetch,
      explain: (error) => explain(error, this.t.value).message,
      report: this.report,
    });
    const follow = () => void this.conversation.follow();
    this.#presence = new Presence({
      onReturn: follow,
      onNetwork: (online) => (this.online.value = online),
      onTurn: (threadId) => threadId === this.conversation.threadId.value && follow(),
    });
    this.#stopEffects = this.#tellChanges();
  }

  /** Tells the page of an error; whatever can be shown is shown where it happened. */
  readonly report = (error: unknown): void => {
    this.emit('chatkit.error', { error: error instanceof Error ? error : new Error(String(error)) });
  };

  /** Replaces all options. The first call opens the initial thread; later ones change only what differs. */
  setOptions(raw: ExtendedOptions): void {
    const first = this.#raw === null;
    const same = !first && sameOptions(this.#raw, raw);
    this.#raw = raw;
    const options = readOptions(raw, this.#hostedUrl());
    if (same) {
      // Only closures are new. They must be current, but nothing on screen depends on them.
      Object.assign(this.options.peek(), options);
      return;
    }
    const before = this.options.peek();
    batch(() => {
      this.options.value = options;
      this.languageChange = this.language.use(options.locale)?.catch(() => {
        this.emit('chatkit.log', { name: 'locale.failed', data: { locale: options.locale.tag } });
      }) ?? null;
    });
    for (const key of unknownKeys(raw)) this.emit('chatkit.log', { name: 'options.unknown', data: { key } });
    this.composer.keepOffered(options.composer.tools ?? [], options.composer.models ?? []);
    this.previews.forget();
    // Also when the address is missing: a page that waits for it would hide the card that says so.
    if (options.getClientSecret) this.api.prepareSecret().catch(this.report);
    if (options.problem) {
      const error = new Error(this.t.value(options.problem === 'hosted' ? 'error.hosted' : 'error.url'));
      this.emit('chatkit.error', { error });
      return;
    }
    if (first || before.problem) void this.conversation.open(options.initialThread);
    else if (before.apiUrl !== options.apiUrl) void this.conversation.open(options.initialThread);
  }

  /** Opens a thread. Rejects when it could not be loaded, which is then on screen as well. */
  async setThreadId(threadId: string | null): Promise<void> {
    if (threadId !== null && typeof threadId !== 'string') throw new TypeError('A thread id is a string, or null.');
    this.#requireApi();
    this.hideHistory();
    await this.conversation.open(threadId);
    const failure = this.conversation.loadError.value;
    if (failure) throw new Error(failure.message || this.t.value('error.load'));
  }

  /** As the reader asks for it, who sees what became of it. */
  openThread(threadId: string | null): void {
    this.setThreadId(threadId).catch(() => undefined);
  }

  newThread(): void {
    this.openThread(null);
    this.hands.focus();
  }

  openEntity(entity: Entity): void {
    try {
      this.options.peek().entities.onClick?.(entity);
    } catch (error) {
      this.report(error);
    }
  }

  async sendUserMessage(params: SendParams): Promise<void> {
    const { models = [] } = this.options.value.composer;
    const inference = this.composer.inferenceOptions(models);
    if (params.toolChoice) inference.tool_choice = params.toolChoice;
    if (params.model) inference.model = params.model;
    const message: Message = {
      content: contentOf(params),
      attachments: (params.attachments ?? []) as Attachment[],
      quote: params.reply || null,
      inference,
      newThread: params.newThread === true,
    };
    if (message.content.length === 0 && message.attachments.length === 0) throw new Error('There is nothing to send.');
    this.conversation.requireIdle();
    if (!this.#announce(message)) throw new DOMException('The page prevented the message.', 'AbortError');
    await this.#send(message);
  }

  /** Sends the draft. When it is not taken, it comes back. */
  async sendDraft(): Promise<void> {
    const { composer } = this;
    const { models = [], tools = [] } = this.options.value.composer;
    const message: Message = {
      content: composer.content(),
      attachments: this.attachments.ready(),
      quote: composer.quote.value,
      inference: composer.inferenceOptions(models),
      newThread: false,
    };
    // The page may want it unsent; the draft has not been touched yet.
    if (!this.#announce(message)) return;
    const toolId = composer.toolId.value;
    this.attachments.take();
    composer.clear(tools);
    try {
      await this.#send(message);
    } catch (error) {
      batch(() => {
        composer.restore({ ...message, toolId });
        this.attachments.adopt(message.attachments);
      });
      if (!isAbort(error)) throw error;
    }
  }

  async setComposerValue(params: ComposerParams): Promise<void> {
    const { composer } = this;
    const { tools = [], models = [], attachments: files } = this.options.value.composer;
    const { selectedToolId: toolId, selectedModelId: modelId } = params;
    if (typeof toolId === 'string' && !tools.some(({ id }) => id === toolId)) throw new Error(`There is no tool "${toolId}".`);
    if (modelId && !models.some(({ id, disabled }) => id === modelId && !disabled)) {
      throw new Error(`There is no model "${modelId}" that can be chosen.`);
    }
    if (params.files && files?.enabled !== true) throw new Error('Attachments are not enabled.');
    batch(() => {
      if (params.content !== undefined || params.text !== undefined) composer.setContent(contentOf(params));
      if (params.reply !== undefined) composer.quote.value = params.reply || null;
      if (toolId !== undefined) composer.toolId.value = toolId;
      if (modelId !== undefined) composer.modelId.value = modelId;
      if (params.attachments) this.attachments.replace(params.attachments as Attachment[]);
    });
    if (params.files) this.attachments.add(params.files);
  }

  composerValue(): ComposerValue {
    const { composer } = this;
    const { models = [] } = this.options.value.composer;
    return {
      text: composer.text.value,
      content: composer.content(),
      reply: composer.quote.value,
      attachments: this.attachments.ready().map(({ type, id, name, mime_type, preview_url = '' }) => {
        return type === 'image' ? { type, id, name, mime_type, preview_url } : { type, id, name, mime_type };
      }),
      selectedToolId: composer.toolId.value,
      selectedModelId: composer.selectedModel(models)?.id ?? null,
    };
  }

  async sendCustomAction(action: Action, itemId?: string): Promise<void> {
    this.#requireApi();
    if (typeof action?.type !== 'string') throw new TypeError('An action needs a type.');
    await this.conversation.action({ type: action.type, payload: action.payload }, itemId);
  }

  showHistory(): void {
    this.#requireApi();
    if (!this.options.value.history.enabled) throw new Error('The history is not enabled.');
    if (this.historyOpen.value) return;
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
      this.report(error);
    }
  }

  async deleteThread(threadId: string): Promise<void> {
    try {
      await this.history.delete(threadId);
    } catch (error) {
      this.report(error);
      return;
    }
    if (this.conversation.threadId.value === threadId) await this.conversation.open(null);
  }

  /** Answers whether the server has taken it. */
  async sendFeedback(itemIds: string[], kind: 'positive' | 'negative'): Promise<boolean> {
    const threadId = this.conversation.threadId.value;
    if (threadId === null) return false;
    try {
      await this.api.request({ type: 'items.feedback', params: { thread_id: threadId, item_ids: itemIds, kind } });
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  dispose(): void {
    this.#stopEffects();
    this.#presence.dispose();
    this.conversation.dispose();
    this.attachments.dispose();
  }

  /** Tells the page of a message that is about to go out; false when it is not to. */
  #announce({ content, attachments, quote, inference, newThread }: Message): boolean {
    const detail = {
      content,
      attachments,
      reply: quote,
      toolChoice: inference.tool_choice ?? null,
      model: inference.model ?? null,
      newThread,
    };
    return this.emit('chatkit.message.send', detail, true);
  }

  async #send({ content, attachments, quote, inference, newThread }: Message): Promise<void> {
    this.#requireApi();
    const input: UserInput = {
      content,
      attachments: attachments.map((attachment) => attachment.id),
      inference_options: inference,
      quoted_text: quote ?? undefined,
    };
    this.hideHistory();
    await this.conversation.send(input, { attachments }, newThread);
  }

  #requireApi(): void {
    const { problem } = this.options.value;
    if (problem) throw new Error(this.t.value(problem === 'hosted' ? 'error.hosted' : 'error.url'));
  }

  /** The page hears of the draft once per turn of the event loop, however much of it has changed. */
  #tellChanges(): () => void {
    let toolId = this.composer.toolId.value;
    let waiting = true;
    const stopTool = effect(() => {
      if (this.composer.toolId.value === toolId) return;
      toolId = this.composer.toolId.value;
      this.emit('chatkit.tool.change', { toolId });
    });
    const stopDraft = effect(() => {
      this.composerValue();
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        this.emit('chatkit.composer.change', this.composerValue());
      });
    });
    waiting = false;
    // A microphone left on in another thread would write into the wrong draft.
    const stopThread = this.conversation.threadId.subscribe(() => {
      this.dictating.value = false;
    });
    return () => {
      stopTool();
      stopDraft();
      stopThread();
    };
  }
}

function contentOf(params: Pick<SendParams, 'text' | 'content'>): UserContent[] {
  if (params.content) {
    return params.content.map((part) => (part.type === 'input_tag' ? { ...part, data: part.data ?? {} } : part));
  }
  return params.text ? [{ type: 'input_text', text: params.text }] : [];
}
