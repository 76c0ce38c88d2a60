// A single-line field.

import type { TargetedInputEvent } from 'preact';
import { oneOf } from '../../safety/style.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, safePattern, submitOnEnter, text, useControl, useTextField } from './control.ts';

const INPUT_TYPES = ['number', 'email', 'text', 'password', 'tel', 'url'] as const;

export function Input({ node }: NodeProps) {
  const { markdown } = useWidget();
  const initial = text(node.defaultValue);
  const control = useControl(node, initial);
  // The browser checks the pattern of an input by itself.
  const { field, onFocus } = useTextField<HTMLInputElement>({ ...node, pattern: undefined }, markdown.t('widget.pattern'));
  const type = oneOf(node.inputType, INPUT_TYPES) ?? 'text';
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
      placeholder={text(node.placeholder) || undefined}
      required={node.required === true}
      disabled={control.disabled}
      pattern={safePattern(node.pattern)}
      dir="auto"
      {...autofillProps(node.allowAutofillExtensions)}
      defaultValue={initial}
      onFocus={onFocus}
      onKeyDown={submitOnEnter}
      onInput={(event: TargetedInputEvent<HTMLInputElement>) => control.set(event.currentTarget.value)}
    />
  );
}
