// Items and their parts, and readers of them. Written by `make generate` from the types of `crates/protocol`. Do not edit.

import { anything, first, flag, list, map, number, object, oneOf, or, record, tagged, text, type Reader } from '../read.ts';
import { readWidgetNode, type WidgetNode } from '../widget-node.ts';

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

export type UserContent =
  | InputText
  | InputTag;

export const readUserContent: Reader<UserContent> = /* @__PURE__ */ tagged<UserContent>({
  input_text: object({ type: oneOf('input_text'), text: or(text, '') }),
  input_tag: object({ type: oneOf('input_tag'), id: text, text: or(text, ''), data: or(record, {}) }, { group: text, interactive: flag }),
});

export type UploadMethod = 'POST' | 'PUT';

export const readUploadMethod: Reader<UploadMethod> = /* @__PURE__ */ oneOf('POST', 'PUT');

export interface UploadDescriptor {
  url: string;
  method: UploadMethod;
  headers: Record<string, string>;
}

export const readUploadDescriptor: Reader<UploadDescriptor> = /* @__PURE__ */ object({ url: or(text, ''), method: readUploadMethod, headers: or(map(text), {}) });

export type Attachment =
  | { type: 'file'; id: string; name: string; mime_type: string; upload_descriptor?: UploadDescriptor; thread_id?: string }
  | { type: 'image'; id: string; name: string; mime_type: string; upload_descriptor?: UploadDescriptor; thread_id?: string; preview_url: string };

export const readAttachment: Reader<Attachment> = /* @__PURE__ */ tagged<Attachment>({
  file: object({ type: oneOf('file'), id: text, name: or(text, ''), mime_type: or(text, '') }, { upload_descriptor: readUploadDescriptor, thread_id: text }),
  image: object({ type: oneOf('image'), id: text, name: or(text, ''), mime_type: or(text, ''), preview_url: or(text, '') }, { upload_descriptor: readUploadDescriptor, thread_id: text }),
});

export interface ToolChoice {
  id: string;
}

export const readToolChoice: Reader<ToolChoice> = /* @__PURE__ */ object({ id: text });

export interface InferenceOptions {
  tool_choice?: ToolChoice;
  model?: string;
}

export const readInferenceOptions: Reader<InferenceOptions> = /* @__PURE__ */ object({  }, { tool_choice: readToolChoice, model: text });

export interface UserMessageItem {
  type: 'user_message';
  id: string;
  thread_id: string;
  created_at: string;
  content: UserContent[];
  attachments: Attachment[];
  quoted_text?: string;
  inference_options: InferenceOptions;
}

export interface UrlSource {
  type: 'url';
  title: string;
  description?: string;
  timestamp?: string;
  group?: string;
  url: string;
  attribution?: string;
}

export interface FileSource {
  type: 'file';
  title: string;
  description?: string;
  timestamp?: string;
  group?: string;
  filename: string;
}

export interface EntitySource {
  type: 'entity';
  title: string;
  description?: string;
  timestamp?: string;
  group?: string;
  id: string;
  icon?: string;
  label?: string;
  inline_label?: string;
  interactive: boolean;
  data: Record<string, unknown>;
  preview?: string;
}

export type Source =
  | UrlSource
  | FileSource
  | EntitySource;

export const readSource: Reader<Source> = /* @__PURE__ */ tagged<Source>({
  url: object({ type: oneOf('url'), title: or(text, ''), url: or(text, '') }, { description: text, timestamp: text, group: text, attribution: text }),
  file: object({ type: oneOf('file'), title: or(text, ''), filename: or(text, '') }, { description: text, timestamp: text, group: text }),
  entity: object({ type: oneOf('entity'), title: or(text, ''), id: text, interactive: or(flag, false), data: or(record, {}) }, { description: text, timestamp: text, group: text, icon: text, label: text, inline_label: text, preview: text }),
});

export interface Annotation {
  source: Source;
  index?: number;
}

export const readAnnotation: Reader<Annotation> = /* @__PURE__ */ object({ source: readSource }, { index: number });

export interface OutputText {
  type: 'output_text';
  text: string;
  annotations: Annotation[];
}

export type AssistantContent =
  | OutputText;

