// Checkboxes and radio buttons.

import type { ComponentChildren, TargetedEvent } from 'preact';
import { readCheckboxProps, readRadioGroupProps } from '../../protocol/generated/widgets.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { optionsOf, useControl } from './control.ts';

export function Checkbox({ node }: NodeProps) {
  const { labelled } = useWidget();
  const props = readCheckboxProps(node);
  const { label = '', defaultChecked: initial = false, required = false } = props;
  const control = useControl(props, initial);
  return (
    <Choice label={label} hidden={label === '' && !labelled(control.name) ? control.name : ''}>
      <input
        id={control.id}
        type="checkbox"
        name={control.name}
        required={required}
        disabled={control.disabled}
        defaultChecked={initial}
        onChange={(event: TargetedEvent<HTMLInputElement>) => control.change(event.currentTarget.checked)}
      />
    </Choice>
  );
}

export function RadioGroup({ node }: NodeProps) {
  const props = readRadioGroupProps(node);
  const { defaultValue: initial = '', required = false } = props;
  const control = useControl(props, initial || undefined);
  return (
    <div
      class={`w-radios ${props.direction === 'col' ? 'is-col' : 'is-row'}`}
      role="radiogroup"
      aria-label={props.ariaLabel || control.name}
      aria-required={required || undefined}
    >
      {optionsOf(node).map((option, index) => (
        <Choice key={option.value} label={option.label} hidden={option.value}>
          <input
            // A label for the group points to its first choice.
            id={index === 0 ? control.id : undefined}
            type="radio"
            name={control.id}
            value={option.value}
            required={required}
            disabled={control.disabled || option.disabled}
            defaultChecked={option.value === initial}
            onChange={() => control.change(option.value)}
          />
        </Choice>
      ))}
    </div>
  );
}

function Choice({ label, hidden, children }: { label: string; hidden: string; children: ComponentChildren }) {
  return (
    <label class="w-choice">
      {children}
      {label !== '' && <span dir="auto">{label}</span>}
      {label === '' && hidden !== '' && <span class="visually-hidden">{hidden}</span>}
    </label>
  );
}
