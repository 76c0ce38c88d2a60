// Long code cut into sheets of some lines each.

const LINES = 40;
/** Shorter code is one sheet. */
const SHORT = 100;

/** All of `text`, each sheet with the line break it ends with. Text that is added changes the last sheet only. */
export function sheetsOf(text: string): string[] {
  const sheets: string[] = [];
  let start = 0;
  let lines = 0;
  let all = 0;
  for (let end = text.indexOf('\n') + 1; end > 0; end = text.indexOf('\n', end) + 1) {
    all++;
    if (++lines < LINES) continue;
    sheets.push(text.slice(start, end));
    start = end;
    lines = 0;
  }
  if (all < SHORT) return [text];
  if (start < text.length) sheets.push(text.slice(start));
  return sheets;
}
