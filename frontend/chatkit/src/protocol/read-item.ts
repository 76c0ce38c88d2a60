// Turns what a server calls an item into one this client can rely on.

import type { Annotation, Item, OutputText } from './item.ts';
import { isWidgetNode } from './widget.ts';

type Raw = Record<string, unknown>;

/**
 * The item with its lists in place, or null when there is nothing to show: hidden items, and things that are no
 * item at all.
 */
export function readItem(value: unknown): Item | null {
  if (!isRecord(value) || typeof value.id !== 'string') return null;
  switch (value.type) {
    case 'user_message':
      return { ...value, content: list(value.content), attachments: list(value.attachments) } as unknown as Item;
    case 'assistant_message':
      return { ...value, content: list(value.content).map(readPart) } as unknown as Item;
    case 'workflow': {
      const workflow = isRecord(value.workflow) ? value.workflow : {};
      return { ...value, workflow: { ...workflow, tasks: list(workflow.tasks) } } as unknown as Item;
    }
    case 'structured_input':
      return { ...value, inputs: list(value.inputs) } as unknown as Item;
    case 'widget':
      return isWidgetNode(value.widget) ? (value as unknown as Item) : null;
    case 'task':
      return isRecord(value.task) ? (value as unknown as Item) : null;
    case 'client_tool_call':
    case 'generated_image':
    case 'end_of_turn':
      return value as unknown as Item;
    default:
      return readUnknown(value);
  }
}

/** Hidden items stay hidden; of others that this client does not know, it says that they are there. */
function readUnknown({ id, thread_id, created_at, type }: Raw): Item | null {
  if (typeof type !== 'string' || /hidden/.test(type)) return null;
  return { type: 'unknown', kind: type.slice(0, 60), id, thread_id, created_at } as Item;
}

export function readItems(values: unknown): Item[] {
  return list(values).flatMap((value) => readItem(value) ?? []);
}

export function readPart(value: unknown): OutputText {
  const part = isRecord(value) ? value : {};
  return {
    type: 'output_text',
    text: typeof part.text === 'string' ? part.text : '',
    annotations: list(part.annotations).filter((note): note is Annotation & Raw => isRecord(note) && isRecord(note.source)),
  };
}

function list(value: unknown): Raw[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