export const readAssistantContent: Reader<AssistantContent> = /* @__PURE__ */ tagged<AssistantContent>({
  output_text: object({ type: oneOf('output_text'), text: or(text, ''), annotations: or(list(readAnnotation), []) }),
});

export interface AssistantMessageItem {
  type: 'assistant_message';
  id: string;
  thread_id: string;
  created_at: string;
  content: AssistantContent[];
}

export type ClientToolCallStatus = 'pending' | 'completed';

export const readClientToolCallStatus: Reader<ClientToolCallStatus> = /* @__PURE__ */ oneOf('pending', 'completed');

export interface ClientToolCallItem {
  type: 'client_tool_call';
  id: string;
  thread_id: string;
  created_at: string;
  status: ClientToolCallStatus;
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  output?: unknown;
}

export interface WidgetItem {
  type: 'widget';
  id: string;
  thread_id: string;
  created_at: string;
  widget: WidgetNode;
  copy_text?: string;
}

export interface GeneratedImage {
  id: string;
  url: string;
}

export const readGeneratedImage: Reader<GeneratedImage> = /* @__PURE__ */ object({ id: text, url: or(text, '') });

export interface GeneratedImageItem {
  type: 'generated_image';
  id: string;
  thread_id: string;
  created_at: string;
  image?: GeneratedImage;
}

export type StructuredInputStatus = 'pending' | 'answered' | 'skipped';

export const readStructuredInputStatus: Reader<StructuredInputStatus> = /* @__PURE__ */ oneOf('pending', 'answered', 'skipped');

export interface Answer {
  values: string[];
  skipped: boolean;
}

export const readAnswer: Reader<Answer> = /* @__PURE__ */ object({ values: or(list(text), []), skipped: or(flag, false) });

export interface ChoiceOption {
  value: string;
}

export const readChoiceOption: Reader<ChoiceOption> = /* @__PURE__ */ object({ value: or(text, '') });

export interface MultipleChoice {
  type: 'multiple_choice';
  id: string;
  question: string;
  answer?: Answer;
  multiple: boolean;
  options: ChoiceOption[];
}

export interface Freeform {
  type: 'freeform';
  id: string;
  question: string;
  answer?: Answer;
  description?: string;
}

export type StructuredInput =
  | MultipleChoice
  | Freeform;

export const readStructuredInput: Reader<StructuredInput> = /* @__PURE__ */ tagged<StructuredInput>({
  multiple_choice: object({ type: oneOf('multiple_choice'), id: text, question: or(text, ''), multiple: or(flag, false), options: or(list(readChoiceOption), []) }, { answer: readAnswer }),
  freeform: object({ type: oneOf('freeform'), id: text, question: or(text, '') }, { answer: readAnswer, description: text }),
});

export interface StructuredInputItem {
  type: 'structured_input';
  id: string;
  thread_id: string;
  created_at: string;
  status: StructuredInputStatus;
  inputs: StructuredInput[];
}

export type WorkflowKind = 'custom' | 'reasoning';

export const readWorkflowKind: Reader<WorkflowKind> = /* @__PURE__ */ oneOf('custom', 'reasoning');

export type StatusIndicator = 'none' | 'loading' | 'complete';

export const readStatusIndicator: Reader<StatusIndicator> = /* @__PURE__ */ oneOf('none', 'loading', 'complete');

export interface CustomTask {
  type: 'custom';
  status_indicator: StatusIndicator;
  title?: string;
  icon?: string;
  content?: string;
}

export interface WebSearchTask {
  type: 'web_search';
  status_indicator: StatusIndicator;
  title?: string;
  title_query?: string;
  queries: string[];
  sources: Source[];
}

export interface ThoughtTask {
  type: 'thought';
  status_indicator: StatusIndicator;
  title?: string;
  content: string;
}

export interface FileTask {
  type: 'file';
  status_indicator: StatusIndicator;
  title?: string;
  sources: Source[];
}

export interface ImageTask {
  type: 'image';
  status_indicator: StatusIndicator;
  title?: string;
}

export type Task =
  | CustomTask
  | WebSearchTask
  | ThoughtTask
  | FileTask
  | ImageTask;

