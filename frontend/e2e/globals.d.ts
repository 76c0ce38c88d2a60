// What the tests find in the pages they open.

import type { ChatKitElement } from '../chatkit/src/element/element.ts';

/** Elements of the chat are HTML unless a test says otherwise. */
interface ChatRoot extends Omit<ShadowRoot, 'querySelector' | 'querySelectorAll' | 'activeElement'> {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
  readonly activeElement: HTMLElement | null;
}

/** Events by their whole name, whatever it is: their details are what the tests are about. */
interface Listen {
  (type: string, listener: (event: CustomEvent) => unknown, options?: boolean | AddEventListenerOptions): void;
  (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

type Chat = Omit<ChatKitElement, 'shadowRoot' | 'addEventListener'> & { readonly shadowRoot: ChatRoot; addEventListener: Listen };

declare global {
  /** The server behind `api.fetch`; see `stub.js`. */
  var stub: any;
  /** What single tests leave in their page for themselves. */
  var chat: any, setCount: any, setDark: any, grow: any, touched: any, observer: any;

  interface HTMLElementTagNameMap {
    'openai-chatkit': Chat;
  }

  interface Document {
    addEventListener(type: `chatkit.${string}`, listener: (event: CustomEvent) => unknown, options?: AddEventListenerOptions): void;
  }

  interface CustomElementRegistry {
    get(name: 'openai-chatkit'): typeof ChatKitElement;
  }

  interface Window {
    [name: string]: any;
  }
}
