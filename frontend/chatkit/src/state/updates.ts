// Applies updates to items. Pure; an update that does not fit its item changes nothing.

import type { ItemUpdate } from '../protocol/event.ts';
import type { AssistantMessageItem, Item, OutputText, Task, WorkflowItem } from '../protocol/item.ts';
import { appendToValue, replaceNode } from './widget-tree.ts';

/** No message has this many parts; a larger index is a mistake that must not eat memory. */
const MAX_PARTS = 1000;

export function applyUpdate(item: Item, update: ItemUpdate): Item {
  switch (update.type) {
    case 'assistant_message.content_part.added':
    case 'assistant_message.content_part.text_delta':
    case 'assistant_message.content_part.annotation_added':
    case 'assistant_message.content_part.done':
      return item.type === 'assistant_message' ? updatePart(item, update) : item;
    case 'widget.streaming_text.value_delta':
      return item.type === 'widget'
        ? { ...item, widget: appendToValue(item.widget, update.component_id, update.delta, update.done) }
        : item;
    case 'widget.component.updated':
      return item.type === 'widget'
        ? { ...item, widget: replaceNode(item.widget, update.component_id, update.component) }
        : item;
    case 'widget.root.updated':
      return item.type === 'widget' ? { ...item, widget: update.widget } : item;
    case 'workflow.task.added':
      return item.type === 'workflow' ? withTask(item, item.workflow.tasks.length, update.task) : item;
    case 'workflow.task.updated':
      return item.type === 'workflow' ? withTask(item, update.task_index, update.task) : item;
    case 'generated_image.updated':
      return item.type === 'generated_image' ? { ...item, image: update.image } : item;
    default:
      update satisfies never;
      return item;
  }
}

type PartUpdate = Extract<ItemUpdate, { content_index: number }>;

function updatePart(item: AssistantMessageItem, update: PartUpdate): AssistantMessageItem {
  const index = update.content_index;
  if (!Number.isInteger(index) || index < 0 || index > MAX_PARTS) return item;
  const content = item.content.slice();
  while (content.length <= index) content.push(emptyPart());
  content[index] = changedPart(content[index] ?? emptyPart(), update);
  return { ...item, content };
}

function changedPart(part: OutputText, update: PartUpdate): OutputText {
  switch (update.type) {
    case 'assistant_message.content_part.added':
      return update.content;
    case 'assistant_message.content_part.text_delta':
      return { ...part, text: part.text + update.delta };
    case 'assistant_message.content_part.annotation_added': {
      const annotations = part.annotations.slice();
      annotations.splice(update.annotation_index, 0, update.annotation);
      return { ...part, annotations };
    }
    case 'assistant_message.content_part.done': {
      const done = update.content;
      // The reference's `done` forgets the annotations it has just sent; the item's own `done` has them all.
      return done.annotations.length === 0 ? { ...done, annotations: part.annotations } : done;
    }
  }
}

function emptyPart(): OutputText {
  return { type: 'output_text', text: '', annotations: [] };
}

function withTask(item: WorkflowItem, index: number, task: Task): WorkflowItem {
  const tasks = item.workflow.tasks.slice();
  tasks[Math.min(Math.max(0, index), tasks.length)] = task;
  return { ...item, workflow: { ...item.workflow, tasks } };
}
