// A round button with an icon and a name that is read and shown on hover.

import type { Ref } from 'preact';
import { Icon } from '../icons/icon.tsx';

interface Props {
  icon: string;
  label: string;
  onClick: (event: MouseEvent) => void;
  size?: 'sm' | 'md';
  class?: string;
  disabled?: boolean;
  /** The button cannot be pressed for a moment, but keeps the keyboard focus. */
  waits?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  hasPopup?: 'menu' | 'dialog';
  buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton(props: Props) {
  const { icon, label, onClick, size = 'md', class: className = '', disabled, waits, pressed, expanded, hasPopup } = props;
  return (
    <button
      ref={props.buttonRef}
      type="button"
      class={`icon-button is-${size} ${className}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={hasPopup}
      disabled={disabled}
      aria-disabled={waits || undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
