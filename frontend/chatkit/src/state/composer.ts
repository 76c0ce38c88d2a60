// The draft: text, quote, chosen tool and model. Its files are kept by `DraftAttachments`.

import { signal } from '@preact/signals';
import type { ModelOption, ToolOption } from '@openai/chatkit';
import type { InferenceOptions, UserContent } from '../protocol/item.ts';

export class Composer {
  readonly text = signal('');
  readonly quote = signal<string | null>(null);
  readonly toolId = signal<string | null>(null);
  readonly modelId = signal<string | null>(null);
  /** Tags given by the page go out with the text they came with. */
  readonly tags = signal<readonly Extract<UserContent, { type: 'input_tag' }>[]>([]);

  content(): UserContent[] {
    const text = this.text.value.trim();
    return [...this.tags.value, ...(text === '' ? [] : [{ type: 'input_text' as const, text }])];
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
    this.tags.value = content.filter((part) => part.type === 'input_tag');
    this.text.value = content.map((part) => (part.type === 'input_text' ? part.text : '')).join('');
  }

  /** After a send: the words are gone, a tool stays only if it is meant to. */
  clear(tools: readonly ToolOption[]): void {
    this.text.value = '';
    this.quote.value = null;
    this.tags.value = [];
    const tool = tools.find((candidate) => candidate.id === this.toolId.value);
    if (!tool?.persistent) this.toolId.value = null;
  }

  /** Gives back what could not be sent, before anything typed since. */
  restore(draft: { content: readonly UserContent[]; quote: string | null }): void {
    const typed = this.text.value;
    this.setContent(draft.content);
    if (typed !== '') this.text.value = `${this.text.value}\n${typed}`;
    this.quote.value ??= draft.quote;
  }
}
