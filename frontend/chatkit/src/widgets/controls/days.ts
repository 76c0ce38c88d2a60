// Calendar days as numbers without time zones: a day is the number of days since 1970-01-01.

const DAY_MS = 86_400_000;

export function dayOf(year: number, month: number, date: number): number {
  return Math.floor(Date.UTC(year, month, date) / DAY_MS);
}

export function dateOf(day: number): Date {
  return new Date(day * DAY_MS);
}

/** The date part of an ISO date-time, or null. */
export function readDay(value: unknown): number | null {
  const match = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(value) : null;
  if (!match) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const day = dayOf(year, month - 1, date);
  const read = dateOf(day);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === date ? day : null;
}

/** Midnight UTC, which is how the reference writes a date without a time. */
export function isoOf(day: number): string {
  return dateOf(day).toISOString();
}

export function today(now = new Date()): number {
  return dayOf(now.getFullYear(), now.getMonth(), now.getDate());
}

export function addMonths(day: number, months: number): number {
  const date = dateOf(day);
  const first = dayOf(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  return first + Math.min(date.getUTCDate(), daysInMonth(first)) - 1;
}

export function firstOfMonth(day: number): number {
  return day - dateOf(day).getUTCDate() + 1;
}

export function daysInMonth(day: number): number {
  const date = dateOf(day);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday, where 0 is Sunday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The weeks of a month, each with its seven days; days of other months are null. */
export function weeksOf(month: number, firstWeekday: number): (number | null)[][] {
  const first = firstOfMonth(month);
  const length = daysInMonth(first);
  const before = (weekday(first) - firstWeekday + 7) % 7;
  const weeks: (number | null)[][] = [];
  for (let cell = 0; cell < before + length; cell++) {
    if (cell % 7 === 0) weeks.push(Array<number | null>(7).fill(null));
    const week = weeks.at(-1);
    if (week && cell >= before) week[cell % 7] = first + cell - before;
  }
  return weeks;
}

const SUNDAY_FIRST = /^(?:AG|AS|AU|BD|BR|BS|BT|BW|BZ|CA|CO|DM|DO|ET|GT|GU|HK|HN|ID|IL|IN|JM|JP|KE|KH|KR|LA|MH|MM|MO|MT|MX|MZ|NI|NP|PA|PE|PH|PK|PR|PT|PY|SA|SG|SV|TH|TT|TW|UM|US|VE|VI|WS|YE|ZA|ZW)$/;

/** The first weekday of the week, where 0 is Sunday. */
export function firstWeekdayOf(locale: string): number {
  const read = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?(): { firstDay: number }; weekInfo?: { firstDay: number } };
  const info = read.getWeekInfo?.() ?? read.weekInfo;
  if (info) return info.firstDay % 7;
  return SUNDAY_FIRST.test(read.maximize().region ?? '') ? 0 : 1;
}
