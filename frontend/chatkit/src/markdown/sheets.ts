// Cuts long code into sheets of a fixed number of lines.

const LINES = 40;
/** Code up to this length is a single sheet. */
const SHORT = 100;

/** Splits `text` into sheets, each including its final line break. Appended text only changes the last sheet. */
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
