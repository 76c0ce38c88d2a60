// Attachments: what the server knows of a file, and how its bytes get there.

import { readAttachment, type Attachment, type UploadDescriptor } from './generated/items.ts';
import { isRecord, text } from './read.ts';

export { readAttachment } from './generated/items.ts';
export type { Attachment } from './generated/items.ts';

/** Where the bytes of a file go. */
export type UploadTarget = Pick<UploadDescriptor, 'url' | 'method'> & Partial<UploadDescriptor>;

/** An attachment that was just announced, and where its bytes go; null when its server gave no address. */
export interface Announced {
  attachment: Attachment;
  target: UploadTarget | null;
}

export function readAnnounced(value: unknown): Announced | undefined {
  const announced = readAttachment(value);
  if (!announced) return undefined;
  const { upload_descriptor: descriptor, ...attachment } = announced;
  if (descriptor) return { attachment, target: descriptor };
  // Servers with openai-chatkit 1.0 to 1.4 name an address alone, which takes a POST.
  const url = isRecord(value) ? text(value.upload_url) : undefined;
  return { attachment, target: url ? { url, method: 'POST' } : null };
}

export function previewUrlOf(attachment: Attachment): string | undefined {
  return attachment.type === 'image' && attachment.preview_url !== '' ? attachment.preview_url : undefined;
}
