// The shape of a thread on screen: what the server said, plus what only this client knows.

import type { ErrorParams } from '../client/errors.ts';
import type { Item, UserMessageItem } from '../protocol/item.ts';
import type { ThreadMeta } from '../protocol/thread.ts';

/** A passing remark of the server; it is shown where it arrived and never stored. */
export interface Notice {
  type: 'local.notice';
  id: string;
  level: 'info' | 'warning' | 'danger';
  title?: string;
  message: string;
  /** For a notice that this client words itself. */
  code?: string;
  params?: ErrorParams;
}

/** One row of the thread. */
export interface Entry {
  /** Identity on screen. It outlives the change from an optimistic id to the server's. */
  readonly key: string;
  readonly item: Item | Notice;
  /** The item has been announced but is not complete. */
  readonly live: boolean;
  /** The user's message, shown before the server has confirmed it. */
  readonly sending: boolean;
  /** How far a generated image is, from 0 to 1. */
  readonly progress?: number;
}

export interface Progress {
  text: string;
  icon?: string;
}

export interface ThreadError {
  code: string;
  /** The server's own words for people, or an empty string. */
  message: string;
  allowRetry: boolean;
  /** Numbers that the words for the code need. */
  params?: ErrorParams;
}

export interface ThreadState {
  readonly meta: ThreadMeta | null;
  readonly entries: readonly Entry[];
  readonly progress: Progress | null;
  readonly error: ThreadError | null;
  readonly allowCancel: boolean;
  /** Counts the ids made by this client. It is part of the state so that the reducer stays pure. */
  readonly localIds: number;
}

/** The prefix of the keys of messages sent from here. */
export const LOCAL_KEY = 'local-message-';

export const EMPTY_THREAD: ThreadState = {
  meta: null,
  entries: [],
  progress: null,
  error: null,
  allowCancel: true,
  localIds: 0,
};

export function entryFor(item: Item | Notice, key: string = item.id): Entry {
  return { key, item, live: false, sending: false };
}

export function lastUserMessageId(state: ThreadState, beforeIndex = state.entries.length): string | null {
  for (let i = beforeIndex - 1; i >= 0; i--) {
    const entry = state.entries[i];
    if (entry?.item.type === 'user_message' && !entry.sending) return entry.item.id;
  }
  return null;
}

/** The user message that is on screen but was never confirmed. */
export function sendingMessage(state: ThreadState): UserMessageItem | null {
  const entry = state.entries.find((candidate) => candidate.sending);
  return entry?.item.type === 'user_message' ? entry.item : null;
}
