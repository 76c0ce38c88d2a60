// Footnotes: a mark in the text that links to the note, and a link back.

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

/** Searches the same text only, because other messages may have notes with the same names. */
function lead(event: TargetedMouseEvent<HTMLElement>, kind: 'note' | 'mark', name: string): void {
  const places = event.currentTarget.closest('.md')?.querySelectorAll<HTMLElement>(`[data-${kind}]`) ?? [];
  const target = Array.from(places).find((place) => place.dataset[kind] === name);
  target?.scrollIntoView({ block: 'nearest' });
  target?.focus({ preventScroll: true });
}
