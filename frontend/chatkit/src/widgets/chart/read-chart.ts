// Reads the props of a chart into what can be drawn.

import type { WidgetNode } from '../../protocol/widget-node.ts';
import { oneOf, safeColor } from '../../safety/style.ts';
import { isCurve, type CurveName } from './curves.ts';

const MAX_POINTS = 500;
const MAX_SERIES = 20;
const TOKENS = ['blue', 'purple', 'orange', 'green', 'red', 'yellow', 'pink'] as const;

export interface Series {
  kind: 'bar' | 'area' | 'line';
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

type Raw = Record<string, unknown>;

export function readChart(node: WidgetNode): ChartData {
  const axis: Raw = isRecord(node.xAxis) ? node.xAxis : { dataKey: node.xAxis };
  const labels: Raw = isRecord(axis.labels) ? axis.labels : {};
  const xKey = typeof axis.dataKey === 'string' ? axis.dataKey : '';
  const series = list(node.series).slice(0, MAX_SERIES).flatMap(readSeries);
  const rows = list(node.data).slice(0, MAX_POINTS).map((point) => {
    const name = shown(own(point, xKey));
    return { name: shown(own(labels, name)) || name, values: series.map(({ key }) => numberOf(own(point, key))) };
  });
  return {
    rows,
    series,
    showXAxis: axis.hide !== true,
    showYAxis: node.showYAxis === true,
    showLegend: node.showLegend === undefined ? series.length > 1 : node.showLegend === true,
    showTooltip: node.showTooltip !== false,
    barGap: gap(node.barGap) ?? 3,
    barCategoryGap: gap(node.barCategoryGap),
  };
}

function readSeries(raw: Raw, index: number): Series[] {
  const kind = oneOf(raw.type, ['bar', 'area', 'line']);
  const key = raw.dataKey;
  if (!kind || typeof key !== 'string') return [];
  return [
    {
      kind,
      key,
      label: typeof raw.label === 'string' && raw.label !== '' ? raw.label : key,
      color: colorOf(raw.color) ?? token(index),
      stack: kind !== 'line' && (typeof raw.stack === 'string' || typeof raw.stack === 'number') ? `${kind} ${raw.stack}` : undefined,
      curve: isCurve(raw.curveType) ? raw.curveType : 'monotone',
    },
  ];
}

function token(index: number): string {
  return `var(--ck-chart-${TOKENS[index % TOKENS.length]})`;
}

function colorOf(value: unknown): string | undefined {
  if (isRecord(value)) {
    const [light, dark] = [colorOf(value.light), colorOf(value.dark)];
    return light && dark ? `light-dark(${light}, ${dark})` : (light ?? dark);
  }
  const named = oneOf(value, TOKENS);
  return named ? `var(--ck-chart-${named})` : safeColor(value, 'background');
}

function numberOf(value: unknown): number | null {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

function gap(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(value, 200) : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : '';
}

function own(from: Raw, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}

function list(value: unknown): Raw[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
