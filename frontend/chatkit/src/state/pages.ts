// Groups the turns of a thread into pages, which are drawn and removed as a whole.

import type { Entry } from './thread-state.ts';
import { groupTurns, rowsOf, sameTurn, type TurnRows } from './turns.ts';

/** A page with this many rows takes no further turn. */
const PAGE_ROWS = 12;

export interface PageRows {
  readonly key: string;
  readonly turns: readonly TurnRows[];
  readonly rows: readonly Entry[];
}

/**
 * The pages of `entries`. A page that has not changed is the same object as in `previous`, and a page or a turn that
 * has grown keeps its key, whether it grew at its end or, when earlier items were loaded, at its beginning. The cost
 * is proportional to what has changed, plus one pass over the rest.
 */
export function groupPages(entries: readonly Entry[], previous: readonly PageRows[]): readonly PageRows[] {
  let head = 0;
  let from = 0;
  for (; head < previous.length && holds(previous[head] as PageRows, entries, from); head++) {
    from += (previous[head] as PageRows).rows.length;
  }
  if (head === previous.length && from === entries.length) return previous;
  // The entries that follow may continue the last turn, so regroup it too.
  if (head > 0) from -= (previous[--head] as PageRows).rows.length;
  let tail = previous.length;
  let to = entries.length;
  while (tail > head) {
    const page = previous[tail - 1] as PageRows;
    const start = to - page.rows.length;
    // An answer whose question has just been loaded joins that question's turn.
    if (start < from || !holds(page, entries, start) || (page.turns[0]?.question === null && start > 0)) break;
    to = start;
    tail--;
  }
  const between = regroup(entries.slice(from, to), previous.slice(head, tail));
  return [...previous.slice(0, head), ...between, ...previous.slice(tail)];
}

function holds({ rows }: PageRows, entries: readonly Entry[], from: number): boolean {
  return rows.every((row, index) => row === entries[from + index]);
}

interface Known {
  page: PageRows;
  turn: TurnRows;
}

function regroup(entries: readonly Entry[], previous: readonly PageRows[]): PageRows[] {
  const known = new Map<string, Known>();
  for (const page of previous) {
    for (const turn of page.turns) for (const row of rowsOf(turn)) known.set(row.key, { page, turn });
  }
  const taken = new Set<TurnRows>();
  const pages: { key: string; home: PageRows | null; turns: TurnRows[]; rows: Entry[] }[] = [];
  for (const found of groupTurns(entries)) {
    const rows = rowsOf(found);
    const before = rows.map((row) => known.get(row.key)).find((match) => match && !taken.has(match.turn));
    if (before) taken.add(before.turn);
    const keyed = before ? { ...found, key: before.turn.key } : found;
    const turn = before && sameTurn(keyed, before.turn) ? before.turn : keyed;
    const last = pages.at(-1);
    const home = before?.page ?? null;
    const joins = last && (home ? home === last.home : last.rows.length < PAGE_ROWS);
    if (joins) {
      last.turns.push(turn);
      last.rows.push(...rows);
    } else {
      pages.push({ key: home?.key ?? turn.key, home, turns: [turn], rows: [...rows] });
    }
  }
  return pages.map(({ key, home, turns, rows }) =>
    home && turns.length === home.turns.length && turns.every((turn, index) => turn === home.turns[index])
      ? home
      : { key, turns, rows },
  );
}
