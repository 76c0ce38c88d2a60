// The items of a thread and their parts, as this client knows them.

import type { KnownItem } from './generated/items.ts';

export type * from './generated/items.ts';

/** An item of a newer protocol: its place is kept, with a word about it. */
export interface UnknownItem {
  type: 'unknown';
  id: string;
  thread_id: string;
  created_at: string;
  /** What the server calls it. */
  kind: string;
}

/** Every item type this client knows, and one for those it does not. */
export type Item = KnownItem | UnknownItem;
