// Draws nodes by their type. An unknown type is shown as a quiet label with its children.

import { readLabelProps } from '../protocol/generated/widgets.ts';
import { childrenOf, isWidgetNode, keyOf, type WidgetNode } from '../protocol/widget-node.ts';
import { PageWidget } from './page-widget.tsx';
import { pageRendererFor, rendererFor, type NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const MAX_DEPTH = 32;
const MAX_NODES = 5000;

export function Node({ node, depth }: NodeProps) {
  if (depth > MAX_DEPTH) return null;
  const ofPage = pageRendererFor(node.type);
  if (ofPage) return <PageWidget node={node} depth={depth} renderer={ofPage} />;
  const Renderer = rendererFor(node.type);
  return Renderer ? <Renderer node={node} depth={depth} /> : <UnknownNode node={node} depth={depth} />;
}

export function Nodes({ of, depth }: { of: WidgetNode; depth: number }) {
  return (
    <>
      {childrenOf(of).map((child, index) => (
        <Node key={keyOf(child) ?? index} node={child} depth={depth + 1} />
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

/** Counts the nodes before anything is drawn, so that a hostile tree cannot freeze the page. */
export function isTooLarge(root: WidgetNode): boolean {
  let count = 0;
  for (const _ of walk(root)) if (++count > MAX_NODES) return true;
  return false;
}

/** The controls that a `Label` names. */
export function labelledNames(root: WidgetNode): string[] {
  const names: string[] = [];
  for (const node of walk(root)) {
    const name = node.type === 'Label' ? readLabelProps(node).fieldName : undefined;
    if (name !== undefined) names.push(name);
  }
  return names;
}

function* walk(root: WidgetNode): Generator<WidgetNode> {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      // Do not copy a list that is longer than a whole tree may be.
      for (let index = Math.min(node.length, MAX_NODES + 1) - 1; index >= 0; index--) stack.push(node[index]);
    } else if (isWidgetNode(node)) {
      yield node;
      stack.push(node.children);
    }
  }
}