export const readTask: Reader<Task> = /* @__PURE__ */ tagged<Task>({
  custom: object({ type: oneOf('custom'), status_indicator: or(readStatusIndicator, 'none') }, { title: text, icon: text, content: text }),
  web_search: object({ type: oneOf('web_search'), status_indicator: or(readStatusIndicator, 'none'), queries: or(list(text), []), sources: or(list(readSource), []) }, { title: text, title_query: text }),
  thought: object({ type: oneOf('thought'), status_indicator: or(readStatusIndicator, 'none'), content: or(text, '') }, { title: text }),
  file: object({ type: oneOf('file'), status_indicator: or(readStatusIndicator, 'none'), sources: or(list(readSource), []) }, { title: text }),
  image: object({ type: oneOf('image'), status_indicator: or(readStatusIndicator, 'none') }, { title: text }),
}, object<CustomTask>({ type: or(oneOf('custom'), 'custom'), status_indicator: or(readStatusIndicator, 'none') }, { title: text, icon: text, content: text }));

export type WorkflowSummary = { title: string; icon?: string } | { duration: number };

export const readWorkflowSummary: Reader<WorkflowSummary> = /* @__PURE__ */ first<[{ title: string; icon?: string }, { duration: number }]>(object({ title: text }, { icon: text }), object({ duration: number }));

export interface Workflow {
  type: WorkflowKind;
  tasks: Task[];
  summary?: WorkflowSummary;
  expanded: boolean;
}

export const readWorkflow: Reader<Workflow> = /* @__PURE__ */ object({ type: or(readWorkflowKind, 'custom'), tasks: or(list(readTask), []), expanded: or(flag, false) }, { summary: readWorkflowSummary });

export interface WorkflowItem {
  type: 'workflow';
  id: string;
  thread_id: string;
  created_at: string;
  workflow: Workflow;
}

export interface TaskItem {
  type: 'task';
  id: string;
  thread_id: string;
  created_at: string;
  task: Task;
}

export interface EndOfTurnItem {
  type: 'end_of_turn';
  id: string;
  thread_id: string;
  created_at: string;
}

/** Every item that clients are sent. */
export type KnownItem =
  | UserMessageItem
  | AssistantMessageItem
  | ClientToolCallItem
  | WidgetItem
  | GeneratedImageItem
  | StructuredInputItem
  | WorkflowItem
  | TaskItem
  | EndOfTurnItem;

export const readKnownItem: Reader<KnownItem> = /* @__PURE__ */ tagged<KnownItem>({
  user_message: object({ type: oneOf('user_message'), id: text, thread_id: or(text, ''), created_at: or(text, ''), content: or(list(readUserContent), []), attachments: or(list(readAttachment), []), inference_options: or(readInferenceOptions, {}) }, { quoted_text: text }),
  assistant_message: object({ type: oneOf('assistant_message'), id: text, thread_id: or(text, ''), created_at: or(text, ''), content: or(list(readAssistantContent), []) }),
  client_tool_call: object({ type: oneOf('client_tool_call'), id: text, thread_id: or(text, ''), created_at: or(text, ''), status: or(readClientToolCallStatus, 'pending'), call_id: or(text, ''), name: or(text, ''), arguments: or(record, {}) }, { output: anything }),
  widget: object({ type: oneOf('widget'), id: text, thread_id: or(text, ''), created_at: or(text, ''), widget: readWidgetNode }, { copy_text: text }),
  generated_image: object({ type: oneOf('generated_image'), id: text, thread_id: or(text, ''), created_at: or(text, '') }, { image: readGeneratedImage }),
  structured_input: object({ type: oneOf('structured_input'), id: text, thread_id: or(text, ''), created_at: or(text, ''), status: or(readStructuredInputStatus, 'pending'), inputs: or(list(readStructuredInput), []) }),
  workflow: object({ type: oneOf('workflow'), id: text, thread_id: or(text, ''), created_at: or(text, ''), workflow: readWorkflow }),
  task: object({ type: oneOf('task'), id: text, thread_id: or(text, ''), created_at: or(text, ''), task: readTask }),
  end_of_turn: object({ type: oneOf('end_of_turn'), id: text, thread_id: or(text, ''), created_at: or(text, '') }),
});
