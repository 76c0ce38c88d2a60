// Cuts a growing answer into whole sentences for a screen reader, so that it is not read token by token.

/** The end of a sentence or line, including closing quotes and brackets. */
const SENTENCE_END = /(?:[.!?…:;]["'”’)\]]*(?=\s)|[。！？；]|\n)/g;

export class SentenceReader {
  #read = 0;
  #text = '';

  /** Returns the complete sentences that are new in `text`, or an empty string. With `done` it includes the rest. */
  next(text: string, done: boolean): string {
    if (text.length < this.#text.length) {
      // After a reconnect the text may start over. Do not read the same words twice.
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

/** Nobody waits for a longer passage to be read out. */
const MAX_SPOKEN = 20_000;

/** Removes Markdown's marks, which only make sense on screen. */
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
