// Attachments: what the server knows of a file, and how its bytes get there.

export interface UploadDescriptor {
  url: string;
  method: 'POST' | 'PUT';
  headers?: Record<string, string>;
}

export interface Attachment {
  type: 'file' | 'image';
  id: string;
  name: string;
  mime_type: string;
  preview_url?: string;
  upload_descriptor?: UploadDescriptor;
  /** In place of the descriptor, from servers with openai-chatkit 1.0 to 1.4. */
  upload_url?: string | null;
}
