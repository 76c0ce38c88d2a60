// The list of all entries, with a search; arrow keys go through it.

import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { search, titleOf, hintOf, type Entry, type Group } from './catalogue.ts';
import { CloseIcon, SearchIcon } from './icons.tsx';

interface Props {
  id: string;
  groups: Group[] | null | undefined;
  current: Entry;
  onChoose: (entry: Entry) => Promise<void>;
}

export function EntryList({ id, groups, current, onChoose }: Props) {
  const [query, setQuery] = useState('');
  const panel = useRef<HTMLElement>(null);
  const found = useMemo(() => search(groups ?? [], query), [groups, query]);
  const entries = found.flatMap((group) => group.entries);
  // One of them is in the order of the Tab key: the current one, or the first that was found.
  const stop = entries.find(({ name }) => name === current.name) ?? entries[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = Array.from(panel.current?.querySelectorAll<HTMLElement>('.entry') ?? []);
    const at = buttons.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: at < 0 ? -1 : 0, End: at < 0 ? -1 : buttons.length - 1 }[event.key];
    const isSearch = event.target instanceof HTMLInputElement;
    if (isSearch && event.key === 'Enter' && entries[0]) void onChoose(entries[0]);
    if (to === undefined || (isSearch && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const next = to < 0 ? panel.current?.querySelector('input') : buttons[to];
    next?.focus();
  };

  return (
    <nav id={id} ref={panel} className="side entries" popover="auto" aria-label="Entries" onKeyDown={onKeyDown}>
      <div className="side-head">
        <div className="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <div>
            <strong>Gallery</strong>
            <span>openai-chatkit</span>
          </div>
          <button type="button" className="tool side-close" popoverTarget={id} popoverTargetAction="hide" aria-label="Close">
            <CloseIcon />
          </button>
        </div>
        <label className="search">
          <SearchIcon />
          <input type="search" aria-label="Search the entries" placeholder="Search" value={query} onChange={({ target }) => setQuery(target.value)} />
        </label>
      </div>
      <div className="side-body">
        {found.map(({ title, entries: listed }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {listed.map((entry) => (
                <li key={entry.name}>
                  <button
                    type="button"
                    className="entry"
                    aria-current={entry.name === current.name || undefined}
                    tabIndex={entry === stop ? 0 : -1}
                    onClick={() => void onChoose(entry)}
                  >
                    <strong>{titleOf(entry)}</strong>
                    {!entry.name.startsWith('widget ') && <span>{hintOf(entry)}</span>}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups && entries.length === 0 && <p className="nothing">Nothing is called that.</p>}
      </div>
    </nav>
  );
}
