// The size of a chart: the given one, or a shape that suits a card.

import type { CSSProperties } from 'preact';
import { readChartProps } from '../../protocol/generated/widgets.ts';
import type { WidgetNode } from '../../protocol/widget-node.ts';
import { safeFlex } from '../../safety/style.ts';
import { clean, sizeStyle } from '../box-style.ts';

const HEIGHT = '220px';

export function chartBox(node: WidgetNode): CSSProperties {
  const props = readChartProps(node);
  const size = sizeStyle(props);
  const height = size.height ?? (size.aspectRatio === undefined ? HEIGHT : undefined);
  return clean({ ...size, height, flex: safeFlex(props.flex) });
}
