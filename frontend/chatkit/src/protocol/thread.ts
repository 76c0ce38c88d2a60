// Threads and pages.

import { readThread, type Page as ItemPage, type Thread } from './generated/events.ts';
import { flag, list, object, or, text, type Reader } from './read.ts';

export { readPage, readThread } from './generated/events.ts';
export type { Thread, ThreadStatus } from './generated/events.ts';

/** What is known of a thread apart from its items. */
export type ThreadMeta = Omit<Thread, 'items' | 'metadata'>;

export interface Page<T> extends Omit<ItemPage, 'data'> {
  data: T[];
}

export const readThreadPage: Reader<Page<Thread>> = object({ data: or(list(readThread), []), has_more: or(flag, false) }, { after: text });
