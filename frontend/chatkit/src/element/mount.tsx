// The entry point of the chat's chunk, which draws a chat into a shadow root.

import { render } from 'preact';
import { ChatView } from '../components/chat/chat.tsx';
import { Application } from '../state/application.ts';
import { applyTheme, themeSheet } from '../styles/theme.ts';
import { sharedSheet } from '../styles/sheet.ts';
import { Widget } from '../widgets/lazy-widget.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { whenIdle } from '../parts/lazy.tsx';
import type { MountedChat } from './contract.ts';
import { tellOfDraft } from './draft-events.ts';
import { Outbox, pageListens } from './outbox.ts';
import { PageApi } from './page-api.ts';
import { effect } from '@preact/signals';

export { registerPageWidget as registerWidget } from '../widgets/registry.ts';

/** Wait this long for the locale, so that English text does not flash. Showing nothing for longer would be worse. */
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
  const app = new Application(
    // Events bubble and cross the shadow root, so that a page can listen on any element around the chat.
    (name, detail, cancelable = false) => outbox.send(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable })),
    () => host.getAttribute('api-url') ?? '',
  );
  app.prepare = preload;
  const api = new PageApi(app);
  const stopTelling = tellOfDraft(app);
  const theme = themeSheet();
  root.adoptedStyleSheets = [sharedSheet(), theme];
  const container = document.createElement('div');
  container.className = 'root';
  root.replaceChildren(container);
  const stopTheme = effect(() => applyTheme(theme, app.options.value.theme));
  let drawing: Promise<void> | null = null;
  let settled = Promise.resolve();
  let gone = false;

  const draw = () => {
    if (gone) return;
    render(<ChatView app={app} />, container);
    app.emit('chatkit.ready');
    whenIdle(() => void preload());
  };

  return {
    setOptions(options) {
      app.setOptions(options);
      if (!drawing) {
        const words = app.languageChange;
        drawing = words ? Promise.race([words, pause(WAIT_FOR_WORDS_MS)]).then(draw) : Promise.resolve(draw());
        settled = Promise.all([drawing, pageListens().then(() => outbox.open())]).then(() => undefined);
      }
    },
    settled: () => settled,
    focusComposer: () => api.focusComposer(),
    setThreadId: (threadId) => api.setThreadId(threadId),
    sendUserMessage: (params) => api.sendUserMessage(params),
    setComposerValue: (params) => api.setComposerValue(params),
    sendCustomAction: (action, itemId) => api.sendCustomAction(action, itemId),
    showHistory: () => api.showHistory(),
    hideHistory: () => api.hideHistory(),
    fetchUpdates: () => api.fetchUpdates(),
    getComposerValue: () => api.getComposerValue(),
    unmount() {
      gone = true;
      stopTheme();
      stopTelling();
      app.dispose();
      render(null, container);
      root.replaceChildren();
    },
  };
}
