// The requests that clients send. Written by `make generate` from the types of `crates/protocol`. Do not edit.

import type { UserContent } from './items.ts';

export interface CreateThread {
  input: UserMessageInput;
}

export interface UserMessageInput {
  content: UserContent[];
  attachments: string[];
  inference_options: InferenceOptions;
  quoted_text?: string;
}

export interface InferenceOptions {
  tool_choice?: ToolChoice;
  model?: string;
}

export interface ToolChoice {
  id: string;
}

export interface AddUserMessage {
  thread_id: string;
  input: UserMessageInput;
}

export interface AddClientToolOutput {
  thread_id: string;
  result: unknown;
}

export interface AddStructuredInput {
  thread_id: string;
  item_id: string;
  input: StructuredInputSubmission;
}

export interface StructuredInputSubmission {
  status?: SubmissionStatus;
  answers?: Record<string, Answer>;
}

export type SubmissionStatus = 'answered' | 'skipped';

export interface Answer {
  values?: string[];
  skipped?: boolean;
}

export interface RetryAfterItem {
  thread_id: string;
  item_id: string;
}

export interface CustomAction {
  thread_id: string;
  item_id?: string;
  action: Action;
}

export interface Action {
  type: string;
  payload?: unknown;
}

export interface ResumeThread {
  thread_id: string;
  after?: number;
}

export interface ThreadRef {
  thread_id: string;
}

export interface ListThreads {
  limit?: number;
  order?: Order;
  after?: string;
}

export type Order = 'asc' | 'desc';

export interface UpdateThread {
  thread_id: string;
  title: string;
}

export interface ListItems {
  thread_id: string;
  limit?: number;
  order?: Order;
  after?: string;
}

export interface Feedback {
  thread_id: string;
  item_ids: string[];
  kind: FeedbackKind;
}

export type FeedbackKind = 'positive' | 'negative';

export interface CreateAttachment {
  name: string;
  size: number;
  mime_type: string;
}

export interface DeleteAttachment {
  attachment_id: string;
}

export interface Transcribe {
  audio_base64: string;
  mime_type: string;
}

export type StreamingRequest =
  | { type: 'threads.create'; params: CreateThread }
  | { type: 'threads.add_user_message'; params: AddUserMessage }
  | { type: 'threads.add_client_tool_output'; params: AddClientToolOutput }
  | { type: 'threads.add_structured_input'; params: AddStructuredInput }
  | { type: 'threads.retry_after_item'; params: RetryAfterItem }
  | { type: 'threads.custom_action'; params: CustomAction }
  | { type: 'ext.threads.resume'; params: ResumeThread };

export type PlainRequest =
  | { type: 'threads.sync_custom_action'; params: CustomAction }
  | { type: 'threads.get_by_id'; params: ThreadRef }
  | { type: 'threads.list'; params: ListThreads }
  | { type: 'threads.update'; params: UpdateThread }
  | { type: 'threads.delete'; params: ThreadRef }
  | { type: 'items.list'; params: ListItems }
  | { type: 'items.feedback'; params: Feedback }
  | { type: 'attachments.create'; params: CreateAttachment }
  | { type: 'attachments.delete'; params: DeleteAttachment }
  | { type: 'input.transcribe'; params: Transcribe }
  | { type: 'ext.threads.stop'; params: ThreadRef };

export type Request = StreamingRequest | PlainRequest;
