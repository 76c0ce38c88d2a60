// The view follows what grows, and never takes a reader away from what they read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScrollKeeper } from '../src/components/thread/scroll-keeper.ts';
import type { Viewport } from '../src/components/thread/viewport.ts';

const VIEW = 500;

class Row {
  isConnected = true;
  constructor(
    readonly scene: Scene,
    readonly height: number,
    readonly question: boolean,
  ) {}

  hasAttribute(name: string): boolean {
    return name === 'data-question' && this.question;
  }

  getBoundingClientRect() {
    const above = this.scene.rows.slice(0, this.scene.rows.indexOf(this)).reduce((sum, { height }) => sum + height, 0);
    return { top: above - this.scene.top, bottom: above - this.scene.top + this.height };
  }
}

/** A thread of rows in a view of 500 pixels; `top` and its end are those of the view. */
class Scene extends EventTarget implements Viewport {
  rows: Row[] = [];
  #top = 0;
  #onScroll: () => void = () => undefined;
  readonly root = null;
  readonly element = this as unknown as Element;

  get top(): number {
    return this.#top;
  }

  set top(top: number) {
    this.#top = Math.max(0, Math.min(top, this.end));
  }

  get end(): number {
    return Math.max(0, this.rows.reduce((sum, { height }) => sum + height, 0) - VIEW);
  }

  box = () => ({ top: 0, height: VIEW });
  scrollTo = (top: number) => void (this.top = top);
  listen = (onScroll: () => void) => {
    this.#onScroll = onScroll;
    return () => (this.#onScroll = () => undefined);
  };
  querySelectorAll = () => this.rows;

  add(height: number, question = false): Row {
    const row = new Row(this, height, question);
    this.rows.push(row);
    return row;
  }

  scrollByReader(top: number): void {
    this.top = top;
    this.#onScroll();
  }
}

test.before(() => {
  Object.assign(globalThis, {
    ResizeObserver: class {
      observe(): void {}
      disconnect(): void {}
    },
    matchMedia: () => ({ matches: true }),
  });
});
test.after(() => {
  for (const name of ['ResizeObserver', 'matchMedia']) Reflect.deleteProperty(globalThis, name);
});

/** A thread that is longer than the view, seen at its end. */
function opened() {
  const scene = new Scene();
  for (let row = 0; row < 10; row++) scene.add(200);
  const keeper = new ScrollKeeper(scene, scene as unknown as HTMLElement);
  keeper.toEnd(false);
  const grow = (height: number, question = false) => {
    const row = scene.add(height, question);
    keeper.keep();
    return row;
  };
  return { scene, keeper, grow };
}

test('a thread is opened at its end', () => {
  const { scene, keeper } = opened();
  assert.deepEqual([scene.top, keeper.away.value], [1500, false]);
});

test('an answer is followed until the beginning of its turn reaches the top, and then read', () => {
  const { scene, keeper, grow } = opened();
  scene.add(100, true);
  keeper.followTurn(true);
  grow(300);
  assert.equal(scene.top, scene.end, 'all of the turn is in view');
  grow(300);
  grow(300);
  assert.equal(scene.top, 2000 - 20, 'the question stays below the upper edge, by a gap');
  assert.equal(keeper.away.value, true, 'and the rest is out of view');
});

test('who goes back is left alone, and taken along again from the end on', () => {
  const { scene, keeper, grow } = opened();
  scene.scrollByReader(900);
  grow(400);
  assert.deepEqual([scene.top, keeper.away.value], [900, true]);
  scene.scrollByReader(scene.end);
  grow(400);
  assert.deepEqual([scene.top, keeper.away.value], [scene.end, false]);
});

test('a turn that began elsewhere does not tear a reader away; one of their own does', () => {
  const { scene, keeper, grow } = opened();
  scene.scrollByReader(300);
  scene.add(100, true);
  keeper.followTurn(false);
  grow(300);
  assert.equal(scene.top, 300);
  keeper.followTurn(true);
  grow(300);
  assert.ok(scene.top > 1400);
});

test('a click in the thread makes the turn that follows at once the reader’s own', () => {
  const { scene, keeper, grow } = opened();
  scene.scrollByReader(300);
  scene.dispatchEvent(new Event('click'));
  keeper.followTurn(false);
  const first = grow(100);
  grow(900);
  assert.equal(scene.top, scene.rows.indexOf(first) * 200 - 20, 'from the first row that came of it');
});

test('a page that wants the end gets it, however long the answer', () => {
  const { scene, keeper, grow } = opened();
  keeper.followAll = true;
  scene.add(100, true);
  keeper.followTurn(true);
  grow(3000);
  assert.equal(scene.top, scene.end);
});

test('rows that come above what is read do not move it', () => {
  const { scene, keeper } = opened();
  scene.scrollByReader(450);
  const [, , row] = scene.rows;
  const before = row?.getBoundingClientRect().top;
  keeper.remember();
  scene.rows = [new Row(scene, 350, false), ...scene.rows];
  keeper.restore();
  assert.deepEqual([row?.getBoundingClientRect().top, scene.top], [before, 800]);
});

test('nothing is put back for a row that has gone, or while the end is followed', () => {
  const { scene, keeper } = opened();
  keeper.remember();
  scene.rows = [new Row(scene, 350, false), ...scene.rows];
  keeper.restore();
  assert.equal(scene.top, 1500, 'the end is where the view stays, once the content is kept');
  scene.scrollByReader(450);
  keeper.remember();
  const [, seen] = scene.rows;
  if (seen) seen.isConnected = false;
  scene.rows = [new Row(scene, 350, false), ...scene.rows];
  keeper.restore();
  assert.equal(scene.top, 450);
});

test('a keeper that is gone hears of nothing', () => {
  const { scene, keeper } = opened();
  let looks = 0;
  keeper.onView = () => void looks++;
  keeper.dispose();
  scene.scrollByReader(0);
  scene.dispatchEvent(new Event('click'));
  assert.equal(looks, 0);
});
