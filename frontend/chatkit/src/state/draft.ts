// The text of a draft with the tags written into it. Pure: an edit gives the next draft.

import type { InputTag, UserContent } from '../protocol/item.ts';
import { plainName } from '../safety/safe-text.ts';

/** A tag, and where its name stands in the text. */
export interface DraftTag {
  readonly start: number;
  readonly end: number;
  readonly tag: InputTag;
}

export interface Draft {
  readonly text: string;
  /** In the order of the text, never overlapping. */
  readonly tags: readonly DraftTag[];
}

/** What opens a list of suggestions: the sign, its position, and the text typed after it. */
export interface Trigger {
  readonly sign: '@' | '/';
  readonly start: number;
  readonly end: number;
  readonly query: string;
}

export const EMPTY_DRAFT: Draft = { text: '', tags: [] };

/** A sign further back from the caret than this does not count. */
const MAX_QUERY_LENGTH = 60;

/** How a tag is written in the text. */
export function labelOf(tag: InputTag): string {
  return `@${plainName(tag.text).replace(/\s+/g, ' ').trim()}`;
}

/**
 * The draft after its text has become `text`, with the caret behind the change. Tags keep to their words: one
 * whose words were touched is gone. A deletion that cuts into a tag takes the whole of it; `lost` are tags that
 * come back when an undo brings their words back.
 */
export function edited(draft: Draft, text: string, caret = text.length, lost: readonly InputTag[] = []): Draft {
  const { from, oldEnd, newEnd } = changeBetween(draft.text, text, caret);
  const shift = newEnd - oldEnd;
  const kept: DraftTag[] = [];
  const cut: DraftTag[] = [];
  for (const tag of draft.tags) {
    if (tag.end <= from) kept.push(tag);
    else if (tag.start >= oldEnd) kept.push(moved(tag, shift));
    else cut.push(tag);
  }
  if (newEnd === from && cut.length > 0) {
    const start = Math.min(from, ...cut.map((tag) => tag.start));
    const end = Math.max(from, ...cut.map((tag) => tag.end + shift));
    if (start < end) return edited({ text, tags: kept }, text.slice(0, start) + text.slice(end), start);
  }
  return { text, tags: withRestored(text, kept, from, newEnd, lost) };
}

/**
 * Writes a tag over a part of the text, with a space behind it unless there is one. `written` are the words that
 * take the place of the part, `caret` is where the writing goes on.
 */
export function withTag(draft: Draft, from: number, to: number, tag: InputTag): { draft: Draft; written: string; caret: number } {
  const label = labelOf(tag);
  const written = label + (/^\s/.test(draft.text.slice(to)) ? '' : ' ');
  const text = draft.text.slice(0, from) + written + draft.text.slice(to);
  const rest = edited(draft, text, from + written.length);
  const end = from + label.length;
  return { draft: addTag(rest, { start: from, end, tag }), written, caret: end + 1 };
}

/** The draft with one more tag at words that are there already; tags in its way are dropped. */
export function addTag(draft: Draft, added: DraftTag): Draft {
  const others = draft.tags.filter((tag) => tag.end <= added.start || tag.start >= added.end);
  return { text: draft.text, tags: [...others, added].sort((a, b) => a.start - b.start) };
}

/** The content to send: text and tags in order, without leading and trailing blanks. */
export function contentOf({ text, tags }: Draft): UserContent[] {
  const content: UserContent[] = [];
  let position = 0;
  for (const { start, end, tag } of tags) {
    if (start > position) content.push({ type: 'input_text', text: text.slice(position, start) });
    content.push(tag);
    position = end;
  }
  if (position < text.length) content.push({ type: 'input_text', text: text.slice(position) });
  return trimmed(content);
}

/** The inverse of `contentOf`. */
export function draftOf(content: readonly UserContent[]): Draft {
  let text = '';
  const tags: DraftTag[] = [];
  for (const part of content) {
    const start = text.length;
    text += part.type === 'input_tag' ? labelOf(part) : part.text;
    if (part.type === 'input_tag') tags.push({ start, end: text.length, tag: part });
  }
  return { text, tags };
}

/** Appends one draft to another, on a new line. */
export function joined(first: Draft, second: Draft): Draft {
  if (second.text === '') return first;
  if (first.text === '') return second;
  const shift = first.text.length + 1;
  return { text: `${first.text}\n${second.text}`, tags: [...first.tags, ...second.tags.map((tag) => moved(tag, shift))] };
}

/** The tag that Backspace or Delete would remove at this caret. */
export function tagBeside({ tags }: Draft, caret: number, forward: boolean): DraftTag | undefined {
  return tags.find((tag) => (forward ? tag.start : tag.end) === caret);
}

/** A tag counts as one character, so a caret inside it moves on to the end that it was heading for. */
export function outsideTags({ tags }: Draft, caret: number, before: number): number {
  const tag = tags.find(({ start, end }) => start < caret && caret < end);
  if (!tag) return caret;
  if (before <= tag.start) return tag.end;
  if (before >= tag.end) return tag.start;
  return caret - tag.start < tag.end - caret ? tag.start : tag.end;
}

/** Finds a sign at the beginning of the word before the caret. An e-mail address or a fraction does not count. */
export function triggerAt({ text, tags }: Draft, caret: number, signs: string): Trigger | null {
  const first = Math.max(0, caret - MAX_QUERY_LENGTH - 1);
  for (let start = caret - 1; start >= first; start--) {
    const sign = text[start];
    if (sign === '\n' || tags.some((tag) => tag.start <= start && start < tag.end)) return null;
    if ((sign !== '@' && sign !== '/') || !signs.includes(sign)) continue;
    const opens = start === 0 || (sign === '@' ? /[\s([{"'“‘«]/ : /\s/).test(text[start - 1] ?? '');
    const query = text.slice(start + 1, caret);
    if (opens && !/^\s/.test(query)) return { sign, start, end: caret, query };
  }
  return null;
}

function changeBetween(before: string, after: string, caret: number): { from: number; oldEnd: number; newEnd: number } {
  const shorter = Math.min(before.length, after.length);
  // Text after the caret cannot be part of what was just typed.
  const longestTail = Math.min(shorter, Math.max(0, after.length - caret));
  let tail = 0;
  while (tail < longestTail && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  let from = 0;
  while (from < shorter - tail && before[from] === after[from]) from++;
  return { from, oldEnd: before.length - tail, newEnd: after.length - tail };
}

function withRestored(
  text: string,
  kept: readonly DraftTag[],
  from: number,
  to: number,
  lost: readonly InputTag[],
): readonly DraftTag[] {
  let draft: Draft = { text, tags: kept };
  for (const tag of lost) {
    const label = labelOf(tag);
    const start = text.indexOf(label, from);
    const free = start >= 0 && start + label.length <= to;
    if (free && !draft.tags.some((other) => other.start < start + label.length && other.end > start)) {
      draft = addTag(draft, { start, end: start + label.length, tag });
    }
  }
  return draft.tags;
}

function moved({ start, end, tag }: DraftTag, shift: number): DraftTag {
  return { start: start + shift, end: end + shift, tag };
}

function trimmed(content: readonly UserContent[]): UserContent[] {
  const last = content.length - 1;
  return content
    .map((part, index) => {
      if (part.type === 'input_tag') return part;
      let { text } = part;
      if (index === 0) text = text.trimStart();
      if (index === last) text = text.trimEnd();
      return { ...part, text };
    })
    .filter((part) => part.type === 'input_tag' || part.text !== '');
}
