// Charts, loaded with the first one. A box of the chart's size stands in.

import { lazy } from '../../parts/lazy.tsx';
import { chartBox } from './chart-box.ts';
import type { NodeProps } from '../registry.ts';

export const Chart = lazy<NodeProps>({
  load: async () => (await import('./chart.tsx')).Chart,
  Waiting: ({ node }) => <div class="w-chart-waiting" style={chartBox(node)} />,
});
