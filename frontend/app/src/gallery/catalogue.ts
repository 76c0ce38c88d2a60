// What there is to see, as the gallery's server lists it.

import { useEffect, useState } from 'react';

/** Something that can be shown: its name is what is sent. */
export interface Entry {
  name: string;
  about: string;
}

export interface Group {
  title: string;
  entries: Entry[];
}

/** Shows the chat before anything was said; the server has no part in it. */
export const START: Entry = { name: 'start', about: 'The start screen, with its prompts' };

/** The groups; `null` while they are on their way, `undefined` when this server has none. */
export function useCatalogue(): Group[] | null | undefined {
  const [groups, setGroups] = useState<Group[] | null | undefined>(null);
  useEffect(() => {
    const leaving = new AbortController();
    fetch('/gallery.json', { signal: leaving.signal })
      .then((response) => (response.ok ? (response.json() as Promise<Group[]>) : undefined))
      .then((listed) => setGroups(listed && [{ title: 'Page', entries: [START] }, ...listed]))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) setGroups(undefined);
        if (!(error instanceof Error)) throw error;
      });
    return () => leaving.abort();
  }, []);
  return groups;
}

/** The groups with the entries that hold every word of the query. */
export function search(groups: readonly Group[], query: string): Group[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ name, about }) => {
      const text = `${name} ${about} ${title}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }),
  }));
  return found.filter(({ entries }) => entries.length > 0);
}

/** What an entry is called in the list: components by their own name. */
export function titleOf({ name, about }: Entry): string {
  return name.startsWith('widget ') ? about : name.charAt(0).toUpperCase() + name.slice(1);
}

/** What is said of it; a component's name says it all. */
export function hintOf({ name, about }: Entry): string {
  return name.startsWith('widget ') ? 'Widget component' : about;
}
