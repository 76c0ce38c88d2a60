// The open calendar of a date picker, following the ARIA pattern of a date grid in a dialog.

import type { Placement } from '@floating-ui/dom';
import type { RefObject } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Translate } from '../../i18n/translate.ts';
import { IconButton } from '../../parts/icon-button.tsx';
import { Popover } from '../../parts/popover.tsx';
import { addStyles } from '../../styles/sheet.ts';
import css from './calendar.css';
import { addMonths, dateOf, firstOfMonth, firstWeekdayOf, today, weekday, weeksOf } from './days.ts';

addStyles(css);

export interface CalendarProps {
  anchor: RefObject<HTMLElement | null>;
  day: number | null;
  min: number | null;
  max: number | null;
  placement: Placement;
  label: string;
  locale: string;
  t: Translate;
  onPick: (day: number) => void;
  onClose: (refocus: boolean) => void;
}

export function Calendar({ anchor, day, min, max, placement, label, locale, t, onPick, onClose }: CalendarProps) {
  const titleId = useId();
  const grid = useRef<HTMLTableElement>(null);
  const now = today();
  const within = (value: number) => Math.max(min ?? value, Math.min(max ?? value, value));
  const [cursor, setCursor] = useState(() => within(day ?? now));
  /** Only moves by keyboard move the focus too. */
  const follow = useRef(true);
  const month = firstOfMonth(cursor);
  const firstWeekday = firstWeekdayOf(locale);
  const formats = useFormats(locale);

  // Move the focus before the next key arrives, which would otherwise act on a day of the previous month.
  useLayoutEffect(() => {
    if (follow.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
    follow.current = false;
  }, [cursor]);

  const turn = (months: number) => setCursor(within(addMonths(cursor, months)));
  const onKeyDown = (event: KeyboardEvent) => {
    const inWeek = (weekday(cursor) - firstWeekday + 7) % 7;
    const rtl = getComputedStyle(event.currentTarget as HTMLElement).direction === 'rtl' ? -1 : 1;
    const moves: Record<string, number> = {
      ArrowLeft: cursor - rtl,
      ArrowRight: cursor + rtl,
      ArrowUp: cursor - 7,
      ArrowDown: cursor + 7,
      Home: cursor - inWeek,
      End: cursor - inWeek + 6,
      PageUp: addMonths(cursor, event.shiftKey ? -12 : -1),
      PageDown: addMonths(cursor, event.shiftKey ? 12 : 1),
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    follow.current = true;
    setCursor(within(target));
  };

  const canTurn = (months: number) => within(addMonths(cursor, months)) !== cursor;
  return (
    <Popover anchor={anchor} onClose={onClose} placement={placement} class="w-calendar" role="dialog" label={label}>
      <div class="w-calendar-head">
        <IconButton size="sm" icon="chevron-left" label={t('date.previous')} disabled={!canTurn(-1)} onClick={() => turn(-1)} />
        <span id={titleId} aria-live="polite">
          {formats.month.format(dateOf(month))}
        </span>
        <IconButton size="sm" icon="chevron-right" label={t('date.next')} disabled={!canTurn(1)} onClick={() => turn(1)} />
      </div>
      <table ref={grid} role="grid" aria-labelledby={titleId} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {/* 1970-01-04 was a Sunday. */}
            {Array.from({ length: 7 }, (_, index) => dateOf(3 + firstWeekday + index)).map((date) => (
              <th scope="col" abbr={formats.weekday.format(date)}>
                {formats.narrow.format(date)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month, firstWeekday).map((week) => (
            <tr>
              {week.map((value) => (
                <td aria-selected={value === null ? undefined : value === day}>
                  {value !== null && (
                    <button
                      type="button"
                      class="w-day"
                      tabIndex={value === cursor ? 0 : -1}
                      aria-label={formats.full.format(dateOf(value))}
                      aria-current={value === now ? 'date' : undefined}
                      aria-disabled={within(value) !== value || undefined}
                      data-chosen={value === day ? '' : undefined}
                      onClick={() => within(value) === value && onPick(value)}
                    >
                      {formats.date.format(dateOf(value))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Popover>
  );
}

function useFormats(locale: string) {
  const [formats] = useState(() => {
    const make = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    return {
      month: make({ month: 'long', year: 'numeric' }),
      weekday: make({ weekday: 'long' }),
      narrow: make({ weekday: 'narrow' }),
      date: make({ day: 'numeric' }),
      full: make({ dateStyle: 'full' }),
    };
  });
  return formats;
}
