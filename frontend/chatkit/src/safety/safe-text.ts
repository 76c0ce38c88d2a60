// Texts that can do harm: names that deceive, and words long enough to freeze the page.

/** Overrides of the writing direction and characters without width. */
const DECEPTIVE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;

export function plainName(name: string): string {
  return name.replace(DECEPTIVE, '');
}

const ENDLESS_WORD = 500;

/**
 * Whether a word is so long that its text needs the class `endless`, which turns kerning off. Where a browser breaks a line
 * between kerned letters, it has to shape the rest of the word again, so 30,000 letters take more than a second.
 */
export function hasEndlessWord(text: string): boolean {
  return text.length > ENDLESS_WORD && text.split(/\s/).some(({ length }) => length > ENDLESS_WORD);
}
