// The bars, areas and lines themselves.

import { useId } from 'preact/hooks';
import { areaPath, linePath } from './curves.ts';
import type { Bar, Layout } from './lay-out.ts';
import type { ChartData } from './read-chart.ts';

interface Props {
  data: ChartData;
  layout: Layout;
  active: number | null;
}

export function Marks({ data, layout, active }: Props) {
  const gradient = useId();
  const hasBars = data.series.some(({ kind }) => kind === 'bar');
  return (
    <>
      {active !== null && (hasBars ? <Band layout={layout} row={active} /> : <Line layout={layout} row={active} />)}
      {data.series.map((series, index) =>
        series.kind === 'bar' ? (
          <g fill={series.color}>
            {layout.bars[index]?.map((bar, row) => bar && <path class={active === null || active === row ? '' : 'is-dim'} d={barPath(bar)} />)}
          </g>
        ) : null,
      )}
      {data.series.map((series, index) => {
        const points = layout.points[index] ?? [];
        if (series.kind === 'bar') return null;
        return (
          <g>
            {series.kind === 'area' && (
              <>
                <linearGradient id={`${gradient}-${index}`} x1="0" x2="0" y1="0" y2="1">
                  <stop offset="0%" stop-color={series.color} stop-opacity={series.stack ? 0.5 : 0.32} />
                  <stop offset="100%" stop-color={series.color} stop-opacity={series.stack ? 0.28 : 0.02} />
                </linearGradient>
                <path d={areaPath(points, series.curve)} fill={`url(#${gradient}-${index})`} />
              </>
            )}
            <path class="is-line" d={linePath(points, series.curve)} stroke={series.color} />
            {points.length === 1 && points[0]?.y !== null && <circle cx={points[0]?.x} cy={points[0]?.y} r="4" fill={series.color} />}
          </g>
        );
      })}
      {active !== null &&
        data.series.map((series, index) => {
          const point = layout.points[index]?.[active];
          return point && point.y !== null ? <circle class="is-dot" cx={point.x} cy={point.y} r="4.5" fill={series.color} /> : null;
        })}
    </>
  );
}

function Band({ layout, row }: { layout: Layout; row: number }) {
  return (
    <rect class="is-band" x={layout.center(row) - layout.band / 2} y={layout.top} width={layout.band} height={layout.bottom - layout.top} rx="6" />
  );
}

function Line({ layout, row }: { layout: Layout; row: number }) {
  const x = Math.round(layout.center(row)) + 0.5;
  return <line class="is-cursor" x1={x} x2={x} y1={layout.top} y2={layout.bottom} />;
}

/** Rounded at the end away from zero, square where it touches the axis or another bar. */
function barPath({ x, y, width, height, round }: Bar): string {
  const radius = round ? Math.min(5, width / 2, height) : 0;
  const right = x + width;
  const bottom = y + height;
  if (round === 'bottom') {
    return `M${x},${y}H${right}V${bottom - radius}Q${right},${bottom} ${right - radius},${bottom}H${x + radius}Q${x},${bottom} ${x},${bottom - radius}Z`;
  }
  return `M${x},${bottom}V${y + radius}Q${x},${y} ${x + radius},${y}H${right - radius}Q${right},${y} ${right},${y + radius}V${bottom}Z`;
}
