// Converts between entities and the tags and sources that refer to them.

import type { Entity } from '@openai/chatkit';
import type { EntitySource, InputTag } from '../protocol/item.ts';

/** Many pages are plain JavaScript, so anything that is not an entity is left out. */
export function readEntities(value: unknown): Entity[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entity: unknown): entity is Entity => {
    const { id, title } = (entity ?? {}) as Partial<Entity>;
    return typeof id === 'string' && typeof title === 'string';
  });
}

export function tagFor({ id, title, data, group, interactive }: Entity): InputTag {
  const tag: InputTag = { type: 'input_tag', id, text: title, data: data ?? {}, interactive: interactive === true };
  return group === undefined ? tag : { ...tag, group };
}

export function entityOfTag({ id, text, data, group, interactive }: InputTag): Entity {
  return { id, title: text, group, interactive: interactive === true, data: wordsOf(data) };
}

export function entityOfSource({ id, title, icon, group, interactive, data }: EntitySource): Entity {
  return { id, title, icon, group, interactive: interactive === true, data: wordsOf(data) };
}

/** The handlers' types promise strings, so other values are written as JSON. */
function wordsOf(data: Record<string, unknown> | undefined): Record<string, string> {
  const words = Object.entries(data ?? {}).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(words.filter(([, value]) => value !== undefined));
}
