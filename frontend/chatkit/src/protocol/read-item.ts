// Turns what a server calls an item into one this client can rely on.

import { readKnownItem } from './generated/items.ts';
import type { Item, UnknownItem } from './item.ts';
import { isRecord, text } from './read.ts';

export type { Item } from './item.ts';

/** The item, or `undefined` when there is nothing to show: hidden items, and things that are no item at all. */
export function readItem(value: unknown): Item | undefined {
  if (!isRecord(value)) return undefined;
  const item = readKnownItem(value);
  if (!item) return readUnknown(value);
  // A state that this client does not know must not run the page's tool.
  if (item.type === 'client_tool_call' && text(value.status) !== 'pending') return { ...item, status: 'completed' };
  return item;
}

/** Hidden items stay hidden; of others that this client does not know, it says that they are there. */
function readUnknown({ id, thread_id, created_at, type }: Record<string, unknown>): UnknownItem | undefined {
  const kind = text(type);
  const itemId = text(id);
  if (kind === undefined || itemId === undefined || /hidden/.test(kind) || KNOWN.has(kind)) return undefined;
  return { type: 'unknown', kind: kind.slice(0, 60), id: itemId, thread_id: text(thread_id) ?? '', created_at: text(created_at) ?? '' };
}

/** What is of a known kind and could not be read is broken rather than new. */
const KNOWN: ReadonlySet<string> = new Set<Exclude<Item, UnknownItem>['type']>([
  'user_message', 'assistant_message', 'client_tool_call', 'widget', 'generated_image', 'structured_input', 'workflow',
  'task', 'end_of_turn',
]);
