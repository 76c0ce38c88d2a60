// Widget trees. They are written by servers and models, so every prop is unknown until it has been read.

export interface WidgetNode {
  type: string;
  id?: string;
  key?: string;
  readonly [prop: string]: unknown;
}

export type LoadingBehavior = 'auto' | 'self' | 'container' | 'none';

export interface ActionConfig {
  type: string;
  payload?: unknown;
  handler: 'server' | 'client';
  loadingBehavior: LoadingBehavior;
  streaming: boolean;
}

/** What is sent: handler, loading behaviour and streaming are the client's business. */
export interface Action {
  type: string;
  payload?: unknown;
}

export function isWidgetNode(value: unknown): value is WidgetNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof (value as { type?: unknown }).type === 'string'
  );
}

/** The children of a node as a list: Python writes one child or a list, and junk is left out. */
export function childrenOf(node: WidgetNode): WidgetNode[] {
  const { children } = node;
  if (Array.isArray(children)) return children.filter(isWidgetNode);
  return isWidgetNode(children) ? [children] : [];
}

export function readAction(value: unknown): ActionConfig | null {
  if (typeof value !== 'object' || value === null) return null;
  const raw = value as Record<string, unknown>;
  if (typeof raw.type !== 'string') return null;
  const behaviors: readonly unknown[] = ['auto', 'self', 'container', 'none'];
  return {
    type: raw.type,
    payload: raw.payload,
    handler: raw.handler === 'client' ? 'client' : 'server',
    loadingBehavior: behaviors.includes(raw.loadingBehavior) ? (raw.loadingBehavior as LoadingBehavior) : 'auto',
    streaming: raw.streaming !== false,
  };
}
