// Draws nodes by their type. A type nobody knows is a quiet label with its children.

import { isWidgetNode, childrenOf, type WidgetNode } from '../protocol/widget.ts';
import { rendererFor, type NodeProps } from './registry.ts';
import { useWidget } from './scope.ts';

const MAX_DEPTH = 32;
const MAX_NODES = 5000;

export function Node({ node, depth }: NodeProps) {
  if (depth > MAX_DEPTH) return null;
  const Renderer = rendererFor(node.type);
  return Renderer ? <Renderer node={node} depth={depth} /> : <UnknownNode node={node} depth={depth} />;
}

export function Nodes({ of, depth }: { of: WidgetNode; depth: number }) {
  return (
    <>
      {childrenOf(of).map((child, index) => (
        <Node key={child.key ?? child.id ?? index} node={child} depth={depth + 1} />
      ))}
    </>
  );
}

function UnknownNode({ node, depth }: NodeProps) {
  const { markdown } = useWidget();
  return (
    <div class="w-unknown">
      <small>{markdown.t('widget.unknown', { type: node.type.slice(0, 40) })}</small>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

/** A hostile tree must not freeze the page: it is counted before anything is drawn. */
export function isTooLarge(root: WidgetNode): boolean {
  let count = 0;
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      if (node.length > MAX_NODES) return true;
      stack.push(...(node as unknown[]));
    } else if (isWidgetNode(node)) {
      if (++count > MAX_NODES) return true;
      stack.push(node.children);
    }
  }
  return false;
}
