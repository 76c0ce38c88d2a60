// The button of widgets.

import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { Icon } from '../icons/icon.tsx';
import { Spinner } from '../parts/spinner.tsx';
import { readButtonProps } from '../protocol/generated/widgets.ts';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';
import { useAction } from './use-action.ts';

export function Button({ node }: NodeProps) {
  const { submit } = useWidget();
  const props = readButtonProps(node);
  const { style, iconStart, iconEnd, label = '' } = props;
  const action = useAction(props.onClickAction, 'button');
  // In a form that has its own action, the button sends that action.
  const submits = props.submit === true && submit !== null;
  const { busy, disabled } = submits ? submit : action;
  const color = props.color ?? style ?? (props.submit ? 'primary' : 'secondary');
  const strong = style === 'primary' || (style === undefined && props.submit);
  const variant = props.variant ?? (strong ? 'solid' : 'soft');
  const flags = [
    `size-${props.size ?? 'lg'}`,
    `icon-${props.iconSize ?? 'auto'}`,
    props.pill && 'is-pill',
    props.block && 'is-block',
    (props.uniform || label === '') && 'is-uniform',
  ].filter(Boolean);
  const onClick = (event: TargetedMouseEvent<HTMLButtonElement>) => {
    if (submits) {
      if (disabled) event.preventDefault();
    } else if (!props.submit || (event.currentTarget.form?.reportValidity() ?? true)) {
      action.fire();
    }
  };
  return (
    <ButtonFrame
      type={submits ? 'submit' : 'button'}
      class={`is-${color} is-${variant} ${flags.join(' ')}`}
      busy={busy}
      waits={disabled}
      disabled={props.disabled === true}
      label={label === '' ? nameOf(iconStart ?? iconEnd) : undefined}
      onClick={onClick}
    >
      {iconStart !== undefined && <Icon name={iconStart} />}
      {label !== '' && <span dir="auto">{label}</span>}
      {iconEnd !== undefined && <Icon name={iconEnd} />}
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
function nameOf(icon: string | undefined): string {
  return icon?.replace(/^\w+:/, '').replace(/-/g, ' ') ?? 'button';
}
