// Footnotes: a mark in the text that leads to its words, and back.

import type { ComponentChildren, TargetedMouseEvent } from 'preact';

export function NoteMark({ name }: { name: string }) {
  return (
    <sup>
      <button type="button" class="md-note-mark" data-mark={name} onClick={(event) => lead(event, 'note', name)}>
        {name}
      </button>
    </sup>
  );
}

export function NoteBody({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <p class="md-note" dir="auto" data-note={name} tabIndex={-1}>
      <button type="button" class="md-note-mark" onClick={(event) => lead(event, 'mark', name)}>
        {name}
      </button>{' '}
      {children}
    </p>
  );
}

/** Only within the same text: other messages have notes of their own by the same names. */
function lead(event: TargetedMouseEvent<HTMLElement>, kind: 'note' | 'mark', name: string): void {
  const places = event.currentTarget.closest('.md')?.querySelectorAll<HTMLElement>(`[data-${kind}]`) ?? [];
  const target = Array.from(places).find((place) => place.dataset[kind] === name);
  target?.scrollIntoView({ block: 'nearest' });
  target?.focus({ preventScroll: true });
}
