// Bars, areas and lines over categories, with axes, a legend, a tooltip, and a table for screen readers.

import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { listed } from '../../i18n/format.ts';
import { addStyles } from '../../styles/sheet.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { chartBox } from './chart-box.ts';
import css from './chart.css';
import { DataTable } from './data-table.tsx';
import { Marks } from './marks.tsx';
import { layOut, type Layout } from './lay-out.ts';
import { readChart, type ChartData } from './read-chart.ts';

addStyles(css);

export function Chart({ node }: NodeProps) {
  const { markdown, locale } = useWidget();
  const [frame, { width, height }] = useSize();
  const [active, setActive] = useState<number | null>(null);
  const box = useMemo(() => chartBox(node), [node]);
  const data = useMemo(() => readChart(node), [node]);
  const compact = useMemo(() => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }), [locale]);
  const exact = useMemo(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }), [locale]);
  const layout = useMemo(() => layOut(data, width, height, (value) => compact.format(value)), [data, width, height, compact]);
  const helpId = useId();
  const label = markdown.t('chart.label', { series: listed(locale, data.series.map((series) => series.label)) });
  const count = data.rows.length;

  const onPointer = (event: PointerEvent) => {
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setActive(layout.nearest(event.clientX - left));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = active ?? -1;
    const moves: Record<string, number> = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: count - 1 };
    const target = moves[event.key];
    if (event.key === 'Escape' && active !== null) {
      event.stopPropagation();
      setActive(null);
    } else if (target !== undefined && count > 0) {
      event.preventDefault();
      setActive(Math.min(Math.max(target, 0), count - 1));
    }
  };

  return (
    <figure class="w-chart" style={box}>
      <div
        ref={frame}
        class="w-chart-plot"
        // Charts run from left to right in every script.
        dir="ltr"
        role="group"
        aria-label={label}
        aria-describedby={helpId}
        tabIndex={data.showTooltip ? 0 : undefined}
        onPointerMove={data.showTooltip ? onPointer : undefined}
        onPointerDown={data.showTooltip ? onPointer : undefined}
        onPointerLeave={() => setActive(null)}
        onKeyDown={data.showTooltip ? onKeyDown : undefined}
        onBlur={() => setActive(null)}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <Axes data={data} layout={layout} width={width} height={height} />
            <Marks data={data} layout={layout} active={active} />
          </svg>
        )}
        {active !== null && <Tooltip data={data} layout={layout} row={active} width={width} format={(value) => exact.format(value)} />}
      </div>
      {data.showLegend && (
        <ul class="w-legend">
          {data.series.map((series) => (
            <li>
              <i class={`is-${series.kind}`} style={{ background: series.color }} />
              <bdi>{series.label}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div id={helpId} class="visually-hidden">
        <DataTable data={data} format={(value) => exact.format(value)} />
      </div>
      <div class="visually-hidden" role="status">
        {active !== null && spoken(data, active, (value) => exact.format(value))}
      </div>
    </figure>
  );
}

interface AxesProps {
  data: ChartData;
  layout: Layout;
  width: number;
  height: number;
}

function Axes({ data, layout, width, height }: AxesProps) {
  return (
    <>
      {layout.ticks.map(({ y, text, zero }) => (
        <>
          <line class={zero ? 'is-zero' : ''} x1={layout.left} x2={width} y1={y} y2={y} />
          {data.showYAxis && (
            <text x={layout.left - 8} y={y} dy="0.32em" text-anchor="end">
              {text}
            </text>
          )}
        </>
      ))}
      {layout.labels.map(({ x, text, anchor }) => (
        <text x={x} y={height - 5} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </>
  );
}

interface TooltipProps {
  data: ChartData;
  layout: Layout;
  row: number;
  width: number;
  format: (value: number) => string;
}

function Tooltip({ data, layout, row, width, format }: TooltipProps) {
  const x = layout.center(row);
  const side = x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` };
  return (
    <div class="w-tooltip" style={side} aria-hidden="true">
      <strong>{data.rows[row]?.name}</strong>
      <dl>
        {data.series.map((series, index) => {
          const value = data.rows[row]?.values[index];
          return value === null || value === undefined ? null : (
            <div>
              <dt>
                <i class={`is-${series.kind}`} style={{ background: series.color }} />
                <bdi>{series.label}</bdi>
              </dt>
              <dd>{format(value)}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

function spoken({ rows, series }: ChartData, row: number, format: (value: number) => string): string {
  const values = series.flatMap(({ label }, index) => {
    const value = rows[row]?.values[index];
    return value === null || value === undefined ? [] : [`${label} ${format(value)}`];
  });
  return `${rows[row]?.name ?? ''}: ${values.join(', ')}`;
}

function useSize() {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = frame;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => {
      const box = entry?.contentRect;
      if (box) setSize({ width: Math.round(box.width), height: Math.round(box.height) });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [frame, size] as const;
}
