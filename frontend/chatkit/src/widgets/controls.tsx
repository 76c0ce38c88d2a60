// Named controls: their values go into the payload of the actions around them.

import type { ComponentChildren, TargetedEvent, TargetedInputEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { readAction, type WidgetNode } from '../protocol/widget.ts';
import { oneOf } from '../safety/style.ts';
import type { FormValue } from './form-values.ts';
import type { NodeProps } from './registry.ts';
import { useWidget } from './scope.ts';
import { useAction } from './use-action.ts';

export const CONTROL_SIZES = ['3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'] as const;
const INPUT_TYPES = ['number', 'email', 'text', 'password', 'tel', 'url'] as const;
const MAX_PATTERN = 500;

export function controlId(domId: string, name: string): string {
  return `${domId}-${name.replace(/[^\w-]/g, '_')}`;
}

interface Control {
  id: string;
  name: string;
  disabled: boolean;
  className: string;
  change: (value: FormValue) => void;
}

/** Joins a control to its form, and fires its change action with its own value. */
function useControl(node: WidgetNode, initial: FormValue): Control {
  const { form, domId, busy } = useWidget();
  const name = typeof node.name === 'string' ? node.name : '';
  const action = useAction(readAction(node.onChangeAction), 'change');
  useEffect(() => {
    form?.set(name, initial);
    return () => form?.delete(name);
  }, [form, name]);
  const variant = oneOf(node.variant, ['solid', 'soft', 'outline', 'ghost']) ?? 'outline';
  const size = oneOf(node.size, CONTROL_SIZES) ?? 'lg';
  const flags = `${node.pill === true ? ' is-pill' : ''}${node.block === true ? ' is-block' : ''}`;
  return {
    id: controlId(domId, name),
    name,
    disabled: node.disabled === true || busy.value,
    className: `w-control is-${variant} size-${size}${flags}`,
    change: (value) => {
      form?.set(name, value);
      action.fire(form ? {} : { [name]: value });
    },
  };
}

export function Input({ node }: NodeProps) {
  const initial = text(node.defaultValue);
  const control = useControl(node, initial);
  return (
    <input
      id={control.id}
      class={control.className}
      // The union of types has no common props in the typings; all six are text fields.
      type={(oneOf(node.inputType, INPUT_TYPES) ?? 'text') as 'text'}
      {...textProps(node, control)}
      defaultValue={initial}
      onInput={(event: TargetedInputEvent<HTMLInputElement>) => control.change(event.currentTarget.value)}
    />
  );
}

export function Textarea({ node }: NodeProps) {
  const initial = text(node.defaultValue);
  const control = useControl(node, initial);
  const rows = typeof node.rows === 'number' ? Math.min(Math.max(node.rows, 1), 50) : 3;
  const { pattern: _, ...props } = textProps(node, control);
  return (
    <textarea
      id={control.id}
      class={`${control.className} is-multiline`}
      rows={rows}
      {...props}
      defaultValue={initial}
      onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => control.change(event.currentTarget.value)}
    />
  );
}

export function Select({ node }: NodeProps) {
  const { markdown } = useWidget();
  const initial = text(node.defaultValue);
  const control = useControl(node, initial || undefined);
  const placeholder = text(node.placeholder) || markdown.t('widget.choose');
  const mayClear = node.clearable === true || initial === '';
  return (
    <select
      id={control.id}
      class={`${control.className} is-select`}
      name={control.name}
      aria-label={placeholder}
      disabled={control.disabled}
      onChange={(event: TargetedEvent<HTMLSelectElement>) => control.change(event.currentTarget.value || null)}
    >
      {mayClear && <option value="">{placeholder}</option>}
      {optionsOf(node).map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled} selected={option.value === initial}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** The browser's own picker; its value is a date without a time, sent as midnight UTC. */
export function DatePicker({ node }: NodeProps) {
  const initial = day(node.defaultValue);
  const control = useControl(node, isoDay(initial));
  return (
    <input
      id={control.id}
      class={control.className}
      type="date"
      name={control.name}
      aria-label={text(node.placeholder) || control.name}
      min={day(node.min) || undefined}
      max={day(node.max) || undefined}
      disabled={control.disabled}
      defaultValue={initial}
      onChange={(event: TargetedEvent<HTMLInputElement>) => control.change(isoDay(event.currentTarget.value) ?? null)}
    />
  );
}

export function Checkbox({ node }: NodeProps) {
  const initial = node.defaultChecked === true;
  const control = useControl(node, initial);
  return (
    <Choice label={text(node.label)} name={control.name}>
      <input
        id={control.id}
        type="checkbox"
        name={control.name}
        required={node.required === true}
        disabled={control.disabled}
        defaultChecked={initial}
        onChange={(event: TargetedEvent<HTMLInputElement>) => control.change(event.currentTarget.checked)}
      />
    </Choice>
  );
}

export function RadioGroup({ node }: NodeProps) {
  const initial = text(node.defaultValue);
  const control = useControl(node, initial || undefined);
  return (
    <div
      class={`w-radios ${node.direction === 'col' ? 'is-col' : 'is-row'}`}
      role="radiogroup"
      aria-label={text(node.ariaLabel) || control.name}
    >
      {optionsOf(node).map((option) => (
        <Choice key={option.value} label={option.label} name={option.value}>
          <input
            type="radio"
            name={control.id}
            value={option.value}
            required={node.required === true}
            disabled={control.disabled || option.disabled}
            defaultChecked={option.value === initial}
            onChange={() => control.change(option.value)}
          />
        </Choice>
      ))}
    </div>
  );
}

function Choice({ label, name, children }: { label: string; name: string; children: ComponentChildren }) {
  return (
    <label class="w-choice">
      {children}
      {label === '' ? <span class="visually-hidden">{name}</span> : <span dir="auto">{label}</span>}
    </label>
  );
}

function textProps(node: WidgetNode, control: Control) {
  const placeholder = text(node.placeholder);
  return {
    name: control.name,
    placeholder: placeholder || undefined,
    'aria-label': placeholder || control.name,
    required: node.required === true,
    disabled: control.disabled,
    pattern: safePattern(node.pattern),
    autoComplete: node.allowAutofillExtensions === true ? undefined : 'off',
    dir: 'auto' as const,
  };
}

/** A pattern that does not compile would make every value pass or fail by accident. */
function safePattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN) return undefined;
  try {
    return new RegExp(pattern, 'v') && pattern;
  } catch {
    return undefined;
  }
}

interface Option {
  value: string;
  label: string;
  disabled: boolean;
}

function optionsOf(node: WidgetNode): Option[] {
  if (!Array.isArray(node.options)) return [];
  return (node.options as unknown[]).flatMap((raw) => {
    if (typeof raw !== 'object' || raw === null) return [];
    const { value, label, disabled } = raw as Record<string, unknown>;
    return [{ value: text(value), label: text(label) || text(value), disabled: disabled === true }];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function day(value: unknown): string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? value.slice(0, 10) : '';
}

function isoDay(value: string): string | undefined {
  return value === '' ? undefined : `${value}T00:00:00.000Z`;
}
