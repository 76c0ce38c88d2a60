// Tells the page of its reader's draft.

import { effect } from '@preact/signals';
import type { Application } from '../state/application.ts';
import { composerValueOf } from './page-api.ts';

/** The page hears of the draft once per turn of the event loop, however much of it has changed. Answers how to stop. */
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
