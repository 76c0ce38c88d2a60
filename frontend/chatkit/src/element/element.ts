// The <openai-chatkit> element: the public face, and nothing of the chat itself.

import type { ChatKitEvents, ChatKitOptions, EventHandler } from '@openai/chatkit';
import type { AppModule, ComposerValue, Methods, MountedChat, WidgetRenderer } from './contract.ts';

/** Loads the chunk that draws the chat; set by the loader, which knows where it lies. */
let loadApp: () => Promise<AppModule> = () => Promise.reject(new Error('the loader has not been set'));

/** Components the page has registered, kept until the chunk that draws them is there. */
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
 * root instead of a frame.
 *
 * @event chatkit.ready - the chat is drawn
 * @event chatkit.error - `{error}`: anything went wrong
 * @event chatkit.effect - `{name, data}`: the server asks the page to do something
 * @event chatkit.deeplink - `{name, data}`: a `chatkit-link://` link was followed
 * @event chatkit.response.start - the assistant begins to answer
 * @event chatkit.response.end - the assistant has finished, failed, or was stopped
 * @event chatkit.thread.change - `{threadId}`
 * @event chatkit.thread.load.start - `{threadId}`
 * @event chatkit.thread.load.end - `{threadId}`
 * @event chatkit.tool.change - `{toolId}`
 * @event chatkit.history.open - the list of chats is shown
 * @event chatkit.history.close - the list of chats is gone
 * @event chatkit.log - `{name, data}`: diagnostics
 *
 * @csspart frame, header, history, thread, message, bubble, card, composer, send
 * @cssproperty --ck-accent, --ck-bg, --ck-text-primary, --ck-max-width and the other tokens of tokens.css
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
  #options: ChatKitOptions | null = null;
  #chat: MountedChat | null = null;
  /** Settled once the chat is drawn; methods called before wait for it. */
  #mounting: Promise<MountedChat> | null = null;

  connectedCallback(): void {
    this.#mounting ??= this.#mount();
    // Whoever called a method is told; here the failure has been shown already.
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

  /** Replaces all options; nothing of earlier ones is kept. */
  setOptions(options: ChatKitOptions): void {
    this.#options = options;
    this.#chat?.setOptions(options);
  }

  /** Not left to `delegatesFocus`: a click on any text would send the focus to the first button. */
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
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(type: string, listener: unknown, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener as EventListener, options);
  }

  #ready(): Promise<MountedChat> {
    if (this.#chat) return Promise.resolve(this.#chat);
    return this.#mounting ?? Promise.reject(new Error('<openai-chatkit> is not in the page.'));
  }

  async #mount(): Promise<MountedChat> {
    let app: AppModule;
    try {
      app = await loadApp();
    } catch (cause) {
      const error = new Error('The chat could not be loaded.', { cause });
      // Better a sentence than a blank page.
      this.#root.replaceChildren(error.message);
      this.dispatchEvent(new CustomEvent('chatkit.error', { detail: { error } }));
      throw error;
    }
    const chat = app.mount(this.#root, this);
    this.#chat = chat;
    if (this.#options) chat.setOptions(this.#options);
    return chat;
  }
}
