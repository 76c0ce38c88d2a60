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
}
