// Rows drawn in runs, so that those that have not changed cost nothing.

import { Component, type ComponentChildren } from 'preact';

const RUN = 16;

interface Props {
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

  override render({ rows, draw }: Props) {
    return rows.map((row, index) => draw(row as never, index));
  }
}

export function inRuns<Row>(
  rows: readonly Row[],
  scope: unknown,
  draw: (row: Row, index: number) => ComponentChildren,
): ComponentChildren {
  const runs: ComponentChildren[] = [];
  for (let start = 0; start < rows.length; start += RUN) {
    runs.push(<Run key={start} rows={rows.slice(start, start + RUN)} scope={scope} draw={draw} />);
  }
  return runs;
}
