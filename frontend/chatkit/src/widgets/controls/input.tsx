// A single-line field.

import type { TargetedInputEvent } from 'preact';
import { readInputProps } from '../../protocol/generated/widgets.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, safePattern, submitOnEnter, useControl, useTextField } from './control.ts';

export function Input({ node }: NodeProps) {
  const { markdown } = useWidget();
  const props = readInputProps(node);
  const { defaultValue: initial = '', inputType: type = 'text' } = props;
  const control = useControl(props, initial);
  // The browser checks the pattern of an input by itself.
  const { field, onFocus } = useTextField<HTMLInputElement>({ ...props, pattern: undefined }, markdown.t('widget.pattern'));
  return (
    <input
      ref={field}
      id={control.id}
      class={control.className}
      // The typings have no common props for these input types, but all six are text fields.
      type={type as 'text'}
      step={type === 'number' ? 'any' : undefined}
      name={control.name}
      aria-label={control.label}
      placeholder={props.placeholder || undefined}
      required={props.required === true}
      disabled={control.disabled}
      pattern={safePattern(props.pattern)}
      dir="auto"
      {...autofillProps(props.allowAutofillExtensions)}
      defaultValue={initial}
      onFocus={onFocus}
      onKeyDown={submitOnEnter}
      onInput={(event: TargetedInputEvent<HTMLInputElement>) => control.set(event.currentTarget.value)}
    />
  );
}
