// Cuts a growing answer into whole sentences for a screen reader, so that it is not read token by token.

/** The end of a sentence, or of a line, with what closes it. */
const SENTENCE_END = /(?:[.!?…:;]["'”’)\]]*(?=\s)|[。！？；]|\n)/g;

export class SentenceReader {
  #read = 0;
  #text = '';

  /** The new whole sentences of `text`, or an empty string; with `done` also the rest. */
  next(text: string, done: boolean): string {
    if (text.length < this.#text.length) {
      // After a break in the connection the text may begin once more; what has been read is not read again.
      if (this.#text.startsWith(text)) return '';
      this.#read = 0;
    }
    this.#text = text;
    const fresh = text.slice(this.#read);
    const length = done ? fresh.length : lastEnd(fresh);
    this.#read += length;
    return speakable(fresh.slice(0, length));
  }
}

function lastEnd(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}

/** Longer passages are not waited for by anyone. */
const MAX_SPOKEN = 20_000;

/** Markdown's marks are for the eye. */
export function speakable(markdown: string): string {
  return markdown
    .slice(0, MAX_SPOKEN)
    .replace(/```[^\n]*\n?/g, ' ')
    .replace(/!?\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)/g, '$1')
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+/gm, '')
    .replace(/[*_`~|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
