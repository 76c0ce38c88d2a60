// Tables.

import { childrenOf, type WidgetNode } from '../protocol/widget-node.ts';
import { oneOf, safeLength } from '../safety/style.ts';
import { clean, spaceStyle } from './box-style.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const MAX_SPAN = 100;

export function Table({ node, depth }: NodeProps) {
  const { markdown } = useWidget();
  const rows = childrenOf(node).filter((row) => row.type === 'Table.Row');
  const head = rows.filter((row) => row.header === true);
  const body = rows.filter((row) => row.header !== true);
  return (
    // It is focusable, because it may have to be scrolled by keyboard.
    <div class="w-table" role="group" aria-label={markdown.t('widget.table')} tabIndex={0}>
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
          data-size={oneOf(cell.colSize, ['xs', 'sm', 'md', 'lg', 'xl'])}
          data-align={oneOf(cell.align, ['start', 'center', 'end'])}
          data-valign={oneOf(cell.vAlign, ['start', 'center', 'end'])}
          style={clean({ width: safeLength(cell.width), ...spaceStyle('padding', cell.padding) })}
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
