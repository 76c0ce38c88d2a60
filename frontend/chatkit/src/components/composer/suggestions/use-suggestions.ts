// Asks for suggestions while somebody types: not at every key, and never showing an answer to an older question.

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

/** `menu` are the entries of a menu that a command has opened; they are searched here. */
export function useSuggestions({ sign, query, start }: Trigger, menu: readonly Suggestion[] | null): Found {
  const actions = useActions();
  const parts = useComposer();
  const options = useOptions();
  const t = useTranslate();
  const [found, setFound] = useState<Found>({ state: 'loading', suggestions: [] });
  /** Answers of this opening, so that a query typed again is not asked again. */
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
  // Until the answer is there: what fits of the last one, lest Enter take something that was not asked for.
  const fitting = found.state === 'loading' ? matching(found.suggestions, query) : found.suggestions;
  if (sign === '@') return { ...found, suggestions: fitting };
  return { ...found, suggestions: [...fitting, ...matching(builtInCommands(options.peek(), parts, t), query)] };
}
