// The curve types of lines and areas, by their protocol names.

import * as d3 from 'd3-shape';
import type { LineSeries } from '../../protocol/generated/widgets.ts';

export type CurveName = NonNullable<LineSeries['curveType']>;

const CURVES = {
  basis: d3.curveBasis,
  basisClosed: d3.curveBasisClosed,
  basisOpen: d3.curveBasisOpen,
  bump: d3.curveBumpX,
  bumpX: d3.curveBumpX,
  bumpY: d3.curveBumpY,
  linear: d3.curveLinear,
  linearClosed: d3.curveLinearClosed,
  monotone: d3.curveMonotoneX,
  monotoneX: d3.curveMonotoneX,
  monotoneY: d3.curveMonotoneY,
  natural: d3.curveNatural,
  step: d3.curveStep,
  stepAfter: d3.curveStepAfter,
  stepBefore: d3.curveStepBefore,
} as const satisfies Record<CurveName, d3.CurveFactory | d3.CurveFactoryLineOnly>;

export interface Point {
  x: number;
  /** The far edge. Null where the series has no value. */
  y: number | null;
  /** The near edge of an area. */
  base: number;
}

export function linePath(points: readonly Point[], curve: CurveName): string {
  const line = d3
    .line<Point>((point) => point.x, (point) => point.y ?? 0)
    .defined((point) => point.y !== null)
    .curve(CURVES[curve]);
  return line([...points]) ?? '';
}

export function areaPath(points: readonly Point[], curve: CurveName): string {
  // Some curves exist for lines only, so an area uses the most similar one that has two edges.
  const factory = curve === 'bumpX' || curve === 'bumpY' || curve === 'bump' ? CURVES.monotoneX : CURVES[curve];
  const area = d3
    .area<Point>()
    .x((point) => point.x)
    .y0((point) => point.base)
    .y1((point) => point.y ?? 0)
    .defined((point) => point.y !== null)
    .curve(factory as d3.CurveFactory);
  return area([...points]) ?? '';
}
