// The list of earlier chats, over the thread.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { dayName } from '../../i18n/format.ts';
import type { Translate } from '../../i18n/translate.ts';
import { IconButton } from '../../parts/icon-button.tsx';
import { Spinner } from '../../parts/spinner.tsx';
import type { ThreadMeta } from '../../protocol/thread.ts';
import { addStyles } from '../../styles/sheet.ts';
import { useActions, useHistory, useLanguage, useTranslate } from '../context.ts';
import css from './history.css';
import { HistoryRow } from './history-row.tsx';

addStyles(css);

export function HistoryPanel() {
  const actions = useActions();
  const history = useHistory();
  const language = useLanguage();
  const t = useTranslate();
  const panel = useRef<HTMLDivElement>(null);

  // This is a layout effect, because the focus must be restored before `useFocus` looks for another place for it.
  useLayoutEffect(() => {
    const root = panel.current?.getRootNode() as ShadowRoot | null;
    const before = (root?.activeElement ?? document.activeElement) as HTMLElement | null;
    panel.current?.querySelector<HTMLElement>('.history-close')?.focus();
    return () => {
      // The button that opened the panel was inert until now.
      requestAnimationFrame(() => {
        if (root?.activeElement) return;
        const back = before?.isConnected && before !== document.body ? before : root?.querySelector<HTMLElement>('.header-history');
        back?.focus();
      });
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      actions.hideHistory();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      moveFocus(panel.current, event);
    }
  };

  return (
    <div class="history-layer">
      <div class="scrim" onClick={() => actions.hideHistory()} />
      <div
        ref={panel}
        class="history"
        part="history"
        role="dialog"
        aria-modal="true"
        aria-label={t('header.history')}
        onKeyDown={onKeyDown}
      >
        <div class="history-head">
          <h2>{t('history.title')}</h2>
          <IconButton icon="close" label={t('history.close')} class="history-close" onClick={() => actions.hideHistory()} />
        </div>
        <div class="history-list" tabIndex={-1}>
          <HistoryGroups threads={history.threads.value} locale={language.tag.value} t={t} />
          <HistoryFoot />
        </div>
      </div>
    </div>
  );
}

function HistoryGroups({ threads, locale, t }: { threads: readonly ThreadMeta[]; locale: string; t: Translate }) {
  return (
    <>
      {groupByAge(threads, locale, t).map(({ label, members }) => (
        <section key={label} aria-label={label}>
          <h3>{label}</h3>
          <ul>
            {members.map((thread) => (
              <HistoryRow key={thread.id} thread={thread} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** Loads the next page when it comes into view; also tells about an empty list and about failures. */
function HistoryFoot() {
  const history = useHistory();
  const t = useTranslate();
  const foot = useRef<HTMLDivElement>(null);
  const state = history.state.value;
  useEffect(() => {
    const element = foot.current;
    if (!element || !history.hasMore.value) return;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) void history.more();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [history.hasMore.value, history.threads.value]);

  if (state === 'failed') {
    return (
      <div class="history-note" role="alert">
        <p>{t('history.failed')}</p>
        <button type="button" class="text-button" onClick={() => void history.reload()}>
          {t('action.retry')}
        </button>
      </div>
    );
  }
  const empty = history.threads.value.length === 0;
  return (
    <div ref={foot} class="history-note">
      {state === 'loading' && <Spinner />}
      {state === 'loading' && <span class="visually-hidden">{t(empty ? 'history.loading' : 'history.more')}</span>}
      {state === 'idle' && empty && (
        <>
          <strong>{t('history.empty')}</strong>
          <p>{t('history.empty.hint')}</p>
        </>
      )}
    </div>
  );
}

interface Group {
  label: string;
  members: ThreadMeta[];
}

function groupByAge(threads: readonly ThreadMeta[], locale: string, t: Translate): Group[] {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const dayMs = 24 * 60 * 60 * 1000;
  const groups: Group[] = [];
  for (const thread of threads) {
    const made = Date.parse(thread.created_at);
    const age = Number.isNaN(made) ? Number.POSITIVE_INFINITY : midnight.getTime() - made;
    const label = age <= dayMs ? dayName(locale, age <= 0 ? 0 : 1) : t(age <= 7 * dayMs ? 'history.week' : 'history.older');
    const group = groups.find((candidate) => candidate.label === label);
    if (group) group.members.push(thread);
    else groups.push({ label, members: [thread] });
  }
  return groups;
}

function moveFocus(panel: HTMLElement | null, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (!target.matches('.history-open')) return;
  const rows = Array.from(panel?.querySelectorAll<HTMLElement>('.history-open') ?? []);
  const next = rows.indexOf(target) + (event.key === 'ArrowDown' ? 1 : -1);
  event.preventDefault();
  rows[next]?.focus();
}
