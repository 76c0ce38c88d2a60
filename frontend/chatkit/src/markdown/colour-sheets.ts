// Highlights code sheet by sheet, so that long code does not freeze the page.

import type { CodeNode } from './highlight.ts';
import { sheetsOf } from './sheets.ts';

/** If something does not end within this many sheets, it and the code after it stay plain. */
const MOST_SHEETS = 8;

/** Consecutive sheets that were read together. */
export interface ColouredPart {
  first: number;
  sheets: number;
  tree: CodeNode;
}

export interface Coloured {
  text: string;
  parts: readonly ColouredPart[];
}

/** Reads each part when `wait` calls back, and passes it on with all earlier ones. Returns a function that stops it. */
export function colourSheets(text: string, language: string, wait: (next: () => void) => void, tell: (coloured: Coloured) => void): () => void {
  let stopped = false;
  void (async () => {
    const { highlight, loadLanguage } = await import('./highlight.ts');
    await loadLanguage(language);
    const sheets = sheetsOf(text);
    let parts: readonly ColouredPart[] = [];
    for (let first = 0, count = 1; first < sheets.length && count <= MOST_SHEETS; ) {
      await new Promise<void>(wait);
      if (stopped) return;
      const end = Math.min(first + count, sheets.length);
      const tree = highlight(sheets.slice(first, end).join(''), language, end < sheets.length);
      if (!tree) {
        count++;
        continue;
      }
      parts = [...parts, { first, sheets: end - first, tree }];
      tell({ text, parts });
      first = end;
      count = 1;
    }
  })().catch(() => undefined); // Plain code is readable too.
  return () => {
    stopped = true;
  };
}
