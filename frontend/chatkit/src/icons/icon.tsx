// Draws an icon by its ChatKit name. Unknown names give a neutral dot, never an error.

import { createElement } from 'preact';
import { drawingOf } from './shelves.ts';

interface Props {
  name: string;
  /** Only needed where the icon says something that no text next to it says. */
  label?: string;
  class?: string;
}

/** Icons that point in the reading direction are mirrored in right-to-left text. */
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
