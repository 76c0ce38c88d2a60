// Tables, and charts as the table of their data.

import { childrenOf, type WidgetNode } from '../protocol/widget.ts';
import { oneOf, safeLength } from '../safety/style.ts';
import { clean, spaceStyle } from './box-style.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';

const MAX_SPAN = 100;

export function Table({ node, depth }: NodeProps) {
  const rows = childrenOf(node).filter((row) => row.type === 'Table.Row');
  const head = rows.filter((row) => row.header === true);
  const body = rows.filter((row) => row.header !== true);
  return (
    <div class="w-table" tabIndex={0}>
      <table>
        {head.length > 0 && <thead>{head.map((row) => tableRow(row, depth, 'th'))}</thead>}
        <tbody>{body.map((row) => tableRow(row, depth, 'td'))}</tbody>
      </table>
    </div>
  );
}

function tableRow(row: WidgetNode, depth: number, Tag: 'th' | 'td') {
  const cells = childrenOf(row).filter((cell) => cell.type === 'Table.Cell');
  return (
    <tr>
      {cells.map((cell) => (
        <Tag
          scope={Tag === 'th' ? 'col' : undefined}
          colSpan={span(cell.colSpan)}
          rowSpan={span(cell.rowSpan)}
          data-align={oneOf(cell.align, ['start', 'center', 'end'])}
          data-valign={oneOf(cell.vAlign, ['start', 'center', 'end'])}
          style={clean({ width: safeLength(cell.width), ...(spaceStyle('padding', cell.padding) as Record<string, string>) })}
        >
          <Nodes of={cell} depth={depth + 2} />
        </Tag>
      ))}
    </tr>
  );
}

function span(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? Math.min(Math.floor(value), MAX_SPAN) : undefined;
}

interface Series {
  dataKey: string;
  label: string;
}

/** The numbers behind the picture: complete, readable, and the same for everyone. */
export function Chart({ node }: NodeProps) {
  const axis = typeof node.xAxis === 'string' ? node.xAxis : (node.xAxis as { dataKey?: unknown } | undefined)?.dataKey;
  const xKey = typeof axis === 'string' ? axis : '';
  const series = Array.isArray(node.series) ? (node.series as unknown[]).flatMap(readSeries) : [];
  const data = Array.isArray(node.data) ? (node.data as Record<string, unknown>[]).slice(0, 500) : [];
  return (
    <div class="w-table is-chart" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{xKey}</th>
            {series.map(({ label }) => (
              <th scope="col" data-align="end">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map((point) => (
            <tr>
              <th scope="row">{String(point?.[xKey] ?? '')}</th>
              {series.map(({ dataKey }) => (
                <td data-align="end">{String(point?.[dataKey] ?? '')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function readSeries(raw: unknown): Series[] {
  const { dataKey, label } = (raw ?? {}) as { dataKey?: unknown; label?: unknown };
  if (typeof dataKey !== 'string') return [];
  return [{ dataKey, label: typeof label === 'string' ? label : dataKey }];
}
