// Tells the page when the reader's draft changes.

import { effect } from '@preact/signals';
import type { Application } from '../state/application.ts';
import { composerValueOf } from './page-api.ts';

/** Tells the page at most once per microtask, however much has changed. Returns a function that stops it. */
export function tellOfDraft(app: Application): () => void {
  const { composer } = app.parts;
  let toolId = composer.toolId.peek();
  let waiting = true;
  const stopTool = effect(() => {
    if (composer.toolId.value === toolId) return;
    toolId = composer.toolId.value;
    app.emit('chatkit.tool.change', { toolId });
  });
  const stopDraft = effect(() => {
    composerValueOf(app);
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      app.emit('chatkit.composer.change', composerValueOf(app));
    });
  });
  waiting = false;
  return () => {
    stopTool();
    stopDraft();
  };
}
