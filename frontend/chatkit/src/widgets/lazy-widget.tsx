// A widget in the thread. The code that draws widgets is loaded with the first one.

import { lazy } from '../parts/lazy.tsx';
import type { WidgetProps } from './widget.tsx';

export const Widget = lazy<WidgetProps>({
  load: async () => (await import('./all.ts')).Widget,
  Waiting: () => <div class="widget-waiting" />,
  Failed: ({ markdown }) => <p class="widget-waiting is-failed">{markdown.t('widget.failed')}</p>,
});
