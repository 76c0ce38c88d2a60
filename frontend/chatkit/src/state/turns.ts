// Groups the rows of a thread into turns: what was asked, and everything that came in answer.

import type { Entry } from './thread-state.ts';

export interface TurnRows {
  readonly key: string;
  readonly question: Entry | null;
  readonly replies: readonly Entry[];
}

export function groupTurns(entries: readonly Entry[]): TurnRows[] {
  const turns: { key: string; question: Entry | null; replies: Entry[] }[] = [];
  for (const entry of entries) {
    const current = turns.at(-1);
    if (entry.item.type === 'user_message') turns.push({ key: entry.key, question: entry, replies: [] });
    else if (current) current.replies.push(entry);
    else turns.push({ key: entry.key, question: null, replies: [entry] });
  }
  return turns;
}

export function rowsOf({ question, replies }: TurnRows): readonly Entry[] {
  return question ? [question, ...replies] : replies;
}

export function sameTurn(a: TurnRows, b: TurnRows): boolean {
  return (
    a.key === b.key &&
    a.question === b.question &&
    a.replies.length === b.replies.length &&
    a.replies.every((entry, index) => entry === b.replies[index])
  );
}

/** The text that a turn's copy button copies: its messages, and the copy texts of its widgets. */
export function copyText({ replies }: TurnRows): string {
  return replies
    .flatMap(({ item }) => {
      if (item.type === 'assistant_message') return item.content.map((part) => part.text);
      return item.type === 'widget' && item.copy_text ? [item.copy_text] : [];
    })
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}
