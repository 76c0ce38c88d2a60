// A text that can be edited in place and belongs to the form around it.

import type { CSSProperties, TargetedInputEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { TextField } from '../../protocol/generated/widgets.ts';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, controlId, useFormValue, useTextField } from './control.ts';

interface Props {
  editable: TextField;
  initial: string;
  className: string;
  style: CSSProperties;
}

export function EditableText({ editable, initial, className, style }: Props) {
  const { domId, labelled, markdown } = useWidget();
  const { name, placeholder = '', autoComplete: wanted = '' } = editable;
  const [value, setValue] = useState(initial);
  const { field, onFocus, check } = useTextField<HTMLTextAreaElement>(editable, markdown.t('widget.pattern'));
  const keep = useFormValue(name, initial);
  const autofill = autofillProps(editable.allowAutofillExtensions);
  return (
    <span class={`w-growing is-growing w-editable ${className}`} data-text={`${value || placeholder} `} style={style}>
      <textarea
        ref={field}
        id={controlId(domId, name)}
        rows={1}
        dir="auto"
        name={name}
        aria-label={labelled(name) ? undefined : placeholder || name}
        placeholder={placeholder || undefined}
        required={editable.required === true}
        {...autofill}
        autoComplete={/^[a-z0-9 -]{1,60}$/.test(wanted) ? wanted : autofill.autoComplete}
        defaultValue={initial}
        onFocus={onFocus}
        onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => {
          setValue(event.currentTarget.value);
          keep(event.currentTarget.value);
          check();
        }}
      />
    </span>
  );
}
