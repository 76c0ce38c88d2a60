// Threads and pages.

import type { Item } from './item.ts';

export interface ThreadStatus {
  type: 'active' | 'locked' | 'closed';
  reason?: string;
}

/** What is known of a thread apart from its items. */
export interface ThreadMeta {
  id: string;
  title?: string;
  created_at: string;
  status: ThreadStatus;
  allowed_image_domains?: string[];
}

export interface Page<T> {
  data: T[];
  has_more: boolean;
  after?: string | null;
}

export interface Thread extends ThreadMeta {
  items: Page<Item>;
}
