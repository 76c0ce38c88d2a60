// TeX to MathML: turns KaTeX's tree into elements by an allow-list.

import { createElement, type ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import katex from 'katex';
import { MathSource, type MathProps } from './math.tsx';

const OPTIONS = {
  output: 'mathml',
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxExpand: 200,
  maxSize: 20,
} as const;

const ELEMENTS = new Set(
  'math mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose mover munder munderover msub msup msubsup mmultiscripts mtable mtr mtd mlabeledtr'.split(' '),
);
const ATTRIBUTES = new Set(
  'accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle fence form height largeop linebreak linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator side stretchy symmetric voffset width'.split(' '),
);
const MAX_DEPTH = 200;

/** Missing from the typings, but provided by the library for exactly this purpose: rendering its tree differently. */
const { __renderToDomTree: toTree } = katex as unknown as {
  __renderToDomTree(tex: string, options: object): TreeNode;
};

interface TreeNode {
  type?: string;
  text?: string;
  character?: string;
  attributes?: Record<string, string>;
  children?: TreeNode[];
}

export function MathView({ tex, display }: MathProps) {
  const formula = useMemo(() => typeset(tex, display), [tex, display]);
  if (formula === null) return <MathSource tex={tex} display={display} />;
  // Formulas run from left to right, whatever the direction of the text around them.
  return (
    <span class={`md-math${display ? ' is-display' : ''}`} dir="ltr">
      {formula}
    </span>
  );
}

function typeset(tex: string, display: boolean): ComponentChildren | null {
  try {
    const tree = toTree(tex, { ...OPTIONS, displayMode: display });
    const math = find(tree, 'math');
    return math ? draw(math, 0) : null;
  } catch {
    // The formula is broken or too deep. Its source says more than an error message would.
    return null;
  }
}

function find(node: TreeNode, type: string): TreeNode | null {
  if (node.type === type) return node;
  for (const child of node.children ?? []) {
    const found = find(child, type);
    if (found) return found;
  }
  return null;
}

function draw(node: TreeNode, depth: number): ComponentChildren {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deep');
  if (node.type === 'annotation') return null;
  if (node.type === undefined) return node.text ?? node.character ?? '';
  const children = (node.children ?? []).map((child) => draw(child, depth + 1));
  if (!ELEMENTS.has(node.type)) return children;
  const attributes = Object.entries(node.attributes ?? {}).filter(([name]) => ATTRIBUTES.has(name));
  return createElement(node.type, Object.fromEntries(attributes), ...children);
}
