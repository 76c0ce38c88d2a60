// A field of several lines that may grow with its text.

import type { TargetedInputEvent } from 'preact';
import { useState } from 'preact/hooks';
import { readTextareaProps } from '../../protocol/generated/widgets.ts';
import { clean } from '../box-style.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, count, useControl, useTextField } from './control.ts';

export function Textarea({ node }: NodeProps) {
  const { markdown } = useWidget();
  const props = readTextareaProps(node);
  const { defaultValue: initial = '', autoResize: grows = false } = props;
  const control = useControl(props, initial);
  const { field, onFocus, check } = useTextField<HTMLTextAreaElement>(props, markdown.t('widget.pattern'));
  const [value, setValue] = useState(initial);
  const rows = count(props.rows, 3, 50);
  const maxRows = Math.max(rows, count(props.maxRows, 12, 100));
  return (
    // The wrapper contains an invisible copy of the text, which makes the field tall enough without measuring.
    <span
      class={`w-growing${grows ? ' is-growing' : ''} ${control.className} is-multiline`}
      data-text={grows ? `${value} ` : undefined}
      style={clean({ '--max-rows': grows ? String(maxRows) : undefined })}
    >
      <textarea
        ref={field}
        id={control.id}
        rows={rows}
        name={control.name}
        aria-label={control.label}
        placeholder={props.placeholder || undefined}
        required={props.required === true}
        disabled={control.disabled}
        dir="auto"
        {...autofillProps(props.allowAutofillExtensions)}
        defaultValue={initial}
        onFocus={onFocus}
        onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => {
          setValue(event.currentTarget.value);
          control.set(event.currentTarget.value);
          check();
        }}
      />
    </span>
  );
}
