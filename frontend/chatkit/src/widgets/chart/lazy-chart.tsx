// The code of charts, loaded with the first one. Until then, a box of the same size is shown.

import { lazy } from '../../parts/lazy.tsx';
import { chartBox } from './chart-box.ts';
import type { NodeProps } from '../registry.ts';

export const Chart = lazy<NodeProps>({
  load: async () => (await import('./chart.tsx')).Chart,
  Waiting: ({ node }) => <div class="w-chart-waiting" style={chartBox(node)} />,
});
