// Draws an icon by its ChatKit name. A name nobody knows gives a neutral dot, never an error.

import { createElement } from 'preact';
import { drawingOf } from './shelves.ts';

interface Props {
  name: string;
  /** Given only where the icon says something that no text beside it says. */
  label?: string;
  class?: string;
}

/** Icons that point along the line of reading turn round where it runs from right to left. */
const DIRECTIONAL = /left|right|open-|back-|external-link|share/;

export function Icon({ name, label, class: className = '' }: Props) {
  const drawing = drawingOf(name);
  const turned = DIRECTIONAL.test(name) ? ' is-directional' : '';
  const filled = drawing?.filled ? ' is-filled' : '';
  return (
    <svg
      class={`icon${turned}${filled} ${className}`}
      viewBox="0 0 24 24"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : 'true'}
      focusable="false"
    >
      {drawing?.shapes.map((shape) =>
        typeof shape === 'string' ? <path d={shape} /> : createElement(shape[0], shape[1]),
      )}
    </svg>
  );
}
