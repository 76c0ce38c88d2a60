// What named controls share: their place in a form, their change action, their name for assistive technology.

import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { readSelectOption, type SelectProps, type TextField as FieldProps } from '../../protocol/generated/widgets.ts';
import { list } from '../../protocol/read.ts';
import type { WidgetNode } from '../../protocol/widget-node.ts';
import type { FormValue } from '../form-values.ts';
import { useWidget } from '../widget-scope.ts';
import { useAction } from '../use-action.ts';

const MAX_PATTERN = 500;

export function controlId(domId: string, name: string): string {
  return `${domId}-${name.replace(/[^\w-]/g, '_')}`;
}

export interface Control {
  id: string;
  name: string;
  disabled: boolean;
  className: string;
  /** The accessible name if no `Label` of the widget points to the control. */
  label: string | undefined;
  /** Stores the value for the form. */
  set: (value: FormValue) => void;
  /** Stores the value and fires the change action with it. */
  change: (value: FormValue) => void;
}

/** The props that every control takes. */
export type ControlProps = Pick<
  SelectProps,
  'name' | 'ariaLabel' | 'placeholder' | 'onChangeAction' | 'disabled' | 'variant' | 'size' | 'gutterSize' | 'pill' | 'block'
>;

/** Connects a control to its form. `initial` is used once, when the control appears. */
export function useControl(props: ControlProps, initial: FormValue): Control {
  const { form, domId, labelled } = useWidget();
  const { name = '', variant = 'outline', size = 'lg', gutterSize: gutter, disabled = false } = props;
  const action = useAction(props.onChangeAction, 'change');
  const set = useFormValue(name, initial, disabled);
  const flags = `${props.pill ? ' is-pill' : ''}${props.block ? ' is-block' : ''}`;
  return {
    id: controlId(domId, name),
    name,
    disabled,
    className: `w-control is-${variant} size-${size}${gutter ? ` gutter-${gutter}` : ''}${flags}`,
    label: labelled(name) ? undefined : props.ariaLabel || props.placeholder || name,
    set,
    change: (value) => {
      set(value);
      // In a form, the form's values already include it.
      action.fire(form ? {} : { [name]: value });
    },
  };
}

/** The form has a value as long as its control is on the page and enabled. Returns a function that stores a new one. */
export function useFormValue(name: string, initial: FormValue, disabled = false): (value: FormValue) => void {
  const { form } = useWidget();
  const kept = useRef(initial);
  // This is a layout effect, so that a form submitted at once includes the value and is checked by the field's rules.
  useLayoutEffect(() => {
    if (disabled) return;
    form?.set(name, kept.current);
    return () => form?.delete(name);
  }, [form, name, disabled]);
  return (value) => {
    kept.current = value;
    form?.set(name, value);
  };
}

interface TextField extends HTMLElement {
  value: string;
  select(): void;
  setCustomValidity(message: string): void;
}

export type TextFieldProps = Pick<FieldProps, 'autoFocus' | 'autoSelect' | 'pattern'>;

/** Focus, selection, and patterns for fields that know none of their own. */
export function useTextField<T extends TextField>({ autoFocus, autoSelect, pattern }: TextFieldProps, message: string) {
  const field = useRef<T>(null);
  const source = safePattern(pattern);
  useEffect(() => {
    if (autoFocus) field.current?.focus({ preventScroll: true });
  }, []);
  const onFocus = useCallback(() => {
    if (autoSelect) field.current?.select();
  }, [autoSelect]);
  const check = useCallback(() => {
    const { current } = field;
    if (!current || source === undefined) return;
    const fits = current.value === '' || new RegExp(`^(?:${source})$`, 'v').test(current.value);
    current.setCustomValidity(fits ? '' : message);
  }, [source, message]);
  useLayoutEffect(check, [check]);
  return { field, onFocus, check };
}

/** A pattern that does not compile would make every value pass or fail by accident. */
export function safePattern(pattern = ''): string | undefined {
  if (pattern === '' || pattern.length > MAX_PATTERN || isRunaway(pattern)) return undefined;
  try {
    return new RegExp(pattern, 'v') && pattern;
  } catch {
    return undefined;
  }
}

/** A repeated group with a repetition inside can take exponential time even on a short text. */
function isRunaway(pattern: string): boolean {
  return /\([^()]*(?:[*+]|\{\d+,\d*\})[^()]*\)\s*(?:[*+]|\{\d+,\d*\})/.test(pattern) || /\)[*+][^)]*\)[*+]/.test(pattern);
}

/** Keeps password managers away from fields that are not logins, using each one's own attribute. */
export function autofillProps(allowed: boolean | undefined): Record<string, string | undefined> {
  if (allowed) return {};
  return { autoComplete: 'off', 'data-1p-ignore': '', 'data-lpignore': 'true', 'data-bwignore': '', 'data-form-type': 'other' };
}

/** Enter submits the form from every single-line field, even if the form has no submit button. */
export function submitOnEnter(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.isComposing) return;
  const { form } = event.currentTarget as HTMLInputElement;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}

export function count(value: number | undefined, fallback: number, max: number): number {
  return value !== undefined && value >= 1 ? Math.min(Math.floor(value), max) : fallback;
}

export interface Option {
  value: string;
  label: string;
  description: string;
  disabled: boolean;
}

const MAX_OPTIONS = 2000;

export function optionsOf(node: WidgetNode): Option[] {
  if (!Array.isArray(node.options)) return [];
  return (list(readSelectOption)(node.options.slice(0, MAX_OPTIONS)) ?? []).map(
    ({ value = '', label, description = '', disabled = false }) => ({ value, label: label || value, description, disabled }),
  );
}
