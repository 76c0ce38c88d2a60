// The classic script that a page includes. It defines the element at once and loads the chat's chunk.

import type { AppModule } from './contract.ts';
import { ChatKitElement, setAppLoader } from './element.ts';

/** The chunk's path relative to this script, filled in by the build. */
declare const CHUNK: string;
/** The chunks that it imports. They are requested at once, which saves a round trip. */
declare const SHARED: readonly string[];

const TAG = 'openai-chatkit';

/** `currentScript` is only set while the script runs. A script that was added as a module is found by its name. */
const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="chatkit.js"]');
const base = script?.src || document.baseURI;

function load(): Promise<AppModule> {
  for (const shared of SHARED) import(new URL(shared, base).href).catch(() => undefined);
  // If the page serves the script from elsewhere without the chunks, try them at the root.
  return import(new URL(CHUNK, base).href).catch(() => import(new URL(`/${CHUNK}`, base).href)) as Promise<AppModule>;
}

if (!customElements.get(TAG)) {
  // The chunk is always needed, so start loading it before the element is in the page.
  let app = load();
  // The element reports a failure. A page without an element has nobody to report to.
  app.catch(() => undefined);
  setAppLoader(() =>
    app.catch(() => {
      app = load();
      return app;
    }),
  );
  customElements.define(TAG, ChatKitElement);
}
