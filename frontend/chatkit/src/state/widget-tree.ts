// Edits of a widget tree by node id. Only the path to the node is copied, so untouched parts keep their identity.

import { isWidgetNode, type WidgetNode } from '../protocol/widget-node.ts';

/** Deeper trees are cut off by the renderer too. */
export const MAX_DEPTH = 32;

export function appendToValue(root: WidgetNode, id: string, delta: string, done: boolean): WidgetNode {
  return edit(root, id, (node) => {
    const value = typeof node.value === 'string' ? node.value : '';
    return done && 'streaming' in node
      ? { ...node, value: value + delta, streaming: false }
      : { ...node, value: value + delta };
  });
}

export function replaceNode(root: WidgetNode, id: string, replacement: WidgetNode): WidgetNode {
  return edit(root, id, () => replacement);
}

function edit(node: WidgetNode, id: string, change: (node: WidgetNode) => WidgetNode, depth = 0): WidgetNode {
  if (node.id === id) return change(node);
  if (depth >= MAX_DEPTH) return node;
  const { children } = node;
  if (isWidgetNode(children)) {
    const child = edit(children, id, change, depth + 1);
    return child === children ? node : { ...node, children: child };
  }
  if (!Array.isArray(children)) return node;
  let changed = false;
  const next = children.map((child: unknown) => {
    if (changed || !isWidgetNode(child)) return child;
    const edited = edit(child, id, change, depth + 1);
    changed = edited !== child;
    return edited;
  });
  return changed ? { ...node, children: next } : node;
}
