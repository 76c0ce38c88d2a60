// The entity whose preview is open, and the preview that the page provides for it.

import { signal } from '@preact/signals';
import type { Entity, EntitiesOption } from '@openai/chatkit';
import { isWidgetNode, type WidgetNode } from '../protocol/widget-node.ts';

/** Short enough to feel prompt, long enough that a pointer passing over an entity requests nothing. */
const OPEN_AFTER_MS = 280;
/** Time to move the pointer from the entity into its preview. */
const CLOSE_AFTER_MS = 180;
const MAX_KEPT = 50;

export interface Preview {
  readonly entity: Entity;
  /** The element that shows the entity. */
  readonly anchor: HTMLElement;
  /** Undefined until the page has answered. */
  readonly root: WidgetNode | undefined;
}

type Request = EntitiesOption['onRequestPreview'];

export class Previews {
  readonly open = signal<Preview | null>(null);

  readonly #request: () => Request;
  readonly #report: (error: unknown) => void;
  /** Answers by entity id. Null means that the page has no preview. */
  readonly #kept = new Map<string, Promise<WidgetNode | null>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: Entity | null = null;

  constructor(request: () => Request, report: (error: unknown) => void) {
    this.#request = request;
    this.#report = report;
  }

  get offered(): boolean {
    return this.#request() !== undefined;
  }

  /** The pointer or the focus has reached an entity. */
  enter(entity: Entity, anchor: HTMLElement): void {
    clearTimeout(this.#timer);
    if (!this.offered || !entity.interactive) return;
    if (this.open.value?.entity.id === entity.id) return;
    // With one preview already open, the reader is looking around, so open the next one sooner.
    const delay = this.open.value ? OPEN_AFTER_MS / 3 : OPEN_AFTER_MS;
    this.#timer = setTimeout(() => void this.#show(entity, anchor), delay);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#asked = null;
    if (this.open.value) this.#timer = setTimeout(() => this.close(), CLOSE_AFTER_MS);
  }

  /** The pointer is in the preview itself. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.open.value = null;
  }

  forget(): void {
    this.#kept.clear();
  }

  async #show(entity: Entity, anchor: HTMLElement): Promise<void> {
    this.#asked = entity;
    const asking = this.#ask(entity);
    const late = setTimeout(() => {
      if (this.#asked === entity) this.open.value = { entity, anchor, root: undefined };
    }, OPEN_AFTER_MS);
    const root = await asking;
    clearTimeout(late);
    // The reader has moved on since.
    if (this.#asked !== entity) return;
    this.open.value = root ? { entity, anchor, root } : null;
  }

  #ask(entity: Entity): Promise<WidgetNode | null> {
    const known = this.#kept.get(entity.id);
    if (known) return known;
    const asked = Promise.resolve()
      .then(() => this.#request()?.(entity))
      .then(
        (answer) => {
          const root: unknown = answer?.preview;
          return isWidgetNode(root) ? root : null;
        },
        (error: unknown) => {
          this.#kept.delete(entity.id);
          this.#report(error);
          return null;
        },
      );
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(entity.id, asked);
    return asked;
  }
}
