// Computes the positions of everything in a chart, in pixels.

import type { Point } from './curves.ts';
import type { ChartData } from './read-chart.ts';
import { labelStep, niceScale, spansOf } from './scale.ts';

const TOP = 8;
const X_AXIS = 24;
const MAX_BAR = 48;

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The end that is away from zero and not covered by another bar, which is rounded. */
  round: 'top' | 'bottom' | null;
}

export interface Layout {
  left: number;
  top: number;
  bottom: number;
  ticks: { y: number; text: string; zero: boolean }[];
  labels: { x: number; text: string; anchor: 'start' | 'middle' | 'end' }[];
  band: number;
  center(row: number): number;
  nearest(x: number): number | null;
  /** Indexed by series. Empty for series of another kind. */
  bars: (Bar | null)[][];
  points: Point[][];
}

export function layOut(data: ChartData, width: number, height: number, format: (value: number) => string): Layout {
  const { rows, series } = data;
  const spans = spansOf(data);
  const scale = niceScale(spans, height < 140 ? 2 : 4);
  const texts = scale.ticks.map(format);
  const left = data.showYAxis ? Math.max(...texts.map((text) => text.length)) * 6.8 + 10 : 0;
  const bottom = Math.max(TOP + 1, height - (data.showXAxis ? X_AXIS : 4));
  const yOf = (value: number) => bottom - ((value - scale.min) / (scale.max - scale.min)) * (bottom - TOP);

  const hasBars = series.some(({ kind }) => kind === 'bar');
  const inner = Math.max(1, width - left);
  const count = Math.max(1, rows.length);
  // Bars need bands. Without bars, lines extend from edge to edge.
  const edge = hasBars ? 0 : 6;
  const band = hasBars ? inner / count : (inner - 2 * edge) / Math.max(1, count - 1);
  const center = (row: number) => {
    if (hasBars) return left + band * (row + 0.5);
    return count === 1 ? left + inner / 2 : left + edge + band * row;
  };
  const nearest = (x: number) => {
    if (rows.length === 0) return null;
    const row = hasBars ? Math.floor((x - left) / band) : Math.round((x - left - edge) / band);
    return Math.min(Math.max(Number.isFinite(row) ? row : 0, 0), rows.length - 1);
  };

  const bars = barsOf(data, spans, band, center, yOf);
  const points = series.map(({ kind }, position) =>
    kind === 'bar'
      ? []
      : rows.map((_, row): Point => {
          const span = spans[position]?.[row];
          return { x: center(row), y: span ? yOf(span[1]) : null, base: yOf(span ? span[0] : 0) };
        }),
  );
  const step = labelStep(rows.map(({ name }) => name), inner);
  const labels = rows.flatMap(({ name }, row): Layout['labels'] => {
    if (!data.showXAxis || row % step !== 0) return [];
    const text = name.length > 18 ? `${name.slice(0, 17)}…` : name;
    const half = text.length * 3.3;
    const x = center(row);
    if (x - half < 0) return [{ x: Math.max(0, left), text, anchor: 'start' }];
    if (x + half > width) return [{ x: width, text, anchor: 'end' }];
    return [{ x, text, anchor: 'middle' }];
  });
  const ticks = scale.ticks.map((value, index) => ({ y: Math.round(yOf(value)) + 0.5, text: texts[index] ?? '', zero: value === 0 }));
  return { left, top: TOP, bottom, ticks, labels, band, center, nearest, bars, points };
}

function barsOf(
  { rows, series, barGap, barCategoryGap }: ChartData,
  spans: ReturnType<typeof spansOf>,
  band: number,
  center: (row: number) => number,
  yOf: (value: number) => number,
): Layout['bars'] {
  // Series of one stack share a column.
  const columns = [...new Set(series.flatMap(({ kind, stack }, index) => (kind === 'bar' ? [stack ?? `own ${index}`] : [])))];
  const free = Math.max(2, band - Math.min(barCategoryGap ?? band * 0.3, band * 0.8));
  const gap = Math.min(barGap, free / Math.max(1, columns.length) / 2);
  const width = Math.max(1, Math.min(MAX_BAR, (free - gap * (columns.length - 1)) / Math.max(1, columns.length)));
  const total = width * columns.length + gap * (columns.length - 1);
  return series.map(({ kind, stack }, position) => {
    if (kind !== 'bar') return [];
    const column = columns.indexOf(stack ?? `own ${position}`);
    const last = series.findLastIndex((other) => other.kind === 'bar' && stack !== undefined && other.stack === stack);
    return rows.map((_, row) => {
      const span = spans[position]?.[row];
      if (!span || span[0] === span[1]) return null;
      const [near, far] = [yOf(span[0]), yOf(span[1])];
      const free = stack === undefined || last === position;
      return {
        x: center(row) - total / 2 + column * (width + gap),
        y: Math.min(near, far),
        width,
        height: Math.max(1, Math.abs(far - near)),
        round: free ? (far < near ? 'top' : 'bottom') : null,
      };
    });
  });
}
