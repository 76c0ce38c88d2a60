// Joins pieces of text that arrived together, so that a burst of tokens costs as much as a single one.

import type { ItemUpdate, ThreadEvent } from '../protocol/event.ts';

type Updated = Extract<ThreadEvent, { type: 'thread.item.updated' }>;

/** Merges neighbouring deltas of the same text. The events have the same effect as before. */
export function mergeDeltas(events: readonly ThreadEvent[]): ThreadEvent[] {
  const merged: ThreadEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last && event.type === 'thread.item.updated' && last.type === event.type ? join(last, event) : null;
    if (joined) merged[merged.length - 1] = joined;
    else merged.push(event);
  }
  return merged;
}

function join(before: Updated, after: Updated): Updated | null {
  const update = before.item_id === after.item_id ? joinUpdates(before.update, after.update) : null;
  return update && { ...before, update };
}

/** Returns null for anything but two pieces of the same text. Malformed updates are left to the reducer. */
function joinUpdates(a: ItemUpdate | undefined, b: ItemUpdate | undefined): ItemUpdate | null {
  if (a?.type === 'assistant_message.content_part.text_delta' && b?.type === a.type) {
    if (a.content_index !== b.content_index || !areTexts(a.delta, b.delta)) return null;
    return { ...a, delta: a.delta + b.delta };
  }
  if (a?.type === 'widget.streaming_text.value_delta' && b?.type === a.type) {
    if (a.component_id !== b.component_id || a.done || !areTexts(a.delta, b.delta)) return null;
    return { ...b, delta: a.delta + b.delta };
  }
  return null;
}

const areTexts = (a: unknown, b: unknown) => typeof a === 'string' && typeof b === 'string';
