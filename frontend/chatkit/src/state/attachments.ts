// The files of the draft: refused, uploading, ready or failed.

import { signal } from '@preact/signals';
import type { Requests } from '../client/api.ts';
import { isAbort } from '../client/errors.ts';
import { upload } from '../client/upload.ts';
import { previewUrlOf, readAnnounced, readAttachment, type Attachment } from '../protocol/attachment.ts';
import { anything } from '../protocol/read.ts';
import { maxCount, refusal, type FileRules, type Refusal } from './file-rules.ts';

export interface DraftFile {
  readonly key: string;
  readonly name: string;
  readonly mimeType: string;
  readonly state: 'uploading' | 'ready' | 'failed';
  /** From 0 to 1. */
  readonly progress: number;
  /** A blob URL of the reader's own file, or the server's preview. */
  readonly previewUrl: string | undefined;
  readonly attachment: Attachment | undefined;
  readonly error: string | undefined;
}

export interface RefusedFile {
  readonly key: string;
  readonly name: string;
  readonly refusal: Refusal | { reason: 'count'; limit: number };
}

interface Job {
  file: File;
  abort: AbortController;
}

export interface AttachmentsHost {
  rules(): FileRules;
  directUploadUrl(): string | null;
  /** The page's own fetch, if it passed one. */
  fetch(): typeof fetch | undefined;
  explain(error: unknown): string;
  report(error: unknown): void;
}

export class DraftAttachments {
  readonly files = signal<readonly DraftFile[]>([]);
  readonly refused = signal<readonly RefusedFile[]>([]);

  readonly #api: Requests;
  readonly #host: AttachmentsHost;
  readonly #jobs = new Map<string, Job>();
  /** Blob URLs of local pictures by attachment id, so that a sent message shows them without a download. */
  readonly #previews = new Map<string, string>();
  #keys = 0;

  constructor(api: Requests, host: AttachmentsHost) {
    this.#api = api;
    this.#host = host;
  }

