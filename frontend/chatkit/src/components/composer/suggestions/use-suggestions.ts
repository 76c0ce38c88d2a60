// Requests suggestions while the reader types, but not for every key, and never shows an outdated answer.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Trigger } from '../../../state/draft.ts';
import { useActions, useComposer, useOptions, useTranslate } from '../../context.ts';
import { builtInCommands, findCommands, findEntities, matching, type Suggestion } from './suggestion-sources.ts';

/** Longer than between two keys of a quick typist, shorter than a pause to look up. */
const PAUSE_MS = 140;

export interface Found {
  state: 'loading' | 'ready' | 'failed';
  suggestions: readonly Suggestion[];
}

/** `menu` holds the entries of a menu that a command has opened. They are filtered here. */
export function useSuggestions({ sign, query, start }: Trigger, menu: readonly Suggestion[] | null): Found {
  const actions = useActions();
  const parts = useComposer();
  const options = useOptions();
  const t = useTranslate();
  const [found, setFound] = useState<Found>({ state: 'loading', suggestions: [] });
  /** Answers since the list was opened, so that a repeated query is not requested again. */
  const answers = useRef(new Map<string, Suggestion[]>());
  const opening = `${sign}${start}`;
  useEffect(() => () => answers.current.clear(), [opening]);

  useEffect(() => {
    if (menu) return;
    const known = answers.current.get(query);
    if (known) return setFound({ state: 'ready', suggestions: known });
    let current = true;
    setFound((before) => ({ state: 'loading', suggestions: before.suggestions }));
    const ask = async () => {
      try {
        const suggestions = await (sign === '@' ? findEntities(options.peek(), query) : findCommands(options.peek(), query));
        if (!current) return;
        answers.current.set(query, suggestions);
        setFound({ state: 'ready', suggestions });
      } catch (error) {
        if (!current) return;
        setFound({ state: 'failed', suggestions: [] });
        actions.report(error);
      }
    };
    const timer = setTimeout(() => void ask(), query === '' ? 0 : PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [actions, options, opening, query, menu]);

  if (menu) return { state: 'ready', suggestions: matching(menu, query) };
  // Until the answer arrives, show the matching part of the last one, so that Enter never takes something unrelated.
  const fitting = found.state === 'loading' ? matching(found.suggestions, query) : found.suggestions;
  if (sign === '@') return { ...found, suggestions: fitting };
  return { ...found, suggestions: [...fitting, ...matching(builtInCommands(options.peek(), parts, t), query)] };
}
