// A day, chosen from a calendar.

import { useRef, useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { lazy } from '../../parts/lazy.tsx';
import { oneOf } from '../../safety/style.ts';
import type { NodeProps } from '../registry.ts';
import { useWidget } from '../widget-scope.ts';
import type { CalendarProps } from './calendar.tsx';
import { ClearButton } from './clear-button.tsx';
import { text, useControl } from './control.ts';
import { dateOf, isoOf, readDay } from './days.ts';

const Calendar = lazy<CalendarProps>({ load: async () => (await import('./calendar.tsx')).Calendar, Waiting: () => null });

export function DatePicker({ node }: NodeProps) {
  const { markdown, locale } = useWidget();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const initial = readDay(node.defaultValue);
  const [day, setDay] = useState(initial);
  const control = useControl(node, initial === null ? undefined : isoOf(initial));
  const side = oneOf(node.side, ['top', 'bottom', 'left', 'right']) ?? 'bottom';
  const align = oneOf(node.align, ['start', 'center', 'end']) ?? 'start';
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
        <bdi class="w-picker-value">{shown ?? (text(node.placeholder) || markdown.t('date.choose'))}</bdi>
      </button>
      {node.clearable === true && shown && !control.disabled && <ClearButton onClear={() => pick(null)} />}
      {open && (
        <Calendar
          anchor={button}
          day={day}
          min={readDay(node.min)}
          max={readDay(node.max)}
          placement={align === 'center' ? side : `${side}-${align}`}
          label={text(node.placeholder) || markdown.t('date.choose')}
          locale={locale}
          t={markdown.t}
          onPick={pick}
          onClose={close}
        />
      )}
    </span>
  );
}
