// Formats days, sizes, percentages and lists for each locale.

/** "Today" or "Yesterday", capitalised because it is used as a heading. */
export function dayName(locale: string, daysAgo: 0 | 1): string {
  const name = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-daysAgo, 'day');
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function fileSize(locale: string, bytes: number): string {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), SIZES.length - 1);
  const value = bytes / 1024 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: SIZES[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** A span of time in whole seconds, in words. */
export function inSeconds(locale: string, seconds: number): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds);
}

export function percentage(locale: string, share: number): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(share);
}

/** Joins names without an "and". */
export function listed(locale: string, names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'unit', style: 'short' }).format(names);
}
