// The button of widgets.

import { Icon } from '../icons/icon.tsx';
import { Spinner } from '../parts/spinner.tsx';
import { readAction } from '../protocol/widget.ts';
import { oneOf } from '../safety/style.ts';
import { CONTROL_SIZES } from './controls.tsx';
import type { NodeProps } from './registry.ts';
import { useAction } from './use-action.ts';

const COLORS = ['primary', 'secondary', 'info', 'discovery', 'success', 'caution', 'warning', 'danger'] as const;

export function Button({ node }: NodeProps) {
  const action = useAction(readAction(node.onClickAction), 'button');
  const submits = node.submit === true;
  const style = oneOf(node.style, ['primary', 'secondary']);
  const color = oneOf(node.color, COLORS) ?? style ?? 'secondary';
  const variant = oneOf(node.variant, ['solid', 'soft', 'outline', 'ghost']) ?? (style === 'primary' ? 'solid' : 'soft');
  const size = oneOf(node.size, CONTROL_SIZES) ?? 'lg';
  const label = typeof node.label === 'string' ? node.label : '';
  const flags = [
    node.pill === true && 'is-pill',
    node.block === true && 'is-block',
    (node.uniform === true || label === '') && 'is-uniform',
    action.busy && 'is-busy',
  ].filter(Boolean);
  const iconSize = oneOf(node.iconSize, ['sm', 'md', 'lg', 'xl', '2xl']) ?? 'md';
  return (
    <button
      type={submits ? 'submit' : 'button'}
      class={`w-button is-${color} is-${variant} size-${size} icon-${iconSize} ${flags.join(' ')}`}
      disabled={node.disabled === true}
      // Not `disabled`: a button that waits must keep the keyboard's focus.
      aria-disabled={action.disabled || undefined}
      aria-busy={action.busy || undefined}
      aria-label={label === '' ? String(node.iconStart ?? node.iconEnd ?? 'button') : undefined}
      onClick={() => action.fire()}
    >
      <span class="w-button-content">
        {typeof node.iconStart === 'string' && <Icon name={node.iconStart} />}
        {label !== '' && <span dir="auto">{label}</span>}
        {typeof node.iconEnd === 'string' && <Icon name={node.iconEnd} />}
      </span>
      {action.busy && <Spinner />}
    </button>
  );
}
