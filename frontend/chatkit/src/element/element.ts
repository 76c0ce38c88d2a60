// The <openai-chatkit> element: its public interface. The chat itself is a separate chunk.

import type { ChatKitEvents, EventHandler } from '@openai/chatkit';
import type {
  AppModule,
  ComposerValue,
  ExtendedOptions,
  ExtensionEvents,
  Methods,
  MountedChat,
  WidgetRenderer,
} from './contract.ts';
import { pageListens } from './outbox.ts';

/** Loads the chunk that draws the chat; set by the loader, which knows where it lies. */
let loadApp: () => Promise<AppModule> = () => Promise.reject(new Error('the loader has not been set'));

/** Components registered by the page, kept until the chunk that draws them has loaded. */
const pageWidgets = new Map<string, WidgetRenderer>();
let loadedApp: AppModule | null = null;

export function setAppLoader(loader: () => Promise<AppModule>): void {
  loadApp = async () => {
    const app = await loader();
    if (!loadedApp) for (const [type, renderer] of pageWidgets) app.registerWidget(type, renderer);
    loadedApp = app;
    return app;
  };
}

/**
 * A chat with a ChatKit server. Same tag, options, methods and events as OpenAI's element, in one open shadow
 * root instead of a frame. What goes beyond it is marked as an extension.
 *
 * @tagname openai-chatkit
 *
 * @attr {string} api-url - Extension: the server's address in hosted mode (`getClientSecret`), whose options name none.
 * @attr {"document"} layout - Extension: the thread scrolls with the page, and the composer stays in view.
 *
 * @event {CustomEvent<void>} chatkit.ready - The chat is drawn.
 * @event {CustomEvent<{error: Error}>} chatkit.error - Anything went wrong.
 * @event {CustomEvent<{name: string, data?: object}>} chatkit.effect - The server asks the page to do something.
 * @event {CustomEvent<{name: string, data?: object}>} chatkit.deeplink - A `chatkit-link://` link was followed.
 * @event {CustomEvent<void>} chatkit.response.start - The assistant begins to answer.
 * @event {CustomEvent<void>} chatkit.response.end - The assistant has finished, failed, or was stopped.
 * @event {CustomEvent<{threadId: string | null}>} chatkit.thread.change - Another thread is open, or none.
 * @event {CustomEvent<{threadId: string}>} chatkit.thread.load.start - A thread is being loaded.
 * @event {CustomEvent<{threadId: string}>} chatkit.thread.load.end - It is there, could not be loaded, or was left.
 * @event {CustomEvent<{toolId: string | null}>} chatkit.tool.change - A tool was chosen or cleared.
 * @event {CustomEvent<void>} chatkit.history.open - The list of chats is shown.
 * @event {CustomEvent<void>} chatkit.history.close - The list of chats is gone.
 * @event {CustomEvent<{name: string, data?: object}>} chatkit.log - Diagnostics.
 * @event {CustomEvent<ComposerValue>} chatkit.composer.change - Extension: the draft has changed.
 * @event {CustomEvent<object>} chatkit.message.send - Extension: a message is about to be sent; cancelable.
 *
 * @slot start - Extension: stands in for the greeting of a new chat.
 * @slot header-start - Extension: at the beginning of the header.
 * @slot header-end - Extension: at the end of the header.
 * @slot above-composer - Extension: between the thread and the composer.
 *
 * @csspart frame - The whole chat.
 * @csspart header - The bar above the thread.
 * @csspart title - The title in it.
 * @csspart history - The panel of earlier chats.
 * @csspart greeting - The greeting of a new chat.
 * @csspart prompt - A starter prompt.
 * @csspart thread - The scrolling thread.
 * @csspart message - A message; also `user-message` or `assistant-message`.
 * @csspart user-message - What the reader said.
 * @csspart assistant-message - What the assistant said.
 * @csspart bubble - The bubble of a user's message.
 * @csspart tag - A tag in a message.
 * @csspart card - A widget in the thread.
 * @csspart composer - The box messages are written in.
 * @csspart input - The field in it.
 * @csspart send - The button that sends.
 * @csspart suggestions - The list that `@` and `/` open.
 * @csspart preview - The preview of an entity.
 * @csspart disclaimer - The words under the composer.
 *
 * @cssproperty [--ck-accent] - Links and focus; from accent level 1 on also the send button.
 * @cssproperty [--ck-on-accent] - Text on the accent.
 * @cssproperty [--ck-link] - Links and chosen tools.
 * @cssproperty [--ck-focus] - The ring around what has the focus.
 * @cssproperty [--ck-danger] - Errors and what cannot be undone.
 * @cssproperty [--ck-bg] - The background.
 * @cssproperty [--ck-surface-elevated] - Composer, menus, cards.
 * @cssproperty [--ck-text-primary] - Text.
 * @cssproperty [--ck-text-secondary] - Text of less weight.
 * @cssproperty [--ck-text-tertiary] - Placeholders and notes.
 * @cssproperty [--ck-border-default] - Borders.
 * @cssproperty [--ck-bubble-bg] - The bubble of a user's message.
 * @cssproperty [--ck-bubble-text] - The text in it.
 * @cssproperty [--ck-send-bg] - The send button.
 * @cssproperty [--ck-send-text] - The arrow on it.
 * @cssproperty [--ck-greeting-color] - The greeting of a new chat.
 * @cssproperty [--ck-scrollbar] - The thumb of scroll bars.
 * @cssproperty [--ck-font] - The font.
 * @cssproperty [--ck-font-mono] - The font of code.
 * @cssproperty [--ck-font-size=16px] - The size of text, which most other sizes follow.
 * @cssproperty [--ck-max-width] - How wide a thread gets at most.
 */
