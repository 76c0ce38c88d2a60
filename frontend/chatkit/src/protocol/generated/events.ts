// Threads, pages and the events of a stream, and readers of them. Written by `make generate` from the types of `crates/protocol`. Do not edit.

import { flag, list, map, number, object, oneOf, or, record, tagged, text, type Reader } from '../read.ts';
import { readWidgetNode, type WidgetNode } from '../widget-node.ts';
import { readItem, type Item } from '../read-item.ts';
import { readAnnotation, readAssistantContent, readGeneratedImage, readTask, type Annotation, type GeneratedImage, type AssistantContent, type Task } from './items.ts';

export type ThreadStatus =
  | { type: 'active' }
  | { type: 'locked'; reason?: string }
  | { type: 'closed'; reason?: string };

export const readThreadStatus: Reader<ThreadStatus> = /* @__PURE__ */ tagged<ThreadStatus>({
  active: object({ type: oneOf('active') }),
  locked: object({ type: oneOf('locked') }, { reason: text }),
  closed: object({ type: oneOf('closed') }, { reason: text }),
});

export interface Page {
  data: Item[];
  has_more: boolean;
  after?: string;
}

export const readPage: Reader<Page> = /* @__PURE__ */ object({ data: or(list(readItem), []), has_more: or(flag, false) }, { after: text });

export interface Thread {
  id: string;
  title?: string;
  created_at: string;
  status: ThreadStatus;
  allowed_image_domains?: string[];
  metadata: Record<string, unknown>;
  items: Page;
}

export const readThread: Reader<Thread> = /* @__PURE__ */ object({ id: text, created_at: or(text, ''), status: or(readThreadStatus, {"type":"active"}), metadata: or(record, {}), items: or(readPage, {"data":[],"has_more":false}) }, { title: text, allowed_image_domains: list(text) });

export type ItemUpdate =
  | { type: 'assistant_message.content_part.added'; content_index: number; content: AssistantContent }
  | { type: 'assistant_message.content_part.text_delta'; content_index: number; delta: string }
  | { type: 'assistant_message.content_part.annotation_added'; content_index: number; annotation_index: number; annotation: Annotation }
  | { type: 'assistant_message.content_part.done'; content_index: number; content: AssistantContent }
  | { type: 'widget.streaming_text.value_delta'; component_id: string; delta: string; done: boolean }
  | { type: 'widget.component.updated'; component_id: string; component: WidgetNode }
  | { type: 'widget.root.updated'; widget: WidgetNode }
  | { type: 'workflow.task.added'; task_index: number; task: Task }
  | { type: 'workflow.task.updated'; task_index: number; task: Task }
  | { type: 'generated_image.updated'; image: GeneratedImage; progress?: number };

export const readItemUpdate: Reader<ItemUpdate> = /* @__PURE__ */ tagged<ItemUpdate>({
  'assistant_message.content_part.added': object({ type: oneOf('assistant_message.content_part.added'), content_index: or(number, 0), content: readAssistantContent }),
  'assistant_message.content_part.text_delta': object({ type: oneOf('assistant_message.content_part.text_delta'), content_index: or(number, 0), delta: or(text, '') }),
  'assistant_message.content_part.annotation_added': object({ type: oneOf('assistant_message.content_part.annotation_added'), content_index: or(number, 0), annotation_index: or(number, 0), annotation: readAnnotation }),
  'assistant_message.content_part.done': object({ type: oneOf('assistant_message.content_part.done'), content_index: or(number, 0), content: readAssistantContent }),
  'widget.streaming_text.value_delta': object({ type: oneOf('widget.streaming_text.value_delta'), component_id: or(text, ''), delta: or(text, ''), done: or(flag, false) }),
  'widget.component.updated': object({ type: oneOf('widget.component.updated'), component_id: or(text, ''), component: readWidgetNode }),
  'widget.root.updated': object({ type: oneOf('widget.root.updated'), widget: readWidgetNode }),
  'workflow.task.added': object({ type: oneOf('workflow.task.added'), task_index: or(number, 0), task: readTask }),
  'workflow.task.updated': object({ type: oneOf('workflow.task.updated'), task_index: or(number, 0), task: readTask }),
  'generated_image.updated': object({ type: oneOf('generated_image.updated'), image: readGeneratedImage }, { progress: number }),
});

export interface StreamOptions {
  allow_cancel: boolean;
}

export const readStreamOptions: Reader<StreamOptions> = /* @__PURE__ */ object({ allow_cancel: or(flag, false) });

export type NoticeLevel = 'info' | 'warning' | 'danger';

export const readNoticeLevel: Reader<NoticeLevel> = /* @__PURE__ */ oneOf('info', 'warning', 'danger');

export type ThreadStreamEvent =
  | { type: 'thread.created'; thread: Thread }
  | { type: 'thread.updated'; thread: Thread }
  | { type: 'thread.item.added'; item: Item }
  | { type: 'thread.item.updated'; item_id: string; update: ItemUpdate }
  | { type: 'thread.item.done'; item: Item }
  | { type: 'thread.item.removed'; item_id: string }
  | { type: 'thread.item.replaced'; item: Item }
  | { type: 'stream_options'; stream_options: StreamOptions }
  | { type: 'progress_update'; text: string; icon?: string }
  | { type: 'client_effect'; name: string; data: Record<string, unknown> }
  | { type: 'error'; code: string; message?: string; allow_retry: boolean; ext_code?: string; ext_params?: Record<string, number> }
  | { type: 'notice'; level: NoticeLevel; message: string; title?: string; ext_code?: string; ext_params?: Record<string, number> };

export const readThreadStreamEvent: Reader<ThreadStreamEvent> = /* @__PURE__ */ tagged<ThreadStreamEvent>({
  'thread.created': object({ type: oneOf('thread.created'), thread: readThread }),
  'thread.updated': object({ type: oneOf('thread.updated'), thread: readThread }),
  'thread.item.added': object({ type: oneOf('thread.item.added'), item: readItem }),
  'thread.item.updated': object({ type: oneOf('thread.item.updated'), item_id: or(text, ''), update: readItemUpdate }),
  'thread.item.done': object({ type: oneOf('thread.item.done'), item: readItem }),
  'thread.item.removed': object({ type: oneOf('thread.item.removed'), item_id: or(text, '') }),
  'thread.item.replaced': object({ type: oneOf('thread.item.replaced'), item: readItem }),
  stream_options: object({ type: oneOf('stream_options'), stream_options: readStreamOptions }),
  progress_update: object({ type: oneOf('progress_update'), text: or(text, '') }, { icon: text }),
  client_effect: object({ type: oneOf('client_effect'), name: or(text, ''), data: or(record, {}) }),
  error: object({ type: oneOf('error'), code: or(text, 'custom'), allow_retry: or(flag, false) }, { message: text, ext_code: text, ext_params: map(number) }),
  notice: object({ type: oneOf('notice'), level: or(readNoticeLevel, 'info'), message: or(text, '') }, { title: text, ext_code: text, ext_params: map(number) }),
});
