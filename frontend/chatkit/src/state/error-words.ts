// The words for each code of an error, in the user's language, and what can be done about it.

import type { ErrorParams } from '../client/errors.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { Translate, Values } from '../i18n/translate.ts';
import { RETRY_HELPS, type ErrorCode } from '../protocol/generated/errors.ts';
import type { Notice } from './thread-state.ts';

/** What each code is called. Those without a key have words of the application's own. */
const KEYS: Readonly<Record<ErrorCode, MessageKey | null>> = {
  invalid_json: 'error.refused',
  invalid_request: 'error.refused',
  title_too_long: 'error.title_too_long',
  too_many_attachments: 'error.too_many_attachments',
  request_too_large: 'error.too_large',
  message_too_large: 'error.message_too_large',
  method_not_allowed: 'error.refused',
  unauthorized: 'error.unauthorized',
  forbidden: 'error.forbidden',
  host_not_allowed: 'error.operator',
  origin_not_allowed: 'error.operator',
  address_expired: 'error.address_expired',
  address_invalid: 'error.refused',
  not_found: 'error.not_found',
  thread_not_found: 'error.not_found',
  item_not_found: 'error.conflict',
  attachment_not_found: 'error.attachment_missing',
  cursor_not_found: 'error.conflict',
  conflict: 'error.conflict',
  wrong_item_kind: 'error.conflict',
  already_answered: 'error.answered',
  no_pending_tool_call: 'error.answered',
  upload_broken: 'attachment.error',
  file_empty: 'error.file_empty',
  file_too_large: 'error.file_too_large',
  file_type_mismatch: 'error.file_type',
  picture_unreadable: 'error.picture_unreadable',
  unsupported_media_type: 'error.refused',
  attachment_not_uploaded: 'error.upload_waiting',
  attachment_in_use: 'error.attachment_missing',
  upload_under_way: 'error.upload_waiting',
  upload_finished: 'error.conflict',
  attachments_off: 'error.files_off',
  recording_empty: 'error.recording',
  recording_too_large: 'error.recording_too_large',
  recording_type_unsupported: 'error.recording',
  recording_unreadable: 'error.recording',
  transcription_off: 'dictation.unavailable',
  transcription_busy: 'error.wait',
  transcription_timeout: 'error.transcription',
  transcription_failed: 'error.transcription',
  transcription_misconfigured: 'error.operator',
  thread_busy: 'error.wait',
  server_busy: 'error.wait',
  server_restarting: 'error.restarting',
  not_implemented: 'error.conflict',
  storage_failed: 'error.server',
  storage_full: 'error.storage_full',
  internal: 'error.server',
  custom: null,
  assistant_failed: 'error.server',
  tool_rounds_exceeded: 'error.no_answer',
  answer_too_large: 'error.answer_too_large',
  answer_cut_off: 'error.answer_too_large',
  answer_filtered: 'error.answer_filtered',
  answer_empty: 'error.no_answer',
  model_unreachable: 'error.model_down',
  model_misconfigured: 'error.operator',
  model_address_wrong: 'error.operator',
  model_unknown: 'error.operator',
  model_loading: 'error.model_down',
  model_busy: 'error.wait',
  model_quota_exhausted: 'error.model_quota',
  model_input_filtered: 'error.input_filtered',
  model_context_full: 'error.context_full',
  model_message_too_long: 'error.message_too_large',
  model_rejected: 'error.model_rejected',
  model_failed: 'error.model_down',
  model_timeout: 'error.model_slow',
  model_unreadable: 'error.model_down',
  model_interrupted: 'error.model_down',
};

const isCode = (code: string): code is ErrorCode => Object.hasOwn(KEYS, code);

/** The words for a code of the table, or null: then the server's own count. */
export function wordsFor(code: string, params: ErrorParams, t: Translate): string | null {
  const key = isCode(code) ? KEYS[code] : null;
  if (key === null) return null;
  if (key !== 'error.wait') return t(key, valuesOf(params));
  // A server that does not know how long it will be busy says no number.
  return params.seconds === undefined ? t('error.busy') : t(key, valuesOf(params));
}

/** The words of a notice: those for its code in the reader's language, or the server's own under its heading. */
export function wordsOfNotice({ title, message, code, params }: Notice, t: Translate): Pick<Notice, 'title' | 'message'> {
  const words = code === undefined ? null : wordsFor(code, params ?? {}, t);
  return words === null ? { title, message } : { message: words };
}

/** Whether the same request may succeed when it is sent again; null for codes that are not of the table. */
export function retryHelps(code: string): boolean | null {
  return isCode(code) ? RETRY_HELPS[code] : null;
}

function valuesOf({ max = 0, max_bytes: bytes = 0, seconds = 0 }: ErrorParams): Values {
  return { max, size: { bytes }, time: { seconds } };
}
