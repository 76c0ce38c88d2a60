// The draft: words with their tags, quote, chosen tool and model. Its files are kept by `DraftAttachments`.

import { computed, signal } from '@preact/signals';
import type { Attachment, ModelOption, ToolOption, UserMessageContent } from '@openai/chatkit';
import type { InferenceOptions, InputTag, UserContent } from '../protocol/item.ts';
import { contentOf, draftOf, edited, EMPTY_DRAFT, joined, type Draft, type Trigger } from './draft.ts';

/** The result of `getComposerValue()` and the detail of `chatkit.composer.change`. */
export interface ComposerValue {
  /** The text as written, with tags as `@Name`. */
  text: string;
  /** The content as it would be sent: text and tags in order. */
  content: UserMessageContent[];
  reply: string | null;
  /** Completed uploads only. */
  attachments: Attachment[];
  selectedToolId: string | null;
  selectedModelId: string | null;
}

/** How many removed tags to remember, in case an undo brings their words back. */
const MAX_LOST = 20;

export class Composer {
  readonly draft = signal<Draft>(EMPTY_DRAFT);
  readonly quote = signal<string | null>(null);
  readonly toolId = signal<string | null>(null);
  readonly modelId = signal<string | null>(null);
  /** The sign before the caret that asks for suggestions. */
  readonly trigger = signal<Trigger | null>(null);
  /** A message that explains why something the reader asked for did not happen. */
  readonly notice = signal<string | null>(null);
  readonly text = computed(() => this.draft.value.text);

  #lost: InputTag[] = [];

  /** The text was changed by typing, pasting, or undoing; the caret is behind the change. */
  edit(text: string, caret: number): void {
    const before = this.draft.value;
    const after = edited(before, text, caret, this.#lost);
    const present = new Set(after.tags.map(({ tag }) => tag));
    const gone = before.tags.filter(({ tag }) => !present.has(tag)).map(({ tag }) => tag);
    this.#lost = [...gone, ...this.#lost.filter((tag) => !present.has(tag))].slice(0, MAX_LOST);
    this.draft.value = after;
  }

  content(): UserContent[] {
    return contentOf(this.draft.value);
  }

  inferenceOptions(models: readonly ModelOption[]): InferenceOptions {
    const options: InferenceOptions = {};
    const model = this.selectedModel(models);
    if (this.toolId.value !== null) options.tool_choice = { id: this.toolId.value };
    if (model) options.model = model.id;
    return options;
  }

  selectedModel(models: readonly ModelOption[]): ModelOption | undefined {
    const usable = models.filter((model) => !model.disabled);
    return (
      usable.find((model) => model.id === this.modelId.value) ?? usable.find((model) => model.default) ?? usable[0]
    );
  }

  setContent(content: readonly UserContent[]): void {
    this.draft.value = draftOf(content);
    this.trigger.value = null;
  }

  /** Resets a chosen tool or model that the options no longer offer. */
  keepOffered(tools: readonly ToolOption[], models: readonly ModelOption[]): void {
    if (!tools.some((tool) => tool.id === this.toolId.value)) this.toolId.value = null;
    if (!models.some((model) => model.id === this.modelId.value)) this.modelId.value = null;
  }

  /** Empties the draft after a send. The chosen tool stays only if it is persistent. */
  clear(tools: readonly ToolOption[]): void {
    this.draft.value = EMPTY_DRAFT;
    this.trigger.value = null;
    this.notice.value = null;
    this.quote.value = null;
    this.#lost = [];
    const tool = tools.find((candidate) => candidate.id === this.toolId.value);
    if (!tool?.persistent) this.toolId.value = null;
  }

  /** Puts a message that could not be sent back in front of anything typed since. */
  restore(sent: { content: readonly UserContent[]; quote: string | null; toolId: string | null }): void {
    this.draft.value = joined(draftOf(sent.content), this.draft.value);
    this.quote.value ??= sent.quote;
    this.toolId.value ??= sent.toolId;
  }
}
