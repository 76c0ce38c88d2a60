// Puts the parts of a chat together, and hands the page's options to them.

import { batch, signal } from '@preact/signals';
import { ApiClient } from '../client/api.ts';
import { HttpTransport } from '../client/http-transport.ts';
import { DraftAttachments } from './attachments.ts';
import { composerParts, type ComposerParts } from './composer-parts.ts';
import { Conversation } from './conversation.ts';
import { explain } from './explain.ts';
import { History } from './history.ts';
import { Language } from './language.ts';
import { readOptions, sameOptions, unknownKeys, type ExtendedOptions, type Options } from './options.ts';
import { Outbound, type Emit } from './outbound.ts';
import { Presence } from './presence.ts';
import { Previews } from './previews.ts';
import { ReaderActions } from './reader-actions.ts';

export class Application {
  readonly emit: Emit;
  readonly options = signal<Options>(readOptions(null));
  readonly language = new Language();
  /** Whether the browser thinks it is online. A server on the same machine can be reached even when it is not. */
  readonly online = signal(globalThis.navigator?.onLine !== false);
  readonly previews: Previews;
  readonly conversation: Conversation;
  readonly history: History;
  readonly parts: ComposerParts;
  readonly outbound: Outbound;
  readonly actions: ReaderActions;
  /** Settles once the words of the chosen locale have been loaded or have failed to load. Null if they were already there. */
  languageChange: Promise<void> | null = null;

  /** Loads the code that draws threads. Whoever mounts the chat sets it. */
  prepare: () => Promise<unknown> = () => Promise.resolve();

  readonly #api: ApiClient;
  readonly #hostedUrl: () => string;
  readonly #presence: Presence;
  readonly #stopListening: () => void;
  #raw: ExtendedOptions | null = null;

  /** `hostedUrl` returns the server's address in hosted mode, where the options have none. */
  constructor(emit: Emit, hostedUrl: () => string = () => '') {
    const options = () => this.options.peek();
    this.emit = emit;
    this.#hostedUrl = hostedUrl;
    this.#api = new ApiClient(() => {
      const { apiUrl: url, fetch, locale, getClientSecret } = options();
      return { url, fetch, locale: locale.wanted, getClientSecret };
    });
    this.history = new History(this.#api, this.report);
    this.previews = new Previews(() => options().entities.onRequestPreview, this.report);
    this.conversation = this.#newConversation();
    this.parts = composerParts(this.#newAttachments());
    const { conversation, history, parts, report } = this;
    this.outbound = new Outbound(
      { emit, options, requireApi: () => this.requireApi(), showThread: () => this.actions.hideHistory() },
      conversation,
      parts,
    );
    this.actions = new ReaderActions({ api: this.#api, conversation, history, outbound: this.outbound, parts, emit, report, options });
    const follow = () => void conversation.follow();
    this.#presence = new Presence({
      onReturn: follow,
      onNetwork: (online) => (this.online.value = online),
      onTurn: (threadId) => threadId === conversation.threadId.peek() && follow(),
    });
    // A microphone left on in another thread would write into the wrong draft.
    this.#stopListening = conversation.threadId.subscribe(() => void (parts.dictating.value = false));
  }

  /** Tells the page about an error. Showing it to the reader is up to the place where it happened. */
  readonly report = (error: unknown): void => {
    this.emit('chatkit.error', { error: error instanceof Error ? error : new Error(String(error)) });
  };

  /** Replaces all options. The first call opens the initial thread; later ones change only what differs. */
  setOptions(raw: ExtendedOptions): void {
    const first = this.#raw === null;
    const same = !first && sameOptions(this.#raw, raw);
    this.#raw = raw;
    const options = readOptions(raw, this.#hostedUrl());
    if (same) {
      // Only closures are new. They must be current, but nothing on screen depends on them.
      Object.assign(this.options.peek(), options);
      return;
    }
    const before = this.options.peek();
    batch(() => {
      this.options.value = options;
      this.languageChange = this.language.use(options.locale)?.catch(() => {
        this.emit('chatkit.log', { name: 'locale.failed', data: { locale: options.locale.tag } });
      }) ?? null;
    });
    for (const key of unknownKeys(raw)) this.emit('chatkit.log', { name: 'options.unknown', data: { key } });
    this.parts.composer.keepOffered(options.composer.tools ?? [], options.composer.models ?? []);
    this.previews.forget();
    // Ask even when the address is missing: a page that waits for this call would hide the card that says so.
    if (options.getClientSecret) this.#api.prepareSecret().catch(this.report);
    if (options.problem) return this.report(new Error(this.#problemWords(options.problem)));
    if (first || before.problem || before.apiUrl !== options.apiUrl) void this.conversation.open(options.initialThread);
  }

  /** Throws when the options name no server. */
  requireApi(): void {
    const { problem } = this.options.peek();
    if (problem) throw new Error(this.#problemWords(problem));
  }

  dispose(): void {
    this.#stopListening();
    this.#presence.dispose();
    this.conversation.dispose();
    this.parts.attachments.dispose();
  }

  #newConversation(): Conversation {
    return new Conversation(new HttpTransport(this.#api), {
      emit: this.emit,
      report: this.report,
      threadSeen: (meta) => this.history.seen(meta),
      turnRuns: (threadId) => this.#presence.tellTurn(threadId),
      clientTool: () => {
        const run = this.options.peek().onClientTool;
        return run ? async (call) => run(call) : null;
      },
      explain: (error) => explain(error, this.language.t.peek()),
      prepared: () => this.prepare(),
    });
  }

  #newAttachments(): DraftAttachments {
    return new DraftAttachments(this.#api, {
      rules: () => this.options.peek().composer.attachments ?? {},
      directUploadUrl: () => this.options.peek().directUploadUrl,
      fetch: () => this.options.peek().fetch,
      explain: (error) => explain(error, this.language.t.peek()).message,
      report: this.report,
    });
  }

  #problemWords(problem: 'hosted' | 'url'): string {
    return this.language.t.peek()(problem === 'hosted' ? 'error.hosted' : 'error.url');
  }
}