export class ChatKitElement extends HTMLElement implements Methods {
  /**
   * Extension: draws all nodes of a type, in every chat of the page. The page's components win over built-in ones.
   * @example customElements.get('openai-chatkit').registerWidget('Gauge', (element, node, api) => { ... })
   */
  static registerWidget(type: string, renderer: WidgetRenderer): void {
    if (typeof type !== 'string' || type === '' || typeof renderer !== 'function') {
      throw new TypeError('registerWidget needs the name of a type and a function');
    }
    pageWidgets.set(type, renderer);
    loadedApp?.registerWidget(type, renderer);
  }

  readonly #root = this.attachShadow({ mode: 'open' });
  #options: ExtendedOptions | null = null;
  #chat: MountedChat | null = null;
  /** Settles once the chat is mounted; methods called earlier wait for it. */
  #mounting: Promise<MountedChat> | null = null;

  connectedCallback(): void {
    this.#mounting ??= this.#mount();
    // Methods pass a failure on to their caller; here it has already been shown.
    this.#mounting.catch(() => undefined);
  }

  disconnectedCallback(): void {
    // Moving the element in the page disconnects it for a moment; only a removal that lasts ends the chat.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#chat?.unmount();
      this.#chat = null;
      this.#mounting = null;
    });
  }

  /** Replaces all options; earlier ones are discarded. */
  setOptions(options: ExtendedOptions): void {
    this.#options = options;
    this.#chat?.setOptions(options);
  }

  /** `delegatesFocus` would move the focus to the first button on a click on any text. */
  override focus(): void {
    this.focusComposer().catch(() => undefined);
  }

  async focusComposer(): Promise<void> {
    return (await this.#ready()).focusComposer();
  }

  async setThreadId(threadId: string | null): Promise<void> {
    return (await this.#ready()).setThreadId(threadId);
  }

  async sendUserMessage(params: Parameters<Methods['sendUserMessage']>[0]): Promise<void> {
    return (await this.#ready()).sendUserMessage(params);
  }

  async setComposerValue(params: Parameters<Methods['setComposerValue']>[0]): Promise<void> {
    return (await this.#ready()).setComposerValue(params);
  }

  async sendCustomAction(action: { type: string; payload?: Record<string, unknown> }, itemId?: string): Promise<void> {
    return (await this.#ready()).sendCustomAction(action, itemId);
  }

  async showHistory(): Promise<void> {
    return (await this.#ready()).showHistory();
  }

  async hideHistory(): Promise<void> {
    return (await this.#ready()).hideHistory();
  }

  async fetchUpdates(): Promise<void> {
    return (await this.#ready()).fetchUpdates();
  }

  async getComposerValue(): Promise<ComposerValue> {
    return (await this.#ready()).getComposerValue();
  }

  override addEventListener<K extends keyof ChatKitEvents>(
    type: K,
    listener: EventHandler<K>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener<K extends keyof ExtensionEvents>(
    type: K,
    listener: (event: ExtensionEvents[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as EventListener, options);
  }

  override removeEventListener<K extends keyof ChatKitEvents>(
    type: K,
    listener: EventHandler<K>,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener<K extends keyof ExtensionEvents>(
    type: K,
    listener: (event: ExtensionEvents[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(type: string, listener: unknown, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener as EventListener, options);
  }

  /** Methods wait until the page can hear their events, even when they are called right after `setOptions`. */
  async #ready(): Promise<MountedChat> {
    if (!this.#mounting) throw new Error('<openai-chatkit> is not in the page.');
    const chat = await this.#mounting;
    await chat.settled();
    return chat;
  }

  async #mount(): Promise<MountedChat> {
    let app: AppModule;
    try {
      app = await loadApp();
    } catch (cause) {
      const error = new Error('The chat could not be loaded.', { cause });
      // A sentence is better than a blank page.
      this.#root.replaceChildren(error.message);
      await pageListens();
      this.dispatchEvent(new CustomEvent('chatkit.error', { detail: { error }, bubbles: true, composed: true }));
      throw error;
    }
    const chat = app.mount(this.#root, this);
    this.#chat = chat;
    if (this.#options) chat.setOptions(this.#options);
    return chat;
  }
}
