// A field of several lines that may grow with its text.

import type { TargetedInputEvent } from 'preact';
import { useState } from 'preact/hooks';
import { clean } from '../box-style.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, count, text, useControl, useTextField, type TextFieldProps } from './control.ts';

export function Textarea({ node }: NodeProps) {
  const { markdown } = useWidget();
  const initial = text(node.defaultValue);
  const control = useControl(node, initial);
  const { field, onFocus, check } = useTextField<HTMLTextAreaElement>(node as TextFieldProps, markdown.t('widget.pattern'));
  const [value, setValue] = useState(initial);
  const rows = count(node.rows, 3, 50);
  const maxRows = Math.max(rows, count(node.maxRows, 12, 100));
  const grows = node.autoResize === true;
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
        placeholder={text(node.placeholder) || undefined}
        required={node.required === true}
        disabled={control.disabled}
        dir="auto"
        {...autofillProps(node.allowAutofillExtensions)}
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
