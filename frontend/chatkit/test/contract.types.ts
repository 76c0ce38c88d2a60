// Proves to the compiler that our element is the one the npm types describe, and lists all of their names, and those
// of the protocol: a new version that adds one does not compile until it is known here, and then documented.

import type {
  ChatKitEvents,
  ChatKitOptions,
  ColorOption,
  CommandsOption,
  ComposerOption,
  CustomApiConfig,
  EntitiesOption,
  HeaderOption,
  HistoryOption,
  HostedApiConfig,
  ModelOption,
  OpenAIChatKit,
  StartScreenOption,
  StartScreenPrompt,
  ThemeOption,
  ThreadItemActionsOption,
  ThreadOption,
  ToolOption,
  TypographyOption,
  Widgets,
  WidgetsOption,
} from '@openai/chatkit';
import type { ExtensionEvents, MethodName } from '../src/element/contract.ts';
import type { ChatKitElement } from '../src/element/element.ts';
import type { ItemUpdate, ThreadEvent } from '../src/protocol/event.ts';
import type { Item, Source, StructuredInput, Task, Workflow } from '../src/protocol/item.ts';
import { OPTION_KEYS } from '../src/state/options.ts';

type Extends<A, B> = A extends B ? true : false;
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type Names<T> = Readonly<Record<keyof T & string, true>>;
type Attachments = NonNullable<ComposerOption['attachments']>;

export const isTheirElement: Extends<ChatKitElement, OpenAIChatKit> = true;
export const takesTheirOptions: Extends<ChatKitOptions, Parameters<ChatKitElement['setOptions']>[0]> = true;

/** What `OpenAIChatKit` has beyond an element. */
type TheirMethods = Exclude<keyof OpenAIChatKit, keyof HTMLElement | 'setOptions'>;
export const hasTheirMethods: Same<MethodName, TheirMethods> = true;

const keys = <T>(names: Names<T>) => Object.keys(names);

export const METHODS: readonly string[] = Object.keys({
  focusComposer: true, setThreadId: true, sendUserMessage: true, setComposerValue: true, sendCustomAction: true,
  showHistory: true, hideHistory: true, fetchUpdates: true,
} satisfies Record<TheirMethods, true>);

export const EVENTS: readonly string[] = keys<ChatKitEvents>({
  'chatkit.ready': true, 'chatkit.error': true, 'chatkit.effect': true, 'chatkit.deeplink': true,
  'chatkit.response.start': true, 'chatkit.response.end': true, 'chatkit.history.open': true,
  'chatkit.history.close': true, 'chatkit.thread.change': true, 'chatkit.thread.load.start': true,
  'chatkit.thread.load.end': true, 'chatkit.tool.change': true, 'chatkit.log': true,
});

export const EXTENSION_EVENTS: readonly string[] = keys<ExtensionEvents>({
  'chatkit.composer.change': true, 'chatkit.message.send': true,
});

/** Every option by its path. */
export const OPTIONS: readonly string[] = [
  ...Object.keys(OPTION_KEYS),
  ...under('api', keys<CustomApiConfig>({ url: true, fetch: true, domainKey: true, uploadStrategy: true })),
  ...under('api', keys<HostedApiConfig>({ getClientSecret: true })),
  ...under('theme', keys<ThemeOption>({ colorScheme: true, typography: true, radius: true, density: true, color: true })),
  ...under('theme.typography', keys<TypographyOption>({ baseSize: true, fontSources: true, fontFamily: true, fontFamilyMono: true })),
  ...under('theme.color', keys<ColorOption>({ grayscale: true, accent: true, surface: true })),
  ...under('header', keys<HeaderOption>({ enabled: true, title: true, leftAction: true, rightAction: true })),
  ...under('history', keys<HistoryOption>({ enabled: true, showDelete: true, showRename: true })),
  ...under('startScreen', keys<StartScreenOption>({ greeting: true, prompts: true })),
  ...under('startScreen.prompts[]', keys<StartScreenPrompt>({ label: true, prompt: true, icon: true })),
  ...under('threadItemActions', keys<ThreadItemActionsOption>({ feedback: true, retry: true })),
  ...under('composer', keys<ComposerOption>({ placeholder: true, attachments: true, tools: true, models: true, dictation: true })),
  ...under('composer.attachments', keys<Attachments>({ enabled: true, maxSize: true, maxCount: true, accept: true })),
  ...under('composer.tools[]', keys<ToolOption>({
    id: true, label: true, icon: true, shortLabel: true, placeholderOverride: true, pinned: true, persistent: true,
  })),
  ...under('composer.models[]', keys<ModelOption>({ id: true, label: true, description: true, disabled: true, default: true })),
  ...under('disclaimer', keys<NonNullable<ChatKitOptions['disclaimer']>>({ text: true, highContrast: true })),
  ...under('entities', keys<EntitiesOption>({ onTagSearch: true, showComposerMenu: true, onClick: true, onRequestPreview: true })),
  ...under('commands', keys<CommandsOption>({ enabled: true, onSearch: true, onSelect: true })),
  ...under('widgets', keys<WidgetsOption>({ onAction: true })),
  ...under('thread', keys<ThreadOption>({ autoScroll: true })),
];

