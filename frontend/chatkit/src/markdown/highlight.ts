// Highlights code: turns highlight.js's events into a tree of our own, never into HTML.

import core from 'highlight.js/lib/core';
import { insideOf, loaderOf } from './languages.ts';

export interface CodeNode {
  scope: string;
  children: (CodeNode | string)[];
}

/** Collects highlight.js's events, with the interface of its own emitter. */
class TreeEmitter {
  readonly root: CodeNode = { scope: '', children: [] };
  readonly #open: CodeNode[] = [this.root];

  addText(text: string): void {
    if (text !== '') this.#top().children.push(text);
  }

  startScope(scope: string): void {
    this.openNode(scope);
  }

  endScope(): void {
    this.closeNode();
  }

  openNode(scope: string): void {
    const node = { scope: typeof scope === 'string' ? scope : '', children: [] };
    this.#top().children.push(node);
    this.#open.push(node);
  }

  closeNode(): void {
    if (this.#open.length > 1) this.#open.pop();
  }

  __addSublanguage(emitter: TreeEmitter, name: string): void {
    this.#top().children.push({ scope: name ? `language:${name}` : '', children: emitter.root.children });
  }

  finalize(): void {
    this.#open.length = 1;
  }

  toHTML(): string {
    return '';
  }

  #top(): CodeNode {
    return this.#open.at(-1) ?? this.root;
  }
}

core.configure({ __emitter: TreeEmitter as never });

const loading = new Map<string, Promise<void>>();

/** Loads a language and the languages that may be embedded in it. */
function load(name: string): Promise<void> {
  let known = loading.get(name);
  if (!known) {
    const loader = loaderOf(name);
    known = loader ? loader().then((module) => core.registerLanguage(name, module.default)) : Promise.resolve();
    loading.set(name, known);
    known.catch(() => loading.delete(name));
  }
  return known;
}

/** Resolves once a language can be highlighted. */
export async function loadLanguage(language: string): Promise<void> {
  await Promise.all([load(language), ...insideOf(language).map(load)]);
}

/**
 * Code as a tree of highlighted parts. With `open`, more code follows: the result is null if the code ends inside
 * something unfinished, such as a comment, because both parts then have to be read together.
 */
export function highlight(code: string, language: string, open: boolean): CodeNode | null {
  const { _emitter, _top } = core.highlight(code, { language, ignoreIllegals: true });
  if (open && _top && 'parent' in _top && _top.parent) return null;
  return (_emitter as unknown as TreeEmitter).root;
}
