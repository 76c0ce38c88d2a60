// One earlier chat: open, rename, delete.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Menu, type MenuItem } from '../../parts/menu.tsx';
import type { ThreadMeta } from '../../protocol/thread.ts';
import { plainName } from '../../safety/safe-text.ts';
import { useActions, useConversation, useOptions, useTranslate } from '../context.ts';

export function HistoryRow({ thread }: { thread: ThreadMeta }) {
  const actions = useActions();
  const conversation = useConversation();
  const options = useOptions();
  const t = useTranslate();
  const [mode, setMode] = useState<'plain' | 'renaming' | 'deleting'>('plain');
  const row = useRef<HTMLLIElement>(null);
  const { showDelete, showRename } = options.value.history;
  const title = plainName(thread.title ?? '') || t('history.untitled');
  const current = conversation.threadId.value === thread.id;
  const back = () => {
    setMode('plain');
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>('.history-open')?.focus());
  };

  const entries: MenuItem[] = [];
  if (showRename) {
    entries.push({ id: 'rename', label: t('history.rename'), icon: 'pencil', onSelect: () => setMode('renaming') });
  }
  if (showDelete) {
    const onSelect = () => setMode('deleting');
    entries.push({ id: 'delete', label: t('history.delete'), icon: 'trash', danger: true, onSelect });
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (mode !== 'plain') return;
    if (event.key === 'F2' && showRename) setMode('renaming');
    else if (event.key === 'Delete' && showDelete) setMode('deleting');
  };

  return (
    <li ref={row} class={`history-row${current ? ' is-current' : ''}`} onKeyDown={onKeyDown}>
      {mode === 'renaming' && <Rename thread={thread} title={thread.title ?? ''} onEnd={back} />}
      {mode === 'deleting' && <ConfirmDelete thread={thread} title={title} onEnd={back} />}
      {mode === 'plain' && (
        <>
          <button
            type="button"
            class="history-open"
            dir="auto"
            aria-current={current ? 'true' : undefined}
            onClick={() => actions.openThread(thread.id)}
          >
            {title}
          </button>
          {entries.length > 0 && (
            <Menu label={t('history.options', { title })} icon="dots-horizontal" items={entries} />
          )}
        </>
      )}
    </li>
  );
}

interface EditProps {
  thread: ThreadMeta;
  title: string;
  onEnd: () => void;
}

function Rename({ thread, title, onEnd }: EditProps) {
  const actions = useActions();
  const t = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => input.current?.select(), []);
  const end = (save: boolean) => {
    // Removing the field takes its focus, which would save once more.
    if (ended.current) return;
    ended.current = true;
    const wanted = input.current?.value.trim() ?? '';
    if (save && wanted !== '' && wanted !== title) void actions.renameThread(thread.id, wanted);
    onEnd();
  };
  return (
    <input
      ref={input}
      class="history-rename"
      aria-label={t('history.rename.label')}
      defaultValue={title}
      maxLength={200}
      dir="auto"
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter' && !event.isComposing) end(true);
        else if (event.key === 'Escape') end(false);
      }}
    />
  );
}

function ConfirmDelete({ thread, title, onEnd }: EditProps) {
  const actions = useActions();
  const t = useTranslate();
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onEnd();
  };
  return (
    <div class="history-confirm" role="alertdialog" aria-label={t('history.delete.confirm', { title })} onKeyDown={onKeyDown}>
      <p dir="auto">{t('history.delete.confirm', { title })}</p>
      <small>{t('history.delete.hint')}</small>
      <div>
        <button ref={keep} type="button" class="text-button" onClick={onEnd}>
          {t('action.cancel')}
        </button>
        <button
          type="button"
          class="text-button is-danger"
          onClick={(event) => {
            focusNeighbour(event.currentTarget);
            void actions.deleteThread(thread.id);
          }}
        >
          {t('history.delete')}
        </button>
      </div>
    </div>
  );
}

/** Moves the focus to a neighbour, because the row is about to be removed. */
function focusNeighbour(inside: HTMLElement): void {
  const row = inside.closest('.history-row');
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const target = neighbour?.querySelector<HTMLElement>('.history-open');
  (target ?? inside.closest('.history')?.querySelector<HTMLElement>('.history-close'))?.focus();
}
