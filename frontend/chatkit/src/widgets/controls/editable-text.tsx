// A text that can be edited in place and belongs to the form around it.

import type { CSSProperties, TargetedInputEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useWidget } from '../widget-scope.ts';
import { autofillProps, controlId, text, useFormValue, useTextField } from './control.ts';

export interface Editable {
  name: string;
  autoFocus?: unknown;
  autoSelect?: unknown;
  autoComplete?: unknown;
  allowAutofillExtensions?: unknown;
  pattern?: unknown;
  placeholder?: unknown;
  required?: unknown;
}

interface Props {
  editable: Editable;
  initial: string;
  className: string;
  style: CSSProperties;
}

export function EditableText({ editable, initial, className, style }: Props) {
  const { domId, labelled, markdown } = useWidget();
  const { name } = editable;
  const [value, setValue] = useState(initial);
  const { field, onFocus, check } = useTextField<HTMLTextAreaElement>(editable, markdown.t('widget.pattern'));
  const keep = useFormValue(name, initial);
  const autofill = autofillProps(editable.allowAutofillExtensions);
  const wanted = text(editable.autoComplete);
  return (
    <span class={`w-growing is-growing w-editable ${className}`} data-text={`${value || text(editable.placeholder)} `} style={style}>
      <textarea
        ref={field}
        id={controlId(domId, name)}
        rows={1}
        dir="auto"
        name={name}
        aria-label={labelled(name) ? undefined : text(editable.placeholder) || name}
        placeholder={text(editable.placeholder) || undefined}
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
