// A widget may have a theme of its own, whatever the page's is.

import type { WidgetNode } from '../protocol/widget-node.ts';

export function themeOf(node: WidgetNode): 'light' | 'dark' | undefined {
  return node.theme === 'light' || node.theme === 'dark' ? node.theme : undefined;
}
