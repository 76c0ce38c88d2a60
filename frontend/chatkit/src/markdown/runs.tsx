// Draws rows in runs, so that unchanged rows cost nothing and very many rows are spread over several frames.

import { Component, type ComponentChildren } from 'preact';
import { DrawingContext, type Drawing } from './drawing.ts';

const RUN = 16;

interface Props {
  /** The index of the first row among all rows. */
  start: number;
  rows: readonly unknown[];
  /** A change of this value also causes a redraw. */
  scope: unknown;
  draw: (row: never, index: number) => ComponentChildren;
  weigh: (row: never) => number;
}

/** Draws its rows again only if one of them is a different object than before. */
export class Run extends Component<Props> {
  static override contextType = DrawingContext;
  #state: 'new' | 'waiting' | 'drawn' = 'new';
  readonly #part = {
    weight: 0,
    draw: () => {
      this.#state = 'drawn';
      this.forceUpdate();
    },
  };

  override shouldComponentUpdate({ rows, scope }: Props): boolean {
    const { props } = this;
    return scope !== props.scope || rows.length !== props.rows.length || rows.some((row, index) => row !== props.rows[index]);
  }

  override componentWillUnmount(): void {
    if (this.#state === 'waiting') (this.context as Drawing | null)?.forget(this.#part);
  }

  override render({ start, rows, draw, weigh }: Props) {
    if (this.#state === 'new') {
      this.#part.weight = rows.reduce<number>((sum, row) => sum + weigh(row as never), 0);
      const now = (this.context as Drawing | null)?.take(this.#part) ?? true;
      this.#state = now ? 'drawn' : 'waiting';
    }
    return this.#state === 'waiting' ? null : rows.map((row, index) => draw(row as never, start + index));
  }
}

interface Drawn<Row> {
  scope: unknown;
  /** The scope of the last row, if it differs. */
  lastScope?: unknown;
  weigh: (row: Row) => number;
  draw: (row: Row, index: number) => ComponentChildren;
}

export function inRuns<Row>(rows: readonly Row[], { scope, lastScope = scope, weigh, draw }: Drawn<Row>): ComponentChildren {
  const runs: ComponentChildren[] = [];
  for (let start = 0; start < rows.length; start += RUN) {
    const ofRun = start + RUN >= rows.length ? lastScope : scope;
    runs.push(<Run key={start} start={start} rows={rows.slice(start, start + RUN)} scope={ofRun} draw={draw} weigh={weigh} />);
  }
  return runs;
}
