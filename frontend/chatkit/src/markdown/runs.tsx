// Rows drawn in runs, so that those that have not changed cost nothing.

import { Component, type ComponentChildren } from 'preact';

const RUN = 16;

interface Props {
  /** Where the first row stands among all of them. */
  start: number;
  rows: readonly unknown[];
  /** Drawn anew when this changes, too. */
  scope: unknown;
  draw: (row: never, index: number) => ComponentChildren;
}

/** Draws its rows again only when one of them is another object than before. */
export class Run extends Component<Props> {
  override shouldComponentUpdate({ rows, scope }: Props): boolean {
    const { props } = this;
    return scope !== props.scope || rows.length !== props.rows.length || rows.some((row, index) => row !== props.rows[index]);
  }

  override render({ start, rows, draw }: Props) {
    return rows.map((row, index) => draw(row as never, start + index));
  }
}

export function inRuns<Row>(
  rows: readonly Row[],
  scope: unknown,
  /** The scope of the last row, when it is another one. */
  lastScope: unknown,
  draw: (row: Row, index: number) => ComponentChildren,
): ComponentChildren {
  const runs: ComponentChildren[] = [];
  for (let start = 0; start < rows.length; start += RUN) {
    const ofRun = start + RUN >= rows.length ? lastScope : scope;
    runs.push(<Run key={start} start={start} rows={rows.slice(start, start + RUN)} scope={ofRun} draw={draw} />);
  }
  return runs;
}
