// Boxes, rows and columns, and the space between them.

import { safeColor, safeLength, safeSpace } from '../safety/style.ts';
import { boxStyle, clean } from './box-style.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { themeOf } from './theme-of.ts';

export function Box({ node, depth }: NodeProps) {
  return (
    <div class={`w-box ${node.direction === 'row' ? 'is-row' : 'is-col'}`} style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Row({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-row is-line" style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Col({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-col" style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Basic({ node, depth }: NodeProps) {
  const direction = node.direction === 'row' ? 'is-row' : 'is-col';
  return (
    <div class={`w-box w-basic ${direction}`} data-theme={themeOf(node)} style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Spacer({ node }: NodeProps) {
  const minSize = safeLength(node.minSize);
  return <div class="w-spacer" style={clean({ minWidth: minSize, minHeight: minSize })} />;
}

/** A line across its box: horizontal in a column, vertical in a row. */
export function Divider({ node }: NodeProps) {
  const style = clean({
    '--line-color': safeColor(node.color, 'border'),
    '--line-size': safeLength(node.size),
    '--line-space': safeSpace(node.spacing),
  });
  return <hr class={`w-divider${node.flush === true ? ' is-flush' : ''}`} style={style} />;
}
