// Boxes, rows and columns, and the space between them.

import { readBasicProps, readBoxProps, readColProps, readDividerProps, readRowProps, readSpacerProps } from '../protocol/generated/widgets.ts';
import { safeColor, safeLength, safeSpace } from '../safety/style.ts';
import { boxStyle, clean } from './box-style.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';

export function Box({ node, depth }: NodeProps) {
  const props = readBoxProps(node);
  return (
    <div class={`w-box ${props.direction === 'row' ? 'is-row' : 'is-col'}`} style={boxStyle(props)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Row({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-row is-line" style={boxStyle(readRowProps(node))}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Col({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-col" style={boxStyle(readColProps(node))}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Basic({ node, depth }: NodeProps) {
  const props = readBasicProps(node);
  const direction = props.direction === 'row' ? 'is-row' : 'is-col';
  return (
    <div class={`w-box w-basic ${direction}`} data-theme={props.theme} style={boxStyle(props)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Spacer({ node }: NodeProps) {
  const minSize = safeLength(readSpacerProps(node).minSize);
  return <div class="w-spacer" style={clean({ minWidth: minSize, minHeight: minSize })} />;
}

/** A line across its box: horizontal in a column, vertical in a row. */
export function Divider({ node }: NodeProps) {
  const { color, size, spacing, flush } = readDividerProps(node);
  const style = clean({
    '--line-color': safeColor(color, 'border'),
    '--line-size': safeLength(size),
    '--line-space': safeSpace(spacing),
  });
  return <hr class={`w-divider${flush ? ' is-flush' : ''}`} style={style} />;
}
