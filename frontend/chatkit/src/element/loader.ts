// The classic script a page includes: defines the element at once and fetches the chat's chunk beside itself.

import type { AppModule } from './contract.ts';
import { ChatKitElement, setAppLoader } from './element.ts';

/** The chunk's path, relative to this script; written in by the build. */
declare const CHUNK: string;
/** The chunks it imports, asked for at once instead of one round trip later. */
declare const SHARED: readonly string[];

const TAG = 'openai-chatkit';

/** Only known while the script runs. A script that was added as a module is found by its name. */
const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[src*="chatkit.js"]');
const base = script?.src || document.baseURI;

function load(): Promise<AppModule> {
  for (const shared of SHARED) import(new URL(shared, base).href).catch(() => undefined);
  // A page may serve the script from a place of its own without the chunks; then they are at the root.
  return import(new URL(CHUNK, base).href).catch(() => import(new URL(`/${CHUNK}`, base).href)) as Promise<AppModule>;
}

if (!customElements.get(TAG)) {
  // The chunk is needed in any case, so it is not waited for until the element is in the page.
  let app = load();
  // The element tells of a failure; a page that has none yet has nothing to be told.
  app.catch(() => undefined);
  setAppLoader(() =>
    app.catch(() => {
      app = load();
      return app;
    }),
  );
  customElements.define(TAG, ChatKitElement);
}
