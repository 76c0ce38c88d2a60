// One turn of the thread; drawn again only when one of its rows has changed.

import { Component } from 'preact';
import type { TurnRows } from '../../state/turns.ts';
import { MessageActions } from '../message/message-actions.tsx';
import { EntryView } from './entry-view.tsx';

interface Props {
  turn: TurnRows;
  /** The assistant is still at it. */
  running: boolean;
}

export class TurnView extends Component<Props> {
  override shouldComponentUpdate({ turn, running }: Props): boolean {
    return running !== this.props.running || turn !== this.props.turn;
  }

  override render({ turn, running }: Props) {
    return (
      <section class={running ? 'turn is-running' : 'turn'}>
        {turn.question && <EntryView entry={turn.question} />}
        {turn.replies.map((entry) => (
          <EntryView key={entry.key} entry={entry} />
        ))}
        {!running && turn.replies.length > 0 && <MessageActions turn={turn} />}
      </section>
    );
  }
}
