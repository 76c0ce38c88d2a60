// The button of widgets.

import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { Icon } from '../icons/icon.tsx';
import { Spinner } from '../parts/spinner.tsx';
import { readAction } from '../protocol/action.ts';
import { oneOf } from '../safety/style.ts';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';
import { CONTROL_SIZES } from './sizes.ts';
import { useAction } from './use-action.ts';

const COLORS = ['primary', 'secondary', 'info', 'discovery', 'success', 'caution', 'warning', 'danger'] as const;

export function Button({ node }: NodeProps) {
  const { submit } = useWidget();
  const action = useAction(readAction(node.onClickAction), 'button');
  // In a form that has its own action, the button sends that action.
  const submits = node.submit === true && submit !== null;
  const { busy, disabled } = submits ? submit : action;
  const style = oneOf(node.style, ['primary', 'secondary']);
  const color = oneOf(node.color, COLORS) ?? style ?? (node.submit === true ? 'primary' : 'secondary');
  const strong = style === 'primary' || (style === undefined && node.submit === true);
  const variant = oneOf(node.variant, ['solid', 'soft', 'outline', 'ghost']) ?? (strong ? 'solid' : 'soft');
  const label = typeof node.label === 'string' ? node.label : '';
  const flags = [
    `size-${oneOf(node.size, CONTROL_SIZES) ?? 'lg'}`,
    `icon-${oneOf(node.iconSize, ['sm', 'md', 'lg', 'xl', '2xl']) ?? 'auto'}`,
    node.pill === true && 'is-pill',
    node.block === true && 'is-block',
    (node.uniform === true || label === '') && 'is-uniform',
  ].filter(Boolean);
  const onClick = (event: TargetedMouseEvent<HTMLButtonElement>) => {
    if (submits) {
      if (disabled) event.preventDefault();
    } else if (node.submit !== true || (event.currentTarget.form?.reportValidity() ?? true)) {
      action.fire();
    }
  };
  return (
    <ButtonFrame
      type={submits ? 'submit' : 'button'}
      class={`is-${color} is-${variant} ${flags.join(' ')}`}
      busy={busy}
      waits={disabled}
      disabled={node.disabled === true}
      label={label === '' ? nameOf(node.iconStart ?? node.iconEnd) : undefined}
      onClick={onClick}
    >
      {typeof node.iconStart === 'string' && <Icon name={node.iconStart} />}
      {label !== '' && <span dir="auto">{label}</span>}
      {typeof node.iconEnd === 'string' && <Icon name={node.iconEnd} />}
    </ButtonFrame>
  );
}

interface FrameProps {
  type: 'submit' | 'button';
  class: string;
  busy: boolean;
  waits: boolean;
  disabled?: boolean;
  label?: string;
  onClick: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  children: ComponentChildren;
}

/** The frame of every widget button, which keeps its width and the focus while it waits. */
export function ButtonFrame({ type, class: className, busy, waits, disabled, label, onClick, children }: FrameProps) {
  return (
    <button
      type={type}
      class={`w-button ${className}${busy ? ' is-busy' : ''}`}
      disabled={disabled}
      // `disabled` would lose the keyboard focus while the button waits.
      aria-disabled={waits || undefined}
      aria-busy={busy || undefined}
      aria-label={label}
      onClick={onClick}
    >
      <span class="w-button-content">{children}</span>
      {busy && <Spinner />}
    </button>
  );
}

/** A button with only an icon is named after that icon. */
function nameOf(icon: unknown): string {
  return typeof icon === 'string' ? icon.replace(/^\w+:/, '').replace(/-/g, ' ') : 'button';
}
