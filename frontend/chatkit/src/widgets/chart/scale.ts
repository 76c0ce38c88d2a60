// From values to pixels: stacks, round ticks, and the positions of categories.

import type { ChartData } from './read-chart.ts';

export type Span = readonly [from: number, to: number] | null;

/** The start and end of each value, by series and then by row. It starts at zero or on the value below it in its stack. */
export function spansOf({ rows, series }: ChartData): Span[][] {
  const tops = new Map<string, number>();
  return series.map(({ stack }, position) =>
    rows.map(({ values }, row) => {
      const value = values[position];
      if (value === null || value === undefined) return null;
      if (stack === undefined) return [0, value] as const;
      // Positive and negative values of a stack grow away from zero on their own sides.
      const key = `${stack} ${row} ${value < 0 ? 'below' : 'above'}`;
      const from = tops.get(key) ?? 0;
      tops.set(key, from + value);
      return [from, from + value] as const;
    }),
  );
}

export interface Scale {
  ticks: number[];
  min: number;
  max: number;
}

/** A range that includes zero and ends on round numbers. */
export function niceScale(spans: readonly (readonly Span[])[], wanted = 4): Scale {
  let min = 0;
  let max = 0;
  for (const span of spans.flat()) {
    if (!span) continue;
    min = Math.min(min, span[0], span[1]);
    max = Math.max(max, span[0], span[1]);
  }
  if (min === max) max = min + 1;
  const rough = (max - min) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough;
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  // Multiply instead of adding up, because adding 0.1 three times does not give 0.3.
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { ticks, min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1 };
}

/** Label every n-th category, so that the labels do not touch. */
export function labelStep(names: readonly string[], width: number, perLetter = 6.6): number {
  const longest = Math.min(18, names.reduce((most, name) => Math.max(most, name.length), 1));
  const room = width / Math.max(1, names.length);
  return Math.max(1, Math.ceil((longest * perLetter + 10) / Math.max(1, room)));
}
