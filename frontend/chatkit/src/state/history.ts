// The list of earlier threads, page by page, and whether it is on screen.

import { signal } from '@preact/signals';
import type { Requests } from '../client/api.ts';
import { anything } from '../protocol/read.ts';
import { readThread, readThreadPage, type ThreadMeta } from '../protocol/thread.ts';
import { metaOf } from './reduce.ts';

const PAGE_SIZE = 25;

export class History {
  readonly open = signal(false);
  readonly threads = signal<readonly ThreadMeta[]>([]);
  readonly state = signal<'idle' | 'loading' | 'failed'>('idle');
  readonly hasMore = signal(false);

  readonly #api: Requests;
  readonly #report: (error: unknown) => void;
  #cursor: string | undefined;
  #generation = 0;

  constructor(api: Requests, report: (error: unknown) => void) {
    this.#api = api;
    this.#report = report;
  }

  /** Loads the first page. The threads already known stay on screen until it arrives. */
  async reload(): Promise<void> {
    this.#generation++;
    this.state.value = 'idle';
    this.#cursor = undefined;
    await this.#load((page) => page);
  }

  async more(): Promise<void> {
    if (!this.hasMore.value) return;
    await this.#load((page) => {
      const known = new Set(this.threads.value.map((thread) => thread.id));
      return [...this.threads.value, ...page.filter((thread) => !known.has(thread.id))];
    });
  }

  /** A thread was made or changed elsewhere. */
  seen(meta: ThreadMeta): void {
    const known = this.threads.value.some((thread) => thread.id === meta.id);
    this.threads.value = known
      ? this.threads.value.map((thread) => (thread.id === meta.id ? meta : thread))
      : [meta, ...this.threads.value];
  }

  async rename(threadId: string, title: string): Promise<ThreadMeta> {
    const before = this.threads.value;
    this.threads.value = before.map((thread) => (thread.id === threadId ? { ...thread, title } : thread));
    try {
      const answer = await this.#api.request({ type: 'threads.update', params: { thread_id: threadId, title } }, readThread);
      const meta = metaOf(answer);
      this.seen(meta);
      return meta;
    } catch (error) {
      this.threads.value = before;
      throw error;
    }
  }

  async delete(threadId: string): Promise<void> {
    const before = this.threads.value;
    this.threads.value = before.filter((thread) => thread.id !== threadId);
    try {
      await this.#api.request({ type: 'threads.delete', params: { thread_id: threadId } }, anything);
    } catch (error) {
      this.threads.value = before;
      throw error;
    }
  }

  async #load(merge: (page: ThreadMeta[]) => readonly ThreadMeta[]): Promise<void> {
    if (this.state.value === 'loading') return;
    const generation = this.#generation;
    this.state.value = 'loading';
    try {
      const params = { limit: PAGE_SIZE, order: 'desc' as const, after: this.#cursor };
      const page = await this.#api.request({ type: 'threads.list', params }, readThreadPage);
      if (generation !== this.#generation) return;
      const metas = page.data.map(metaOf);
      this.threads.value = merge(metas);
      this.hasMore.value = page.has_more && metas.length > 0;
      this.#cursor = page.after ?? metas.at(-1)?.id;
      this.state.value = 'idle';
    } catch (error) {
      if (generation !== this.#generation) return;
      this.state.value = 'failed';
      this.#report(error);
    }
  }
}
