// The events of a turn's stream. Those of unknown types are legal and are left out.

import { readThreadStreamEvent, type ThreadStreamEvent } from './generated/events.ts';
import { isRecord, text } from './read.ts';

export type { ItemUpdate, ThreadStreamEvent as ThreadEvent } from './generated/events.ts';

export function readEvent(value: unknown): ThreadStreamEvent | undefined {
  return readThreadStreamEvent(value) ?? readHiding(value);
}

/** An item that has become a hidden one must not stay on screen under its old shape. */
function readHiding(value: unknown): ThreadStreamEvent | undefined {
  if (!isRecord(value) || value.type !== 'thread.item.replaced' || !isRecord(value.item)) return undefined;
  const item_id = text(value.item.id);
  return item_id === undefined ? undefined : { type: 'thread.item.removed', item_id };
}
