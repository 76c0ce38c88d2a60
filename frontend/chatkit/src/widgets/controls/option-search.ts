// Finds options of a list by what is typed.

import type { Option } from './control.ts';

/** Normalises text so that case and accents do not matter. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function matching(options: readonly Option[], query: string): readonly Option[] {
  const wanted = plain(query.trim());
  if (wanted === '') return options;
  return options.filter(({ label, description }) => plain(`${label} ${description}`).includes(wanted));
}

/** The nearest enabled option, or the starting one if there is none. */
export function nextEnabled(options: readonly Option[], from: number, step: 1 | -1): number {
  for (let index = from + step; index >= 0 && index < options.length; index += step) {
    if (!options[index]?.disabled) return index;
  }
  return Math.min(Math.max(from, 0), Math.max(options.length - 1, 0));
}

/** The next option that begins with the letters. Typing the same letter again moves on to the next match. */
export function findByLetters(options: readonly Option[], typed: string, from: number): number {
  const same = new Set(typed).size === 1;
  const wanted = plain(same ? typed.charAt(0) : typed);
  const start = same ? from + 1 : from;
  for (let offset = 0; offset < options.length; offset++) {
    const index = (start + offset) % options.length;
    const option = options[index];
    if (option && !option.disabled && plain(option.label).startsWith(wanted)) return index;
  }
  return -1;
}
