// The methods a page may call. Their arguments come from JavaScript, so they are checked here.

import { batch } from '@preact/signals';
import type { OpenAIChatKit } from '@openai/chatkit';
import type { Attachment } from '../protocol/attachment.ts';
import type { Action } from '../protocol/action.ts';
import type { Application } from '../state/application.ts';
import type { ComposerValue } from '../state/composer.ts';
import { messageContent } from '../state/outbound.ts';
import type { Methods } from './contract.ts';

type SendParams = Parameters<OpenAIChatKit['sendUserMessage']>[0];
type ComposerParams = Parameters<OpenAIChatKit['setComposerValue']>[0];

export class PageApi implements Methods {
  readonly #app: Application;

  constructor(app: Application) {
    this.#app = app;
  }

  async focusComposer(): Promise<void> {
    this.#app.parts.hands.focus();
  }

  /** Opens a thread. Rejects if it could not be loaded, which is also shown to the reader. */
  async setThreadId(threadId: string | null): Promise<void> {
    const { actions, conversation, language } = this.#app;
    if (threadId !== null && typeof threadId !== 'string') throw new TypeError('A thread id is a string, or null.');
    this.#app.requireApi();
    actions.hideHistory();
    await conversation.open(threadId);
    const failure = conversation.loadError.peek();
    if (failure) throw new Error(failure.message || language.t.peek()('error.load'));
  }

  async sendUserMessage(params: SendParams): Promise<void> {
    const { outbound } = this.#app;
    const inference = outbound.inference();
    if (params.toolChoice) inference.tool_choice = params.toolChoice;
    if (params.model) inference.model = params.model;
    await outbound.send({
      content: messageContent(params),
      attachments: (params.attachments ?? []) as Attachment[],
      quote: params.reply || null,
      inference,
      newThread: params.newThread === true,
    });
  }

  async setComposerValue(params: ComposerParams): Promise<void> {
    const { composer, attachments } = this.#app.parts;
    const { tools = [], models = [], attachments: files } = this.#app.options.peek().composer;
    const { selectedToolId: toolId, selectedModelId: modelId } = params;
    if (typeof toolId === 'string' && !tools.some(({ id }) => id === toolId)) throw new Error(`There is no tool "${toolId}".`);
    if (modelId && !models.some(({ id, disabled }) => id === modelId && !disabled)) {
      throw new Error(`There is no model "${modelId}" that can be chosen.`);
    }
    if (params.files && files?.enabled !== true) throw new Error('Attachments are not enabled.');
    batch(() => {
      if (params.content !== undefined || params.text !== undefined) composer.setContent(messageContent(params));
      if (params.reply !== undefined) composer.quote.value = params.reply || null;
      if (toolId !== undefined) composer.toolId.value = toolId;
      if (modelId !== undefined) composer.modelId.value = modelId;
      if (params.attachments) attachments.replace(params.attachments as Attachment[]);
    });
    if (params.files) attachments.add(params.files);
  }

  async getComposerValue(): Promise<ComposerValue> {
    return composerValueOf(this.#app);
  }

  async sendCustomAction(action: Action, itemId?: string): Promise<void> {
    this.#app.requireApi();
    if (typeof action?.type !== 'string') throw new TypeError('An action needs a type.');
    await this.#app.conversation.action({ type: action.type, payload: action.payload }, itemId);
  }

  async showHistory(): Promise<void> {
    this.#app.requireApi();
    if (!this.#app.options.peek().history.enabled) throw new Error('The history is not enabled.');
    this.#app.actions.showHistory();
  }

  async hideHistory(): Promise<void> {
    this.#app.actions.hideHistory();
  }

  async fetchUpdates(): Promise<void> {
    await this.#app.conversation.fetchUpdates();
  }
}

/** The current draft. It reads signals, so an effect that calls it runs again after every change. */
export function composerValueOf({ parts: { composer, attachments }, options }: Application): ComposerValue {
  const { models = [] } = options.value.composer;
  return {
    text: composer.text.value,
    content: composer.content(),
    reply: composer.quote.value,
    attachments: attachments.ready().map((attachment) => {
      const { id, name, mime_type } = attachment;
      return attachment.type === 'image'
        ? { type: 'image', id, name, mime_type, preview_url: attachment.preview_url }
        : { type: 'file', id, name, mime_type };
    }),
    selectedToolId: composer.toolId.value,
    selectedModelId: composer.selectedModel(models)?.id ?? null,
  };
}
