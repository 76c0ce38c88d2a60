// Takes out of names and link texts what can make them read as something else.

/** Overrides of the writing direction and characters without width. */
const DECEPTIVE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;

export function plainName(name: string): string {
  return name.replace(DECEPTIVE, '');
}
