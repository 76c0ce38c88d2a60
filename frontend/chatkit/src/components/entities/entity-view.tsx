// An entity in text, as a tag or a source. It opens the page's own view and the preview.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Entity } from '@openai/chatkit';
import { useActions, useOptions, usePreviews } from '../context.ts';

interface Props {
  entity: Entity;
  class: string;
  part?: string;
  label?: string;
  children: ComponentChildren;
}

export function EntityView({ entity, class: className, part, label, children }: Props) {
  const actions = useActions();
  const previews = usePreviews();
  const { onClick, onRequestPreview } = useOptions().value.entities;
  useEffect(() => () => previews.close(), [previews]);
  if (!entity.interactive || (!onClick && !onRequestPreview)) {
    return (
      <span class={className} part={part} role={label ? 'note' : undefined} aria-label={label}>
        {children}
      </span>
    );
  }
  const enter = (event: Event) => previews.enter(entity, event.currentTarget as HTMLElement);
  return (
    <button
      type="button"
      class={`${className} is-interactive`}
      part={part}
      aria-label={label}
      onClick={() => actions.openEntity(entity)}
      onPointerEnter={enter}
      onPointerLeave={() => previews.leave()}
      onFocus={enter}
      onBlur={() => previews.leave()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !previews.open.peek()) return;
        event.stopPropagation();
        previews.close();
      }}
    >
      {children}
    </button>
  );
}
