// Tables.

import { readTableCellProps, readTableRowProps } from '../protocol/generated/widgets.ts';
import { childrenOf, type WidgetNode } from '../protocol/widget-node.ts';
import { safeLength } from '../safety/style.ts';
import { clean, spaceStyle } from './box-style.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const MAX_SPAN = 100;

export function Table({ node, depth }: NodeProps) {
  const { markdown } = useWidget();
  const rows = childrenOf(node).filter((row) => row.type === 'Table.Row');
  const heads = (row: WidgetNode) => readTableRowProps(row).header === true;
  const head = rows.filter(heads);
  const body = rows.filter((row) => !heads(row));
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
      {cells.map((cell) => {
        const { width, padding, colSpan, rowSpan, colSize, align, vAlign } = readTableCellProps(cell);
        return (
          <Tag
            scope={Tag === 'th' ? 'col' : undefined}
            colSpan={span(colSpan)}
            rowSpan={span(rowSpan)}
            data-size={colSize}
            data-align={align}
            data-valign={vAlign}
            style={clean({ width: safeLength(width), ...spaceStyle('padding', padding) })}
          >
            <Nodes of={cell} depth={depth + 2} />
          </Tag>
        );
      })}
    </tr>
  );
}

function span(value = 0): number | undefined {
  return value >= 1 ? Math.min(Math.floor(value), MAX_SPAN) : undefined;
}
