// Uploads a file. It uses XMLHttpRequest, because fetch does not report upload progress.

import type { UploadTarget } from '../protocol/attachment.ts';
import { apiErrorFrom, isAbort, NetworkError } from './errors.ts';

export interface UploadCallbacks {
  /** From 0 to 1. */
  onProgress(fraction: number): void;
  signal: AbortSignal;
  /** The page's own fetch. It may add required headers, which matters more than progress. */
  fetch?: typeof fetch;
}

/** Resolves with the response body. Rejects with `ApiError`, `NetworkError`, or `AbortError`. */
export function upload(file: File, target: UploadTarget, callbacks: UploadCallbacks): Promise<string> {
  return callbacks.fetch ? uploadByFetch(file, target, callbacks.fetch, callbacks.signal) : uploadByXhr(file, target, callbacks);
}

async function uploadByFetch(
  file: File,
  { url, method, headers }: UploadTarget,
  pageFetch: typeof fetch,
  signal: AbortSignal,
): Promise<string> {
  let response: Response;
  try {
    response = await pageFetch(url, { method: method === 'PUT' ? 'PUT' : 'POST', headers: headers ?? {}, body: formWith(file), signal });
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw new DOMException('aborted', 'AbortError');
    throw new NetworkError('the upload failed');
  }
  const body = await response.text();
  if (!response.ok) throw apiErrorFrom(response.status, body);
  return body;
}

function uploadByXhr(file: File, target: UploadTarget, { onProgress, signal }: UploadCallbacks): Promise<string> {
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
    xhr.send(formWith(file));
  });
}

function formWith(file: File): FormData {
  const form = new FormData();
  form.append('file', file, file.name);
  return form;
}
