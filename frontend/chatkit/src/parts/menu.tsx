// A menu button with its menu, following the ARIA pattern: arrows move, Escape closes, focus returns.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/icon.tsx';
import { IconButton } from './icon-button.tsx';

export interface MenuItem {
  id: string;
  label: string;
  icon?: string;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Set for choices, to mark the chosen one. */
  checked?: boolean;
  onSelect: () => void;
}

interface Props {
  label: string;
  icon: string;
  items: readonly MenuItem[];
  /** Which corner of the button the menu hangs from. */
  place?: 'below-end' | 'above-start' | 'above-end';
  class?: string;
  disabled?: boolean;
  /** Shown on the button instead of an icon alone. */
  children?: ComponentChildren;
}

export function Menu({ label, icon, items, place = 'below-end', class: className = '', disabled, children }: Props) {
  const [open, setOpen] = useState(false);
  /** Which entry has the focus when the menu opens, counted from the end when below zero. */
  const first = useRef(0);
  const [flipped, setFlipped] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };

  useLayoutEffect(() => {
    setFlipped(open && place === 'below-end' && isCutOff(root.current));
  }, [open, place]);
  useEffect(() => {
    if (!open) return;
    entries(root.current).at(first.current)?.focus();
    const outside = (event: Event) => {
      if (root.current && !event.composedPath().includes(root.current)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const opens = event.key === 'ArrowDown' || event.key === 'ArrowUp';
    if (!open && opens && !disabled) {
      event.preventDefault();
      first.current = event.key === 'ArrowDown' ? 0 : -1;
      setOpen(true);
    }
    if (!open) return;
    const list = entries(root.current);
    const current = list.indexOf(focused(root.current) as HTMLButtonElement);
    const moves: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: -1 };
    const target = moves[event.key];
    if (event.key === 'Escape') {
      event.stopPropagation();
      close(true);
    } else if (event.key === 'Tab') {
      close(false);
    } else if (target !== undefined) {
      event.preventDefault();
      list.at(target % list.length)?.focus();
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      startingWith(list, current, event.key)?.focus();
    }
  };

  const toggle = () => {
    first.current = 0;
    setOpen(!open);
  };
  return (
    <div class={`menu ${className}`} ref={root} onKeyDown={onKeyDown}>
      {children === undefined ? (
        <IconButton
          icon={icon}
          label={label}
          expanded={open}
          hasPopup="menu"
          disabled={disabled}
          buttonRef={button}
          onClick={toggle}
        />
      ) : (
        <button
          ref={button}
          type="button"
          class="menu-button"
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={open}
          disabled={disabled}
          onClick={toggle}
        >
          {children}
        </button>
      )}
      {open && (
        <div class={`menu-list is-${flipped ? 'above-end' : place}`} role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={item.checked}
              aria-disabled={item.disabled}
              tabIndex={-1}
              class={`menu-item${item.danger ? ' is-danger' : ''}`}
              onClick={() => {
                if (item.disabled) return;
                close(true);
                item.onSelect();
              }}
            >
              {item.icon && <Icon name={item.icon} />}
              <span class="menu-item-text">
                <span>{item.label}</span>
                {item.hint && <small>{item.hint}</small>}
              </span>
              {item.checked && <Icon name="check" class="menu-check" />}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Whether the list extends below its container. */
function isCutOff(root: HTMLElement | null): boolean {
  const list = root?.querySelector('.menu-list');
  const holder = root?.closest('.history-list, .frame');
  if (!list || !holder) return false;
  return list.getBoundingClientRect().bottom > holder.getBoundingClientRect().bottom;
}

function entries(root: HTMLElement | null): HTMLButtonElement[] {
  return Array.from(root?.querySelectorAll<HTMLButtonElement>('[role^="menuitem"]') ?? []);
}

/** The next entry whose name begins with a letter. */
function startingWith(list: readonly HTMLButtonElement[], current: number, letter: string): HTMLButtonElement | undefined {
  const from = [...list.slice(current + 1), ...list.slice(0, current + 1)];
  return from.find((entry) => entry.innerText.trim().toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()));
}

function focused(root: HTMLElement | null): Element | null {
  return (root?.getRootNode() as ShadowRoot | Document | undefined)?.activeElement ?? null;
}
