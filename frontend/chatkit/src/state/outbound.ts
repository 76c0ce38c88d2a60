// Messages on their way to the server: the page hears of each first, and may stop it.

import { batch } from '@preact/signals';
import type { UserMessageContent } from '@openai/chatkit';
import { isAbort } from '../client/errors.ts';
import type { Attachment } from '../protocol/attachment.ts';
import type { InferenceOptions, UserContent } from '../protocol/item.ts';
import type { UserInput } from '../protocol/request.ts';
import type { ComposerParts } from './composer-parts.ts';
import type { Conversation } from './conversation.ts';
import type { Options } from './options.ts';

/** Returns false if the page called `preventDefault()`. */
export type Emit = (name: string, detail?: unknown, cancelable?: boolean) => boolean;

export interface Message {
  content: UserContent[];
  attachments: Attachment[];
  quote: string | null;
  inference: InferenceOptions;
  newThread: boolean;
}

export interface OutboundHost {
  readonly emit: Emit;
  options(): Options;
  /** Throws when the options name no server. */
  requireApi(): void;
  /** Uncovers the thread that the message goes to. */
  showThread(): void;
}

/** The content of a message that is given either as text or as text and tags. */
export function messageContent({ text, content }: { text?: string; content?: readonly UserMessageContent[] }): UserContent[] {
  if (content) return content.map((part) => (part.type === 'input_tag' ? { ...part, data: part.data ?? {} } : part));
  return text ? [{ type: 'input_text', text }] : [];
}

export class Outbound {
  readonly #host: OutboundHost;
  readonly #conversation: Conversation;
  readonly #parts: ComposerParts;

  constructor(host: OutboundHost, conversation: Conversation, parts: ComposerParts) {
    this.#host = host;
    this.#conversation = conversation;
    this.#parts = parts;
  }

  /** The tool and model currently chosen in the composer. */
  inference(): InferenceOptions {
    return this.#parts.composer.inferenceOptions(this.#host.options().composer.models ?? []);
  }

  /** Sends a message other than the draft, which stays as it is. */
  async send(message: Message): Promise<void> {
    if (message.content.length === 0 && message.attachments.length === 0) throw new Error('There is nothing to send.');
    this.#conversation.requireIdle();
    if (!this.#announce(message)) throw new DOMException('The page prevented the message.', 'AbortError');
    await this.#deliver(message);
  }

  /** Sends the draft. If the server refuses it, it comes back. */
  async sendDraft(): Promise<void> {
    const { composer, attachments } = this.#parts;
    const message: Message = {
      content: composer.content(),
      attachments: attachments.ready(),
      quote: composer.quote.value,
      inference: this.inference(),
      newThread: false,
    };
    // If the page prevents the message, the draft stays, so it must not have been touched yet.
    if (!this.#announce(message)) return;
    const toolId = composer.toolId.value;
    attachments.take();
    composer.clear(this.#host.options().composer.tools ?? []);
    try {
      await this.#deliver(message);
    } catch (error) {
      batch(() => {
        composer.restore({ ...message, toolId });
        attachments.adopt(message.attachments);
      });
      if (!isAbort(error)) throw error;
    }
  }

  /** Tells the page that a message is about to be sent. Returns false if the page prevents it. */
  #announce({ content, attachments, quote, inference, newThread }: Message): boolean {
    const detail = {
      content,
      attachments,
      reply: quote,
      toolChoice: inference.tool_choice ?? null,
      model: inference.model ?? null,
      newThread,
    };
    return this.#host.emit('chatkit.message.send', detail, true);
  }

  async #deliver({ content, attachments, quote, inference, newThread }: Message): Promise<void> {
    this.#host.requireApi();
    const input: UserInput = {
      content,
      attachments: attachments.map((attachment) => attachment.id),
      inference_options: inference,
      quoted_text: quote ?? undefined,
    };
    this.#host.showThread();
    await this.#conversation.send(input, { attachments }, newThread);
  }
}
