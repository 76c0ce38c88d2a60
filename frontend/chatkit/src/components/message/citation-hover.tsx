// Shows the card of a source while the pointer or the focus is on its citation.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { lazy } from '../../parts/lazy.tsx';
import type { Source } from '../../protocol/item.ts';
import { useLanguage } from '../context.ts';
import type { SourceCardProps } from './source-card.tsx';

const OPEN_AFTER_MS = 250;
const CLOSE_AFTER_MS = 150;

const SourceCard = lazy<SourceCardProps>({ load: async () => (await import('./source-card.tsx')).SourceCard, Waiting: () => null });

interface Props {
  source: Source;
  origin: string;
  children: ComponentChildren;
}

export function CitationHover({ source, origin, children }: Props) {
  const locale = useLanguage().tag.value;
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [open, setOpen] = useState(false);
  const id = useId();
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const target = anchor.current?.firstElementChild;
    if (!open || !target) return;
    target.setAttribute('aria-describedby', id);
    return () => target.removeAttribute('aria-describedby');
  }, [open, id]);
  const soon = (next: boolean) => {
    clearTimeout(timer.current);
    if (next) void SourceCard.preload();
    timer.current = setTimeout(() => setOpen(next), next ? OPEN_AFTER_MS : CLOSE_AFTER_MS);
  };
  const close = () => {
    clearTimeout(timer.current);
    setOpen(false);
  };
  return (
    <span
      ref={anchor}
      onPointerEnter={() => soon(true)}
      onPointerLeave={() => soon(false)}
      onFocusIn={() => soon(true)}
      onFocusOut={() => soon(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      {children}
      {open && <SourceCard id={id} anchor={anchor} source={source} origin={origin} locale={locale} onClose={close} />}
    </span>
  );
}
