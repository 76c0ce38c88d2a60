// The items of a thread and their parts, as they come over the wire.

import type { Attachment } from './attachment.ts';
import type { WidgetNode } from './widget.ts';

export interface ItemBase {
  id: string;
  thread_id: string;
  created_at: string;
}

export interface InputText {
  type: 'input_text';
  text: string;
}

export interface InputTag {
  type: 'input_tag';
  id: string;
  text: string;
  data: Record<string, unknown>;
  group?: string;
  interactive?: boolean;
}

export type UserContent = InputText | InputTag;

export interface InferenceOptions {
  tool_choice?: { id: string };
  model?: string;
}

export interface UserMessageItem extends ItemBase {
  type: 'user_message';
  content: UserContent[];
  attachments: Attachment[];
  quoted_text?: string;
  inference_options: InferenceOptions;
}

interface SourceBase {
  title: string;
  description?: string;
  timestamp?: string;
  group?: string;
}

export interface UrlSource extends SourceBase {
  type: 'url';
  url: string;
  attribution?: string;
}

export interface FileSource extends SourceBase {
  type: 'file';
  filename: string;
}

export interface EntitySource extends SourceBase {
  type: 'entity';
  id: string;
  icon?: string;
  label?: string;
  inline_label?: string;
  interactive?: boolean;
  data?: Record<string, unknown>;
}

export type Source = UrlSource | FileSource | EntitySource;

export interface Annotation {
  type: 'annotation';
  source: Source;
  index?: number;
}

export interface OutputText {
  type: 'output_text';
  text: string;
  annotations: Annotation[];
}

export interface AssistantMessageItem extends ItemBase {
  type: 'assistant_message';
  content: OutputText[];
}

export interface ClientToolCallItem extends ItemBase {
  type: 'client_tool_call';
  status: 'pending' | 'completed';
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  output?: unknown;
}

export interface WidgetItem extends ItemBase {
  type: 'widget';
  widget: WidgetNode;
  copy_text?: string;
}

export interface GeneratedImageItem extends ItemBase {
  type: 'generated_image';
  image?: { id: string; url: string };
}

export interface StructuredInputAnswer {
  values: string[];
  skipped: boolean;
}

export interface StructuredInputQuestion {
  type: 'multiple_choice' | 'freeform';
  id: string;
  question: string;
  description?: string;
  options?: { value: string }[];
  multiple?: boolean;
  answer?: StructuredInputAnswer;
}

export interface StructuredInputItem extends ItemBase {
  type: 'structured_input';
  status: 'pending' | 'answered' | 'skipped';
  inputs: StructuredInputQuestion[];
}

interface TaskBase {
  status_indicator: 'none' | 'loading' | 'complete';
  title?: string;
}

export type Task =
  | (TaskBase & { type: 'custom'; icon?: string; content?: string })
  | (TaskBase & { type: 'web_search'; title_query?: string; queries: string[]; sources: UrlSource[] })
  | (TaskBase & { type: 'thought'; content: string })
  | (TaskBase & { type: 'file'; sources: FileSource[] })
  | (TaskBase & { type: 'image' });

export interface Workflow {
  type: 'custom' | 'reasoning';
  tasks: Task[];
  summary?: { title: string; icon?: string } | { duration: number };
  expanded: boolean;
}

export interface WorkflowItem extends ItemBase {
  type: 'workflow';
  workflow: Workflow;
}

export interface TaskItem extends ItemBase {
  type: 'task';
  task: Task;
}

export interface EndOfTurnItem extends ItemBase {
  type: 'end_of_turn';
}

/** An item of a newer protocol: its place is kept, with a word about it. */
export interface UnknownItem extends ItemBase {
  type: 'unknown';
  /** What the server calls it. */
  kind: string;
}

/** Every item type this client knows, and one for those it does not. */
export type Item =
  | UserMessageItem
  | AssistantMessageItem
  | ClientToolCallItem
  | WidgetItem
  | GeneratedImageItem
  | StructuredInputItem
  | WorkflowItem
  | TaskItem
  | EndOfTurnItem
  | UnknownItem;
