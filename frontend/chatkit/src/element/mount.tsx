// The entry of the chat's chunk: draws a chat into a shadow root.

import { render } from 'preact';
import { ChatView } from '../components/chat/chat.tsx';
import { Chat } from '../state/chat.ts';
import { applyTheme, themeSheet } from '../styles/theme.ts';
import { sharedSheet } from '../styles/sheet.ts';
import { Widget } from '../widgets/lazy-widget.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { whenIdle } from '../parts/lazy.tsx';
import type { MountedChat } from './contract.ts';
import { Outbox, pageListens } from './outbox.ts';
import { effect } from '@preact/signals';

export { registerPageWidget as registerWidget } from '../widgets/registry.ts';

/** English words that turn into others are a flash; but a chat that shows nothing for longer would be worse. */
const WAIT_FOR_WORDS_MS = 250;

/** What nearly every thread needs. */
function preload(): Promise<unknown> {
  return Promise.all([Markdown.preload(), Widget.preload()]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function mount(root: ShadowRoot, host: HTMLElement): MountedChat {
  const outbox = new Outbox(host);
  const chat = new Chat(
    // They bubble and leave the shadow root, so that a page may listen on any element around the chat.
    (name, detail, cancelable = false) => outbox.send(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable })),
    () => host.getAttribute('api-url') ?? '',
  );
  chat.prepare = preload;
  const theme = themeSheet();
  root.adoptedStyleSheets = [sharedSheet(), theme];
  const container = document.createElement('div');
  container.className = 'root';
  root.replaceChildren(container);
  const stopTheme = effect(() => applyTheme(theme, chat.options.value.theme));
  let drawing: Promise<void> | null = null;
  let settled = Promise.resolve();
  let gone = false;

  const draw = () => {
    if (gone) return;
    render(<ChatView chat={chat} />, container);
    chat.emit('chatkit.ready');
    whenIdle(() => void preload());
  };

  return {
    setOptions(options) {
      chat.setOptions(options);
      if (!drawing) {
        const words = chat.languageChange;
        drawing = words ? Promise.race([words, pause(WAIT_FOR_WORDS_MS)]).then(draw) : Promise.resolve(draw());
        settled = Promise.all([drawing, pageListens().then(() => outbox.open())]).then(() => undefined);
      }
    },
    settled: () => settled,
    focusComposer: async () => chat.hands.focus(),
    setThreadId: (threadId) => chat.setThreadId(threadId),
    sendUserMessage: (params) => chat.sendUserMessage(params),
    setComposerValue: (params) => chat.setComposerValue(params),
    sendCustomAction: (action, itemId) => chat.sendCustomAction(action, itemId),
    showHistory: async () => chat.showHistory(),
    hideHistory: async () => chat.hideHistory(),
    fetchUpdates: () => chat.conversation.fetchUpdates(),
    getComposerValue: async () => chat.composerValue(),
    unmount() {
      gone = true;
      stopTheme();
      chat.dispose();
      render(null, container);
      root.replaceChildren();
    },
  };
}
