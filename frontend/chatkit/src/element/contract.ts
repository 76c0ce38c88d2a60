// What the loader and the chunk that draws the chat know of each other.

import type { ChatKitOptions, OpenAIChatKit } from '@openai/chatkit';

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

export interface ComposerValue {
  text: string;
  reply: string | null;
  attachments: { id: string; name: string; mime_type: string }[];
  selectedToolId: string | null;
  selectedModelId: string | null;
}

/** A chat drawn into a shadow root. */
export interface MountedChat extends Methods {
  setOptions(options: ChatKitOptions): void;
  unmount(): void;
}

export interface AppModule {
  mount(root: ShadowRoot, host: HTMLElement): MountedChat;
}
