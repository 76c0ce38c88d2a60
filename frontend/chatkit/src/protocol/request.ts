// The requests of the protocol, and the two extensions this client may use.

import type { InferenceOptions, UserContent } from './item.ts';
import type { Action } from './widget.ts';

export interface UserInput {
  content: UserContent[];
  attachments: string[];
  inference_options: InferenceOptions;
  quoted_text?: string;
}

export interface StructuredInputSubmission {
  status: 'answered' | 'skipped';
  answers: Record<string, { values: string[]; skipped: boolean }>;
}

interface PageParams {
  limit?: number;
  order?: 'asc' | 'desc';
  after?: string;
}

export type StreamingRequest =
  | { type: 'threads.create'; params: { input: UserInput } }
  | { type: 'threads.add_user_message'; params: { thread_id: string; input: UserInput } }
  | { type: 'threads.add_client_tool_output'; params: { thread_id: string; result: unknown } }
  | {
      type: 'threads.add_structured_input';
      params: { thread_id: string; item_id: string; input: StructuredInputSubmission };
    }
  | { type: 'threads.retry_after_item'; params: { thread_id: string; item_id: string } }
  | { type: 'threads.custom_action'; params: { thread_id: string; item_id?: string; action: Action } }
  | { type: 'ext.threads.resume'; params: { thread_id: string; after: number } };

export type PlainRequest =
  | { type: 'threads.sync_custom_action'; params: { thread_id: string; item_id?: string; action: Action } }
  | { type: 'threads.get_by_id'; params: { thread_id: string } }
  | { type: 'threads.list'; params: PageParams }
  | { type: 'threads.update'; params: { thread_id: string; title: string } }
  | { type: 'threads.delete'; params: { thread_id: string } }
  | { type: 'items.list'; params: PageParams & { thread_id: string } }
  | { type: 'items.feedback'; params: { thread_id: string; item_ids: string[]; kind: 'positive' | 'negative' } }
  | { type: 'attachments.create'; params: { name: string; size: number; mime_type: string } }
  | { type: 'attachments.delete'; params: { attachment_id: string } }
  | { type: 'input.transcribe'; params: { audio_base64: string; mime_type: string } }
  | { type: 'ext.threads.stop'; params: { thread_id: string } };

export type Request = StreamingRequest | PlainRequest;
