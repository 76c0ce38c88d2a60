// A day, chosen from a calendar.

import { useRef, useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { lazy } from '../../parts/lazy.tsx';
import { readDatePickerProps } from '../../protocol/generated/widgets.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import type { CalendarProps } from './calendar.tsx';
import { ClearButton } from './clear-button.tsx';
import { useControl } from './control.ts';
import { dateOf, isoOf, readDay } from './days.ts';

const Calendar = lazy<CalendarProps>({ load: async () => (await import('./calendar.tsx')).Calendar, Waiting: () => null });

export function DatePicker({ node }: NodeProps) {
  const { markdown, locale } = useWidget();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const props = readDatePickerProps(node);
  const { side = 'bottom', align = 'start', clearable } = props;
  const label = props.placeholder || markdown.t('date.choose');
  const initial = readDay(props.defaultValue);
  const [day, setDay] = useState(initial);
  const control = useControl(props, initial === null ? undefined : isoOf(initial));
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  const pick = (next: number | null) => {
    setDay(next);
    close(true);
    if (next !== day) control.change(next === null ? null : isoOf(next));
  };
  const shown = day === null ? null : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(dateOf(day));
  return (
    <span class={`w-picker ${control.className}${shown ? '' : ' is-empty'}`} data-disabled={control.disabled || undefined}>
      <button
        ref={button}
        id={control.id}
        type="button"
        class="w-picker-button"
        aria-label={control.label === undefined ? undefined : `${control.label}${shown ? `, ${shown}` : ''}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        disabled={control.disabled}
        onPointerEnter={() => void Calendar.preload()}
        onFocus={() => void Calendar.preload()}
        onClick={() => setOpen(!open)}
      >
        <Icon name="calendar" />
        <bdi class="w-picker-value">{shown ?? label}</bdi>
      </button>
      {clearable && shown && !control.disabled && <ClearButton onClear={() => pick(null)} />}
      {open && (
        <Calendar
          anchor={button}
          day={day}
          min={readDay(props.min)}
          max={readDay(props.max)}
          placement={align === 'center' ? side : `${side}-${align}`}
          label={label}
          locale={locale}
          t={markdown.t}
          onPick={pick}
          onClose={close}
        />
      )}
    </span>
  );
}
