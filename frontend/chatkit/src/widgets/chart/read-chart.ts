// Reads the props of a chart into what can be drawn.

import { readChartProps, readChartSeries, type Axis, type ChartSeries, type ThemedColor } from '../../protocol/generated/widgets.ts';
import { isRecord, oneOf, words } from '../../protocol/read.ts';
import type { WidgetNode } from '../../protocol/widget-node.ts';
import { safeColor } from '../../safety/style.ts';
import type { CurveName } from './curves.ts';

const MAX_POINTS = 500;
const MAX_SERIES = 20;
const TOKENS = ['blue', 'purple', 'orange', 'green', 'red', 'yellow', 'pink'] as const;
const readToken = oneOf(...TOKENS);

export interface Series {
  kind: ChartSeries['type'];
  key: string;
  label: string;
  color: string;
  stack: string | undefined;
  curve: CurveName;
}

export interface ChartData {
  /** One row per category: its text, and one value per series, or null where there is none. */
  rows: { name: string; values: (number | null)[] }[];
  series: Series[];
  showXAxis: boolean;
  showYAxis: boolean;
  showLegend: boolean;
  showTooltip: boolean;
  barGap: number;
  barCategoryGap: number | undefined;
}

export function readChart(node: WidgetNode): ChartData {
  const props = readChartProps(node);
  const axis: Axis = typeof props.xAxis === 'object' ? props.xAxis : { dataKey: props.xAxis };
  const { dataKey = '', labels = {} } = axis;
  const series = first(node.series, MAX_SERIES).flatMap(readSeries);
  const rows = first(node.data, MAX_POINTS).map((point) => {
    const name = shown(own(point, dataKey));
    return { name: shown(own(labels, name)) || name, values: series.map(({ key }) => numberOf(own(point, key))) };
  });
  return {
    rows,
    series,
    showXAxis: axis.hide !== true,
    showYAxis: props.showYAxis === true,
    // Whoever says anything about the legend does not leave it to us, even if it is nothing that can be read.
    showLegend: props.showLegend ?? (node.showLegend === undefined && series.length > 1),
    showTooltip: props.showTooltip !== false,
    barGap: gap(props.barGap) ?? 3,
    barCategoryGap: gap(props.barCategoryGap),
  };
}

function readSeries(value: unknown, index: number): Series[] {
  const read = readChartSeries(value);
  if (!read) return [];
  const { type: kind, dataKey: key, label, color } = read;
  const stack = 'stack' in read ? read.stack : undefined;
  return [
    {
      kind,
      key,
      label: label || key,
      // The token goes by the place in the list, so that a series keeps its colour when one before it cannot be read.
      color: colorOf(color) ?? token(index),
      stack: stack === undefined ? undefined : `${kind} ${stack}`,
      curve: ('curveType' in read ? read.curveType : undefined) ?? 'monotone',
    },
  ];
}

function token(index: number): string {
  return `var(--ck-chart-${TOKENS[index % TOKENS.length]})`;
}

function colorOf(color: string | ThemedColor | undefined): string | undefined {
  if (typeof color === 'object') {
    const [light, dark] = [colorOf(color.light), colorOf(color.dark)];
    return light && dark ? `light-dark(${light}, ${dark})` : (light ?? dark);
  }
  const named = readToken(color);
  return named ? `var(--ck-chart-${named})` : safeColor(color, 'background');
}

function numberOf(value: unknown): number | null {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

function gap(value = -1): number | undefined {
  return value >= 0 ? Math.min(value, 200) : undefined;
}

function shown(value: unknown): string {
  return words(value)?.slice(0, 200) ?? '';
}

function own(from: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}

/** The first objects of a list. */
function first(value: unknown, most: number): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord).slice(0, most) : [];
}
