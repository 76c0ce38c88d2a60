// What `@` and `/` open: a listbox over the composer, moved through from its field by the combobox practice.

import type { Ref } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../../icons/icon.tsx';
import { Spinner } from '../../../parts/spinner.tsx';
import { plainName } from '../../../safety/safe-text.ts';
import type { Trigger } from '../../../state/draft.ts';
import { addStyles } from '../../../styles/sheet.ts';
import { useActions, useComposer, useTranslate } from '../../context.ts';
import type { OpenList } from '../draft-input.tsx';
import type { Editor } from '../editor.ts';
import type { Outcome, Suggestion } from './suggestion-sources.ts';
import css from './suggestions.css';
import { useSuggestions } from './use-suggestions.ts';

addStyles(css);

/** How the field and its list hear of each other. */
export interface ListBinding {
  setList(list: OpenList | null): void;
  keys: { current: ((event: KeyboardEvent) => boolean) | null };
}

export interface SuggestionListProps {
  trigger: Trigger;
  editor: Editor;
  binding: ListBinding;
}

export function SuggestionList({ trigger, editor, binding }: SuggestionListProps) {
  const actions = useActions();
  const { composer } = useComposer();
  const t = useTranslate();
  const id = useId();
  const [menus, setMenus] = useState<readonly Suggestion[][]>([]);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [busyId, setBusyId] = useState<string | null>(null);
  const { state, suggestions } = useSuggestions(trigger, menus.at(-1) ?? null);
  const options = inGroups(suggestions).flatMap((group) => group.members);
  const index = Math.max(0, options.findIndex((option) => option.id === activeId));
  const active = options[index];
  // Words that match nothing are just words; only a bare sign says that there is nothing to find.
  const hidden = state !== 'loading' && options.length === 0 && (trigger.sign === '/' || /\s/.test(trigger.query));
  const latest = useRef(trigger);
  latest.current = trigger;

  const apply = (outcome: Outcome) => {
    const { sign, start, end, query } = composer.trigger.peek() ?? latest.current;
    // A command may take its time, and the reader may have gone on writing meanwhile.
    if (composer.text.peek().slice(start, end) !== sign + query) {
      if (outcome.type === 'tag') editor.writeTag(editor.caret(), editor.caret(), outcome.tag);
    } else if (outcome.type === 'tag') editor.writeTag(start, end, outcome.tag);
    else if (outcome.type === 'text') editor.write(start, end, outcome.text);
    else {
      editor.write(start, end, sign);
      setMenus([...menus, outcome.suggestions]);
      setActiveId(null);
    }
  };
  const choose = async (option: Suggestion) => {
    if (busyId !== null) return;
    try {
      const made = option.choose();
      if (made instanceof Promise) {
        setBusyId(option.id);
        apply(await made);
      } else apply(made);
    } catch (error) {
      actions.report(error);
      composer.trigger.value = null;
    } finally {
      setBusyId(null);
    }
  };
  binding.keys.current = (event) => {
    if (hidden) return false;
    if (event.key === 'Escape') {
      if (menus.length === 0) return false;
      setMenus(menus.slice(0, -1));
      return true;
    }
    if (!active) return false;
    const page = 6;
    const last = options.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: index === last ? 0 : index + 1,
      ArrowUp: index === 0 ? last : index - 1,
      PageDown: Math.min(last, index + page),
      PageUp: Math.max(0, index - page),
    };
    const target = moves[event.key];
    if (target !== undefined) setActiveId(options[target]?.id ?? null);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') void choose(active);
    else return false;
    return true;
  };

  const optionId = (option: Suggestion | undefined) => (option ? `${id}-${options.indexOf(option)}` : undefined);
  const activeDomId = hidden ? undefined : optionId(active);
  useLayoutEffect(() => {
    binding.setList(hidden ? null : { id, active: activeDomId });
  }, [binding, hidden, id, activeDomId]);
  // A layout effect: the field is no combobox any more from the moment the list is gone.
  useLayoutEffect(
    () => () => {
      binding.keys.current = null;
      binding.setList(null);
    },
    [binding],
  );

  if (hidden) return null;
  const label = t(trigger.sign === '@' ? 'suggestions.entities' : 'suggestions.commands');
  return (
    // The field keeps the focus, so that typing goes on.
    <div class="suggestions" part="suggestions" onPointerDown={(event) => event.preventDefault()}>
      <div id={id} role="listbox" aria-label={label} aria-busy={state === 'loading'}>
        {inGroups(suggestions).map(({ name, members }, group) => (
          <div key={name} role={name === '' ? undefined : 'group'} aria-labelledby={name === '' ? undefined : `${id}-g${group}`}>
            {name !== '' && (
              <div class="suggestion-group" id={`${id}-g${group}`} role="presentation">
                <bdi>{name}</bdi>
              </div>
            )}
            {members.map((option) => (
              <Option
                key={option.id}
                id={optionId(option)}
                option={option}
                active={option === active}
                busy={option.id === busyId}
                onEnter={() => setActiveId(option.id)}
                onChoose={() => void choose(option)}
              />
            ))}
          </div>
        ))}
      </div>
      {options.length === 0 && (
        <p class="suggestion-note">
          {state === 'loading' && <Spinner />}
          {t(state === 'loading' ? 'suggestions.loading' : state === 'failed' ? 'suggestions.failed' : 'suggestions.none')}
        </p>
      )}
      <div class="visually-hidden" role="status">
        {state === 'ready' && t('suggestions.count', { n: options.length })}
      </div>
    </div>
  );
}

interface OptionProps {
  id: string | undefined;
  option: Suggestion;
  active: boolean;
  busy: boolean;
  onEnter: () => void;
  onChoose: () => void;
}

function Option({ id, option, active, busy, onEnter, onChoose }: OptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={row as Ref<HTMLDivElement>}
      id={id}
      class="suggestion"
      role="option"
      aria-selected={active}
      aria-busy={busy || undefined}
      onPointerMove={active ? undefined : onEnter}
      onClick={onChoose}
    >
      {option.icon && <Icon name={option.icon} />}
      <span class="suggestion-text" dir="auto">
        <span>{plainName(option.label)}</span>
        {option.description && <small>{option.description}</small>}
      </span>
      {busy ? <Spinner /> : option.checked && <Icon name="check" />}
    </div>
  );
}

/** By group, in the order in which the groups come first; those without one are first of all. */
function inGroups(suggestions: readonly Suggestion[]): { name: string; members: Suggestion[] }[] {
  const groups = new Map<string, Suggestion[]>([['', []]]);
  for (const suggestion of suggestions) {
    const name = suggestion.group ?? '';
    const members = groups.get(name);
    if (members) members.push(suggestion);
    else groups.set(name, [suggestion]);
  }
  return Array.from(groups, ([name, members]) => ({ name, members })).filter(({ members }) => members.length > 0);
}
