// Widget trees. They are written by servers and models, so every prop is unknown until it has been read.

import { isRecord, words } from './read.ts';

export interface WidgetNode {
  type: string;
  readonly [prop: string]: unknown;
}

export function isWidgetNode(value: unknown): value is WidgetNode {
  return isRecord(value) && typeof value.type === 'string';
}

export function readWidgetNode(value: unknown): WidgetNode | undefined {
  return isWidgetNode(value) ? value : undefined;
}

/** What tells a node apart from its siblings. An object would not do, because comparing it can throw. */
export function keyOf(node: WidgetNode): string | undefined {
  return words(node.key) ?? words(node.id);
}

/** The children of a node as a list: Python writes one child or a list, and junk is left out. */
export function childrenOf(node: WidgetNode): WidgetNode[] {
  const { children } = node;
  if (Array.isArray(children)) return children.filter(isWidgetNode);
  return isWidgetNode(children) ? [children] : [];
}
