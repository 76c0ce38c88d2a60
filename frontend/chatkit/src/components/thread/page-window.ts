// Decides which pages of a thread are drawn: those near the view. The others are replaced by space of equal height.

import { signal } from '@preact/signals';
import type { PageRows } from '../../state/pages.ts';
import type { Viewport } from './viewport.ts';

/** Pages within this many view heights above and below are drawn… */
const NEAR = 1.5;
/** …and stay drawn until they are this far away. */
const FAR = 2.5;

/** A page to draw, or space in place of pages that are not drawn. */
export type Stretch = { page: PageRows } | { space: number; key: string; at: 'before' | 'after' };

export class PageWindow {
  /** Increases whenever the set of nearby pages changes. */
  readonly version = signal(0);

  #near = new Set<string>();
  /** The gap between two pages, in pixels. */
  #gap = 0;
  readonly #heights = new Map<string, number>();
  readonly #view: Viewport;
  readonly #content: HTMLElement;
  /** Called before pages are added or removed. */
  readonly #beforeChange: () => void;

  constructor(view: Viewport, content: HTMLElement, beforeChange: () => void) {
    this.#view = view;
    this.#content = content;
    this.#beforeChange = beforeChange;
  }

  /** What to draw for `pages`. The last page is always drawn, because that is where a thread grows. */
  stretches(pages: readonly PageRows[]): Stretch[] {
    const drawn = pages.map(({ key }, index) => index === pages.length - 1 || this.#near.has(key) || !this.#heights.has(key));
    const firstDrawn = drawn.indexOf(true);
    const stretches: Stretch[] = [];
    pages.forEach((page, index) => {
      if (drawn[index]) return stretches.push({ page });
      const height = this.#heights.get(page.key) ?? 0;
      const last = stretches.at(-1);
      if (last && 'space' in last) last.space += this.#gap + height;
      else stretches.push({ space: height, key: `space-${stretches.length}`, at: index < firstDrawn ? 'before' : 'after' });
    });
    return stretches;
  }

  /** Measures what is drawn, compares it with the view, and updates the set of nearby pages. */
  look(pages: readonly PageRows[]): void {
    this.#gap = parseFloat(getComputedStyle(this.#content).rowGap) || 0;
    const view = this.#view.box();
    const drawn = new Map<string, HTMLElement>();
    for (const child of this.#content.children) {
      const key = (child as HTMLElement).dataset.page;
      if (key !== undefined) drawn.set(key, child as HTMLElement);
    }
    const top = this.#topOfFirst(pages, drawn) - view.top;
    const near = new Set<string>();
    let at = top;
    for (const { key } of pages) {
      const height = this.#heights.get(key) ?? 0;
      const distance = Math.max(at - view.height, -(at + height)) / (view.height || 1);
      const element = drawn.get(key);
      if (distance < NEAR || (distance < FAR && this.#near.has(key)) || (element && isInUse(element))) near.add(key);
      at += height + this.#gap;
    }
    if (near.size === this.#near.size && [...near].every((key) => this.#near.has(key))) return;
    this.#beforeChange();
    this.#near = near;
    this.version.value++;
  }

  /** Measures the drawn pages and returns the top of the very first page. */
  #topOfFirst(pages: readonly PageRows[], drawn: ReadonlyMap<string, HTMLElement>): number {
    let top: number | null = null;
    let above = 0;
    for (const { key } of pages) {
      const element = drawn.get(key);
      if (element) {
        const box = element.getBoundingClientRect();
        this.#heights.set(key, box.height);
        top ??= box.top - above;
      }
      above += (this.#heights.get(key) ?? 0) + this.#gap;
    }
    return top ?? 0;
  }
}

/** A page that holds the focus or the selection must not be removed. */
function isInUse(element: HTMLElement): boolean {
  const root = element.getRootNode() as ShadowRoot & { getSelection?: () => Selection | null };
  if (root.activeElement && element.contains(root.activeElement)) return true;
  const selection = root.getSelection?.() ?? document.getSelection();
  return selection?.type === 'Range' && selection.containsNode(element, true);
}
