// A select: a button that opens a list of options.

import { useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { lazy } from '../../parts/lazy.tsx';
import { readSelectProps } from '../../protocol/generated/widgets.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import { ClearButton } from './clear-button.tsx';
import { optionsOf, useControl } from './control.ts';
import type { ListboxProps } from './listbox.tsx';

/** Longer lists are searchable, unless the widget says otherwise. */
const SEARCHABLE_ABOVE = 15;

const Listbox = lazy<ListboxProps>({ load: async () => (await import('./listbox.tsx')).Listbox, Waiting: () => null });

export function Select({ node }: NodeProps) {
  const { markdown } = useWidget();
  const listId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const options = optionsOf(node);
  const props = readSelectProps(node);
  const { placeholder = '', defaultValue: initial = '', searchable = options.length > SEARCHABLE_ABOVE } = props;
  const [value, setValue] = useState(initial);
  const control = useControl(props, initial === '' ? undefined : initial);
  const chosen = options.find((option) => option.value === value && value !== '');
  const pick = (next: string | null) => {
    setValue(next ?? '');
    close(true);
    if (next !== (value || null)) control.change(next);
  };
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  return (
    <span class={`w-picker ${control.className}${chosen ? '' : ' is-empty'}`} data-disabled={control.disabled || undefined}>
      <button
        ref={button}
        id={control.id}
        type="button"
        class="w-picker-button"
        role="combobox"
        aria-label={control.label}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        disabled={control.disabled}
        onPointerEnter={() => void Listbox.preload()}
        onFocus={() => void Listbox.preload()}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        <bdi class="w-picker-value">{chosen?.label ?? (placeholder || markdown.t('widget.choose'))}</bdi>
      </button>
      {props.clearable && chosen && !control.disabled && <ClearButton onClear={() => pick(null)} />}
      <Icon name="chevron-down" class="w-picker-mark" />
      {open && (
        <Listbox
          id={listId}
          anchor={button}
          options={options}
          value={value}
          label={control.label ?? (placeholder || control.name)}
          searchable={searchable}
          t={markdown.t}
          onPick={pick}
          onClose={close}
        />
      )}
    </span>
  );
}
