// The contract between the loader and the chunk that draws the chat.

import type { Attachment, OpenAIChatKit, UserMessageContent } from '@openai/chatkit';
import type { ComposerValue } from '../state/composer.ts';
import type { ExtendedOptions } from '../state/options.ts';

export type { ComposerValue, ExtendedOptions };

/** The methods a page may call, apart from `setOptions`. */
export type MethodName =
  | 'focusComposer'
  | 'setThreadId'
  | 'sendUserMessage'
  | 'setComposerValue'
  | 'sendCustomAction'
  | 'showHistory'
  | 'hideHistory'
  | 'fetchUpdates';

export type Methods = Pick<OpenAIChatKit, MethodName> & {
  /** Extension: the draft as it stands. */
  getComposerValue(): Promise<ComposerValue>;
};

/** A chat drawn into a shadow root. */
export interface MountedChat extends Methods {
  setOptions(options: ExtendedOptions): void;
  /** Resolves once the chat is drawn and the page has had a chance to add listeners. Before any options, at once. */
  settled(): Promise<void>;
  unmount(): void;
}

/** A node of a widget tree: its type, and its props as the server wrote them. */
export interface PageWidgetNode {
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
  readonly [prop: string]: unknown;
}

export interface WidgetApi {
  /** The locale of the chat, as a BCP 47 tag. */
  readonly locale: string;
  /** Fires an action as a button would, with the values of the form around the node; resolves when it is over. */
  fireAction(action: {
    type: string;
    payload?: unknown;
    handler?: 'server' | 'client';
    streaming?: boolean;
  }): Promise<void>;
  /** Stores a value in the form around the node. A dotted name nests. */
  setValue(name: string, value: string | boolean | null): void;
  /** Draws the node's children into an element. */
  renderChildren(into: HTMLElement): void;
}

/**
 * Draws a node into `element`, which is empty and lies in the chat's shadow root. Called again, after the clean-up
 * it returned, whenever the node has changed.
 */
export type WidgetRenderer = (element: HTMLElement, node: PageWidgetNode, api: WidgetApi) => void | (() => void);

export interface AppModule {
  mount(root: ShadowRoot, host: HTMLElement): MountedChat;
  registerWidget(type: string, renderer: WidgetRenderer): void;
}

/** Our own events, beside those of `ChatKitEvents`. */
export interface ExtensionEvents {
  /** The draft has changed: its words, quote, files, tool or model. */
  'chatkit.composer.change': CustomEvent<ComposerValue>;
  /** A message is about to be sent. `preventDefault()` stops it and keeps the draft. */
  'chatkit.message.send': CustomEvent<{
    content: UserMessageContent[];
    attachments: Attachment[];
    reply: string | null;
    toolChoice: { id: string } | null;
    model: string | null;
    newThread: boolean;
  }>;
}
