// Colours code sheet by sheet, so that long code does not freeze the page.

import type { CodeNode } from './highlight.ts';
import { sheetsOf } from './sheets.ts';

/** What begins and does not end within so many sheets is left plain, and what follows it too. */
const MOST_SHEETS = 8;

/** Some sheets that were read at once. */
export interface ColouredPart {
  first: number;
  sheets: number;
  tree: CodeNode;
}

export interface Coloured {
  text: string;
  parts: readonly ColouredPart[];
}

/** Each part is read when `wait` calls back, and told with all before it. Answers how to stop. */
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
  })().catch(() => undefined); // Plain code is as good to read.
  return () => {
    stopped = true;
  };
}
