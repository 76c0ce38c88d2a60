// Pages near the view are drawn; in place of the others is space of their height, so that nothing moves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageWindow, type Stretch } from '../src/components/thread/page-window.ts';
import type { Viewport } from '../src/components/thread/viewport.ts';
import type { PageRows } from '../src/state/pages.ts';

const VIEW = 600;
const HEIGHT = 400;
const GAP = 10;

const pagesOf = (count: number): PageRows[] => Array.from({ length: count }, (_, index) => ({ key: `p${index}`, turns: [], rows: [] }));

/** A thread whose pages are 400 pixels high and 10 apart, laid out as the window says. */
class Scene {
  top = 0;
  /** The page that has the focus. */
  focused: string | null = null;
  pages: PageRows[];
  changes = 0;
  readonly window: PageWindow;
  #stretches: Stretch[] = [];

  constructor(count: number) {
    this.pages = pagesOf(count);
    const view = { box: () => ({ top: 0, height: VIEW }) } as Viewport;
    this.window = new PageWindow(view, this as unknown as HTMLElement, () => void this.changes++);
  }

  get children() {
    let at = -this.top;
    return this.#stretches.map((stretch) => {
      const height = 'page' in stretch ? HEIGHT : stretch.space;
      const box = { top: at, height };
      at += height + GAP;
      const key = 'page' in stretch ? stretch.page.key : undefined;
      const activeElement = this.focused === key ? {} : null;
      return {
        dataset: { page: key },
        getBoundingClientRect: () => box,
        getRootNode: () => ({ activeElement, getSelection: () => ({ type: 'None' }) }),
        contains: (element: unknown) => element === activeElement,
      };
    });
  }

  /** Draws and looks until nothing changes any more. */
  settle(): this {
    for (let before = -1; before !== this.window.version.value; ) {
      before = this.window.version.value;
      this.#stretches = this.window.stretches(this.pages);
      this.window.look(this.pages);
    }
    this.#stretches = this.window.stretches(this.pages);
    return this;
  }

  scrollTo(top: number): this {
    this.top = top;
    return this.settle();
  }

  get drawn(): string[] {
    return this.#stretches.flatMap((stretch) => ('page' in stretch ? [stretch.page.key] : []));
  }

  get spaces() {
    return this.#stretches.flatMap((stretch) => ('space' in stretch ? [[stretch.at, stretch.space]] : []));
  }

  get height(): number {
    return this.#stretches.reduce((sum, stretch) => sum + ('page' in stretch ? HEIGHT : stretch.space), 0) + GAP * (this.#stretches.length - 1);
  }
}

test.before(() => void Object.assign(globalThis, { getComputedStyle: () => ({ rowGap: `${GAP}px` }) }));
test.after(() => void Reflect.deleteProperty(globalThis, 'getComputedStyle'));

const wholeHeight = (count: number) => count * HEIGHT + (count - 1) * GAP;

test('pages that were never measured are all drawn first, then only those near the view', () => {
  const scene = new Scene(20);
  assert.equal(scene.window.stretches(scene.pages).length, 20);
  scene.settle();
  assert.deepEqual(scene.drawn, ['p0', 'p1', 'p2', 'p3', 'p19'], 'one and a half views below, and the last one');
  assert.deepEqual(scene.spaces, [['after', wholeHeight(15)]]);
});

test('the height of the thread is the same wherever one looks', () => {
  const scene = new Scene(40).settle();
  for (const top of [0, 3000, 9000, wholeHeight(40) - VIEW]) {
    scene.scrollTo(top);
    assert.equal(scene.height, wholeHeight(40), `at ${top}`);
    assert.ok(scene.drawn.length < 15);
  }
  assert.deepEqual(scene.spaces.map(([at]) => at), ['before']);
});

test('a small move back and forth changes nothing', () => {
  const scene = new Scene(40).settle().scrollTo(6000);
  const { changes, drawn } = scene;
  scene.scrollTo(6000 + HEIGHT);
  const more = scene.drawn;
  scene.scrollTo(6000);
  assert.ok(drawn.every((key) => more.includes(key)), 'what has come near stays for a while');
  assert.equal(scene.changes, changes + 1);
});

test('who draws is asked before pages come or go, so that the place can be kept', () => {
  const scene = new Scene(20).settle();
  const { changes } = scene;
  scene.scrollTo(4000);
  assert.ok(scene.changes > changes);
  assert.equal(scene.changes, scene.window.version.value);
});

test('a page that has the focus stays, however far it is', () => {
  const scene = new Scene(40).settle();
  scene.focused = 'p1';
  scene.scrollTo(12_000);
  assert.ok(scene.drawn.includes('p1'));
  scene.focused = null;
  scene.scrollTo(12_001);
  assert.ok(!scene.drawn.includes('p1'));
});

test('a page that grows at the end of the thread is drawn, even while its beginning is read', () => {
  const scene = new Scene(20).settle();
  scene.pages = pagesOf(21);
  scene.settle();
  assert.equal(scene.drawn.at(-1), 'p20');
  assert.ok(!scene.drawn.includes('p19'), 'and the one before it has become space');
});
