// The types of what tests find in their pages. The element's come from the official package, which our own class is
// checked against: our sources would be compiled with the looser settings of this folder.

import type { OpenAIChatKit } from '@openai/chatkit';

/** Elements of the chat are HTML unless a test says otherwise. */
interface ChatRoot extends Omit<ShadowRoot, 'querySelector' | 'querySelectorAll' | 'activeElement'> {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
  readonly activeElement: HTMLElement | null;
}

/** Tests listen for events by their full names and look at their details. */
interface Listen {
  (type: string, listener: (event: CustomEvent) => unknown, options?: boolean | AddEventListenerOptions): void;
  (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

type Chat = Omit<OpenAIChatKit, 'shadowRoot' | 'addEventListener' | 'setOptions'> & {
  readonly shadowRoot: ChatRoot;
  addEventListener: Listen;
  setOptions(options: object): void;
  getComposerValue(): Promise<any>;
};

declare global {
  /** The server behind `api.fetch`; see `stub.js`. */
  var stub: any;
  /** Globals that single tests put into their page. */
  var chat: any, setCount: any, setDark: any, grow: any, touched: any, observer: any;

  interface HTMLElementTagNameMap {
    'openai-chatkit': Chat;
  }

  interface Document {
    addEventListener(type: `chatkit.${string}`, listener: (event: CustomEvent) => unknown, options?: AddEventListenerOptions): void;
  }

  interface CustomElementRegistry {
    get(name: 'openai-chatkit'): { registerWidget(type: string, renderer: (element: HTMLElement, node: any, api: any) => void | (() => void)): void };
  }

  interface Window {
    [name: string]: any;
  }
}
