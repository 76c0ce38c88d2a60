// One page of the thread: turns that are drawn and removed together.

import { Component } from 'preact';
import type { PageRows } from '../../state/pages.ts';
import { TurnView } from './turn-view.tsx';

interface Props {
  page: PageRows;
  /** The page's last turn is still running. */
  running: boolean;
}

export class PageView extends Component<Props> {
  override shouldComponentUpdate({ page, running }: Props): boolean {
    return page !== this.props.page || running !== this.props.running;
  }

  override render({ page, running }: Props) {
    return (
      <div class="page" data-page={page.key}>
        {page.turns.map((turn, index) => (
          <TurnView key={turn.key} turn={turn} running={running && index === page.turns.length - 1} />
        ))}
      </div>
    );
  }
}
