// A panel that floats beside its anchor, in the top layer, so that no card cuts it off.

import { autoUpdate, computePosition, flip, offset, shift, size, type Placement } from '@floating-ui/dom';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { addStyles } from '../styles/sheet.ts';
import css from './popover.css';

addStyles(css);

const EDGE = 8;

export interface PopoverProps {
  anchor: RefObject<HTMLElement | null>;
  /** With `refocus` the focus goes back to the anchor. */
  onClose: (refocus: boolean) => void;
  placement?: Placement;
  /** At least as wide as the anchor. */
  wide?: boolean;
  class?: string;
  role?: 'dialog' | 'tooltip';
  label?: string;
  id?: string;
  onPointerEnter?: () => void;
  onPointerLeave?: () => void;
  children: ComponentChildren;
}

export function Popover(props: PopoverProps) {
  const { anchor, onClose, placement = 'bottom-start', wide, class: className = '', children } = props;
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const { current } = panel;
    const reference = anchor.current;
    if (!current || !reference) return;
    current.showPopover?.();
    const place = async () => {
      const { x, y } = await computePosition(reference, current, {
        placement: mirrored(placement, reference),
        strategy: 'fixed',
        middleware: [
          offset(6),
          flip({ padding: EDGE }),
          shift({ padding: EDGE }),
          size({
            padding: EDGE,
            apply: ({ availableHeight, availableWidth, rects }) => {
              current.style.maxBlockSize = `${Math.max(120, Math.min(availableHeight, 420))}px`;
              current.style.maxInlineSize = `${Math.min(availableWidth, 420)}px`;
              if (wide) current.style.minInlineSize = `${Math.min(rects.reference.width, availableWidth)}px`;
            },
          }),
        ],
      });
      current.style.left = `${Math.round(x)}px`;
      current.style.top = `${Math.round(y)}px`;
      current.dataset.placed = '';
    };
    return autoUpdate(reference, current, () => void place());
  }, [anchor, placement, wide]);

  useEffect(() => {
    const outside = (event: Event) => {
      const path = event.composedPath();
      if (panel.current && !path.includes(panel.current) && !(anchor.current && path.includes(anchor.current))) close.current(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [anchor]);

  return (
    <div
      ref={panel}
      id={props.id}
      // With `auto`, a click on the anchor would close the panel and open it again.
      popover="manual"
      class={`popover ${className}`}
      role={props.role}
      aria-label={props.label}
      onPointerEnter={props.onPointerEnter}
      onPointerLeave={props.onPointerLeave}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose(true);
      }}
    >
      {children}
    </div>
  );
}

/** Where text runs from right to left, the start is on the other side. */
function mirrored(placement: Placement, reference: HTMLElement): Placement {
  if (getComputedStyle(reference).direction !== 'rtl') return placement;
  if (placement.startsWith('left')) return placement.replace('left', 'right') as Placement;
  return placement.startsWith('right') ? (placement.replace('right', 'left') as Placement) : placement;
}
