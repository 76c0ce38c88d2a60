// Reads a widget's own theme, which overrides the page's.

import type { WidgetNode } from '../protocol/widget-node.ts';

export function themeOf(node: WidgetNode): 'light' | 'dark' | undefined {
  return node.theme === 'light' || node.theme === 'dark' ? node.theme : undefined;
}
