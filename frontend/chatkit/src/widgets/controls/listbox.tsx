// The open list of a select, following the ARIA pattern: arrows move, letters search, Enter chooses, Escape closes.

import type { RefObject, TargetedInputEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Translate } from '../../i18n/translate.ts';
import { Icon } from '../../icons/icon.tsx';
import { Popover } from '../../parts/popover.tsx';
import { addStyles } from '../../styles/sheet.ts';
import type { Option } from './control.ts';
import css from './listbox.css';
import { findByLetters, matching, nextEnabled } from './option-search.ts';

addStyles(css);

const PAGE = 8;
const LETTERS_MS = 700;

export interface ListboxProps {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  options: readonly Option[];
  value: string;
  label: string;
  searchable: boolean;
  t: Translate;
  onPick: (value: string) => void;
  onClose: (refocus: boolean) => void;
}

export function Listbox({ id, anchor, options, value, label, searchable, t, onPick, onClose }: ListboxProps) {
  const domId = useId();
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const letters = useRef({ typed: '', at: 0 });
  const [query, setQuery] = useState('');
  const shown = useMemo(() => matching(options, query), [options, query]);
  const [active, setActive] = useState(() => {
    const chosen = options.findIndex((option) => option.value === value);
    return chosen >= 0 ? chosen : nextEnabled(options, -1, 1);
  });
  const activeId = shown[active] ? `${domId}-${active}` : undefined;

  useEffect(() => {
    // The panel is shown in a layout effect, and it can only be focused after that.
    (search.current ?? list.current)?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active, shown]);

  const take = (option: Option | undefined) => {
    if (option && !option.disabled) onPick(option.value);
  };
  const typeLetter = (letter: string) => {
    const now = performance.now();
    const typed = now - letters.current.at < LETTERS_MS ? letters.current.typed + letter : letter;
    letters.current = { typed, at: now };
    const found = findByLetters(shown, typed, active);
    if (found >= 0) setActive(found);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const moves: Record<string, () => number> = {
      ArrowDown: () => nextEnabled(shown, active, 1),
      ArrowUp: () => nextEnabled(shown, active, -1),
      PageDown: () => nextEnabled(shown, Math.min(active + PAGE, shown.length) - 1, 1),
      PageUp: () => nextEnabled(shown, Math.max(active - PAGE, -1) + 1, -1),
      ...(searchable ? {} : { Home: () => nextEnabled(shown, -1, 1), End: () => nextEnabled(shown, shown.length, -1) }),
    };
    const move = moves[event.key];
    if (move) setActive(move());
    else if (event.key === 'Enter' || (event.key === ' ' && !searchable)) take(shown[active]);
    else if (event.key === 'Tab') return onClose(false);
    else if (!searchable && event.key.length === 1 && !event.ctrlKey && !event.metaKey) typeLetter(event.key);
    else return;
    event.preventDefault();
  };

  return (
    <Popover anchor={anchor} onClose={onClose} wide class="w-listbox">
      {searchable && (
        <div class="w-listbox-search">
          <Icon name="search" />
          <input
            ref={search}
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls={id}
            aria-activedescendant={activeId}
            aria-label={t('widget.search')}
            placeholder={t('widget.search')}
            autoComplete="off"
            spellcheck={false}
            onKeyDown={onKeyDown}
            onInput={(event: TargetedInputEvent<HTMLInputElement>) => {
              const next = event.currentTarget.value;
              setQuery(next);
              setActive(nextEnabled(matching(options, next), -1, 1));
            }}
          />
        </div>
      )}
      <div
        ref={list}
        id={id}
        class="w-options"
        role="listbox"
        aria-label={label}
        tabIndex={searchable ? -1 : 0}
        aria-activedescendant={searchable ? undefined : activeId}
        onKeyDown={searchable ? undefined : onKeyDown}
      >
        {shown.map((option, index) => (
          <div
            key={option.value}
            id={`${domId}-${index}`}
            class="w-option"
            role="option"
            aria-selected={option.value === value}
            aria-disabled={option.disabled || undefined}
            data-active={index === active ? '' : undefined}
            onPointerMove={() => !option.disabled && setActive(index)}
            onClick={() => take(option)}
          >
            <span class="w-option-text" dir="auto">
              {option.label}
              {option.description !== '' && <small>{option.description}</small>}
            </span>
            {option.value === value && <Icon name="check" />}
          </div>
        ))}
      </div>
      {shown.length === 0 && (
        <p class="w-no-options" role="status">
          {t('widget.search.none')}
        </p>
      )}
    </Popover>
  );
}
