// Maps node types to the components that draw them.

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { WidgetNode } from '../protocol/widget-node.ts';
import type { WidgetRenderer } from '../element/contract.ts';

export interface NodeProps {
  node: WidgetNode;
  depth: number;
}

const builtIn = new Map<string, ComponentType<NodeProps>>();
/** A signal, so that a widget already on screen is redrawn when a component is registered. */
const ofPage = signal<ReadonlyMap<string, WidgetRenderer>>(new Map());

export function registerRenderer(type: string, renderer: ComponentType<NodeProps>): void {
  builtIn.set(type, renderer);
}

export function rendererFor(type: string): ComponentType<NodeProps> | undefined {
  return builtIn.get(type);
}

/** The page's own components, which win over built-in ones of the same name. */
export function registerPageWidget(type: string, renderer: WidgetRenderer): void {
  ofPage.value = new Map(ofPage.value).set(type, renderer);
}

export function pageRendererFor(type: string): WidgetRenderer | undefined {
  return ofPage.value.get(type);
}