/** Every `type` of these, each of them once. */
const types = <T extends { type: string }>(names: Readonly<Record<T['type'], true>>): readonly string[] => Object.keys(names);

/** What streams hold, under the headings of docs/UI.md. */
export const STREAMED: Readonly<Record<string, readonly string[]>> = {
  Items: [
    ...types<Exclude<Item, { type: 'unknown' }>>({
      user_message: true, assistant_message: true, client_tool_call: true, widget: true, generated_image: true,
      structured_input: true, workflow: true, task: true, end_of_turn: true,
    }),
    // A server keeps these to itself.
    'hidden_context_item', 'sdk_hidden_context',
  ],
  'Stream events': types<ThreadEvent>({
    'thread.created': true, 'thread.updated': true, 'thread.item.added': true, 'thread.item.updated': true,
    'thread.item.done': true, 'thread.item.removed': true, 'thread.item.replaced': true, stream_options: true,
    progress_update: true, client_effect: true, error: true, notice: true,
  }),
  'Item updates': types<ItemUpdate>({
    'assistant_message.content_part.added': true, 'assistant_message.content_part.text_delta': true,
    'assistant_message.content_part.annotation_added': true, 'assistant_message.content_part.done': true,
    'widget.streaming_text.value_delta': true, 'widget.component.updated': true, 'widget.root.updated': true,
    'workflow.task.added': true, 'workflow.task.updated': true, 'generated_image.updated': true,
  }),
  'Tasks, sources, questions': types<Workflow | Task | Source | StructuredInput>({
    custom: true, reasoning: true, web_search: true, thought: true, file: true, image: true, url: true, entity: true,
    multiple_choice: true, freeform: true,
  }),
  'Widget components': [
    ...types<Widgets.WidgetRoot | Widgets.WidgetComponent | Widgets.ListViewItem>({
      Card: true, ListView: true, ListViewItem: true, Basic: true, Box: true, Row: true, Col: true, Form: true,
      Spacer: true, Divider: true, Transition: true, Text: true, Title: true, Caption: true, Markdown: true, Badge: true,
      Icon: true, Image: true, Button: true, Select: true, DatePicker: true, Checkbox: true, RadioGroup: true, Input: true,
      Textarea: true, Label: true, Table: true, 'Table.Row': true, 'Table.Cell': true,
    }),
    // The server SDK has it, the npm types have not.
    'Chart',
  ],
};

export function asThePageUsesIt(element: ChatKitElement): OpenAIChatKit {
  element.addEventListener('chatkit.thread.change', ({ detail }) => void detail.threadId);
  element.addEventListener('chatkit.error', ({ detail }) => void detail.error.message);
  element.addEventListener('chatkit.message.send', (event) => {
    if (event.detail.newThread) event.preventDefault();
  });
  element.setOptions({ api: { url: '/chatkit', domainKey: '' }, theme: 'auto', thread: { reasoning: 'hidden' } });
  return element;
}

function under(path: string, names: readonly string[]): string[] {
  return names.map((name) => `${path}.${name}`);
}
