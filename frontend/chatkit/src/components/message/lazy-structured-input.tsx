// The form for questions, loaded when the first one appears.

import { lazy } from '../../parts/lazy.tsx';
import type { StructuredInputItem } from '../../protocol/item.ts';

export const StructuredInput = lazy<{ item: StructuredInputItem }>({
  load: async () => (await import('./structured-input.tsx')).StructuredInput,
  Waiting: ({ item }) => (
    <div class="questions-waiting" data-row="">
      {item.inputs.map(({ question }) => (
        <strong dir="auto">{question}</strong>
      ))}
    </div>
  ),
});
