// Texts that are not what they seem: names that read as something else, words without an end.

/** Overrides of the writing direction and characters without width. */
const DECEPTIVE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;

export function plainName(name: string): string {
  return name.replace(DECEPTIVE, '');
}

const ENDLESS_WORD = 500;

/**
 * Whether a word is so long that it is drawn with the class `endless`, without kerning. A browser may not break between kerned
 * letters without shaping the rest of the word anew, so 30,000 of them take it more than a second.
 */
export function hasEndlessWord(text: string): boolean {
  return text.length > ENDLESS_WORD && text.split(/\s/).some(({ length }) => length > ENDLESS_WORD);
}
