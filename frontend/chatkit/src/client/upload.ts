// Sends a file's bytes. XMLHttpRequest, because fetch cannot tell how much of a body has gone out.

import type { UploadDescriptor } from '../protocol/attachment.ts';
import { apiErrorFrom, NetworkError } from './errors.ts';

export interface UploadCallbacks {
  /** From 0 to 1. */
  onProgress(fraction: number): void;
  signal: AbortSignal;
}

/** Resolves with the body of the answer. Rejects with `ApiError`, `NetworkError`, or `AbortError`. */
export function upload(file: File, target: UploadDescriptor, { onProgress, signal }: UploadCallbacks): Promise<string> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) return aborted();
    const xhr = new XMLHttpRequest();
    xhr.open(target.method === 'PUT' ? 'PUT' : 'POST', target.url);
    for (const [name, value] of Object.entries(target.headers ?? {})) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(xhr.responseText);
      else reject(apiErrorFrom(xhr.status, xhr.responseText));
    };
    xhr.onerror = () => reject(new NetworkError('the upload failed'));
    xhr.ontimeout = xhr.onerror;
    xhr.onabort = aborted;
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    xhr.send(form);
  });
}
