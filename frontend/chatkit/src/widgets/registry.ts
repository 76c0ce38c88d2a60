// Which component draws which type of node.

import type { ComponentType } from 'preact';
import type { WidgetNode } from '../protocol/widget.ts';

export interface NodeProps {
  node: WidgetNode;
  depth: number;
}

const renderers = new Map<string, ComponentType<NodeProps>>();

export function registerWidget(type: string, renderer: ComponentType<NodeProps>): void {
  renderers.set(type, renderer);
}

export function rendererFor(type: string): ComponentType<NodeProps> | undefined {
  return renderers.get(type);
}
