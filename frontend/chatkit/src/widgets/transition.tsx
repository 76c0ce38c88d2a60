// Animates the change from one child to the next.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { childrenOf, keyOf } from '../protocol/widget-node.ts';
import { Node } from './node.tsx';
import type { NodeProps } from './registry.ts';

const DURATION_MS = 260;

export function Transition({ node, depth }: NodeProps) {
  const child = childrenOf(node)[0];
  const identity = child ? (keyOf(child) ?? child.type) : '';
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef<{ child: typeof child; height: number } | null>(null);

  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return;
    const height = current.scrollHeight;
    const known = before.current;
    before.current = { child, height };
    if (!known || known.child === child || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timing = { duration: DURATION_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
    if (known.height !== height) {
      current.animate([{ blockSize: `${known.height}px`, overflow: 'clip' }, { blockSize: `${height}px`, overflow: 'clip' }], timing);
    }
    current.firstElementChild?.animate([{ opacity: 0 }, { opacity: 1 }], timing);
  });

  return (
    <div ref={frame} class="w-transition">
      {child && <Node key={identity} node={child} depth={depth + 1} />}
    </div>
  );
}