  add(files: Iterable<File>): void {
    const rules = this.#host.rules();
    const limit = maxCount(rules);
    this.refused.value = [];
    for (const file of files) {
      const refused =
        refusal(file, rules) ?? (this.files.value.length >= limit ? { reason: 'count' as const, limit } : null);
      if (refused) {
        this.refused.value = [...this.refused.value, { key: this.#key(), name: file.name, refusal: refused }];
      } else {
        this.#start(this.#key(), file);
      }
    }
  }

  /** Makes these the draft's attachments, and removes the draft's own uploads that are not among them. */
  replace(attachments: readonly Attachment[]): void {
    const wanted = new Set(attachments.map(({ id }) => id));
    for (const { key, attachment } of this.files.value) {
      if (this.#jobs.has(key) && !wanted.has(attachment?.id ?? '')) this.remove(key);
    }
    const kept = this.files.value.filter(({ attachment }) => wanted.has(attachment?.id ?? ''));
    const present = new Set(kept.map(({ attachment }) => attachment?.id));
    this.files.value = kept;
    this.adopt(attachments.filter(({ id }) => !present.has(id)));
  }

  /** Adds attachments that the server already has. */
  adopt(attachments: readonly Attachment[]): void {
    const adopted = attachments.map(
      (attachment): DraftFile => ({
        key: this.#key(),
        name: attachment.name,
        mimeType: attachment.mime_type,
        state: 'ready',
        progress: 1,
        previewUrl: this.previewOf(attachment),
        attachment,
        error: undefined,
      }),
    );
    this.files.value = [...this.files.value, ...adopted];
  }

  retry(key: string): void {
    const job = this.#jobs.get(key);
    if (job) void this.#upload(key, job.file);
  }

  /** Removes a file from the draft and from the server, cancelling its upload if it still runs. */
  remove(key: string): void {
    const file = this.files.value.find((candidate) => candidate.key === key);
    if (!file) return;
    this.#jobs.get(key)?.abort.abort();
    this.#jobs.delete(key);
    this.files.value = this.files.value.filter((candidate) => candidate.key !== key);
    if (file.previewUrl?.startsWith('blob:')) URL.revokeObjectURL(file.previewUrl);
    if (!file.attachment) return;
    this.#previews.delete(file.attachment.id);
    this.#api
      .request({ type: 'attachments.delete', params: { attachment_id: file.attachment.id } }, anything)
      .catch((error: unknown) => this.#host.report(error));
  }

  dismissRefused(key: string): void {
    this.refused.value = this.refused.value.filter((file) => file.key !== key);
  }

  /** The attachments whose upload is complete, in order. */
  ready(): Attachment[] {
    return this.files.value.flatMap((file) => file.attachment ?? []);
  }

  /** Empties the draft: its attachments belong to a message now. */
  take(): void {
    this.files.value = [];
    this.refused.value = [];
    this.#jobs.clear();
  }

  /** Prefers the local picture: it needs no download and is sharper than a thumbnail. */
  previewOf(attachment: Attachment): string | undefined {
    return this.#previews.get(attachment.id) ?? previewUrlOf(attachment);
  }

  dispose(): void {
    for (const job of this.#jobs.values()) job.abort.abort();
    for (const url of this.#previews.values()) URL.revokeObjectURL(url);
    this.#previews.clear();
  }

  #start(key: string, file: File): void {
    const draft: DraftFile = {
      key,
      name: file.name,
      mimeType: file.type,
      state: 'uploading',
      progress: 0,
      // A vector image may contain more than a picture, so it is not shown before the server has accepted it.
      previewUrl: /^image\/(?!svg)/.test(file.type) ? URL.createObjectURL(file) : undefined,
      attachment: undefined,
      error: undefined,
    };
    this.files.value = [...this.files.value, draft];
    void this.#upload(key, file);
  }

  async #upload(key: string, file: File): Promise<void> {
    const abort = new AbortController();
    this.#jobs.set(key, { file, abort });
    this.#change(key, { state: 'uploading', progress: 0, error: undefined });
    const callbacks = {
      signal: abort.signal,
      onProgress: (progress: number) => this.#change(key, { progress }),
      fetch: this.#host.fetch(),
    };
    try {
      const direct = this.#host.directUploadUrl();
      const attachment = direct
        ? uploaded(await upload(file, { url: direct, method: 'POST' }, callbacks))
        : await this.#twoPhase(file, callbacks);
      if (abort.signal.aborted) return;
      const preview = this.files.value.find((candidate) => candidate.key === key)?.previewUrl;
      if (preview?.startsWith('blob:')) this.#previews.set(attachment.id, preview);
      this.#change(key, {
        state: 'ready',
        progress: 1,
        attachment,
        previewUrl: preview ?? previewUrlOf(attachment),
      });
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.#change(key, { state: 'failed', error: this.#host.explain(error) });
      this.#host.report(error);
    }
  }

  async #twoPhase(file: File, callbacks: Parameters<typeof upload>[2]): Promise<Attachment> {
    const params = { name: file.name, size: file.size, mime_type: file.type || 'application/octet-stream' };
    const announced = await this.#api.request({ type: 'attachments.create', params }, readAnnounced, callbacks.signal);
    if (!announced.target) throw new Error('The server gave no address for the upload.');
    await upload(file, announced.target, callbacks);
    return announced.attachment;
  }

  #change(key: string, change: Partial<DraftFile>): void {
    this.files.value = this.files.value.map((file) => (file.key === key ? { ...file, ...change } : file));
  }

  #key(): string {
    return `file-${++this.#keys}`;
  }
}

/** What the server answers to bytes that were sent to it directly. */
function uploaded(body: string): Attachment {
  const attachment = readAttachment(JSON.parse(body));
  if (!attachment) throw new Error('The server gave no attachment.');
  return attachment;
}
