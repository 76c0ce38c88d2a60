// Describes what happens in a thread for a screen reader, each thing once, however often it is drawn.

import type { Translate } from '../i18n/translate.ts';
import { SentenceReader, speakable } from './announcer.ts';
import { wordsOfNotice } from './error-words.ts';
import type { Entry, ThreadState } from './thread-state.ts';

export class Narrator {
  /** Keys of rows that have been announced completely. */
  readonly #told = new Set<string>();
  readonly #readers = new Map<string, SentenceReader>();
  /** How many steps of a workflow have been announced, by row key. */
  readonly #steps = new Map<string, number>();
  #progress: string | undefined;
  #wasBusy = false;

  /** Describes what is new since the last call. `busy` tells a running answer apart from a loaded thread. */
  next(state: ThreadState, busy: boolean, t: Translate): string {
    if (state.entries.length === 0) this.#forget();
    // The last words of an answer arrive together with the end of the turn.
    const coming = busy || this.#wasBusy;
    this.#wasBusy = busy;
    const words = this.#untold(state.entries).map((entry) => this.#wordsOf(entry, coming, t));
    const progress = state.progress?.text;
    if (progress && progress !== this.#progress) words.push(progress);
    this.#progress = progress;
    return words.filter((text) => text !== '').join(' ');
  }

  /** Looks at the newest turn only, because everything above it is history. */
  #untold(entries: readonly Entry[]): Entry[] {
    const untold: Entry[] = [];
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (!entry || entry.item.type === 'user_message' || this.#told.has(entry.key)) break;
      untold.unshift(entry);
    }
    return untold;
  }

  #wordsOf(entry: Entry, busy: boolean, t: Translate): string {
    if (!entry.live) this.#told.add(entry.key);
    const { item } = entry;
    if (item.type === 'assistant_message') {
      const known = this.#readers.get(entry.key);
      if (!known && !entry.live && !busy) return '';
      const reader = known ?? new SentenceReader();
      if (entry.live) this.#readers.set(entry.key, reader);
      else this.#readers.delete(entry.key);
      return reader.next(item.content.map((part) => part.text).join('\n'), !entry.live);
    }
    if (item.type === 'workflow') {
      const steps = item.workflow.tasks.flatMap((task) => task.title ?? []);
      const told = this.#steps.get(entry.key) ?? 0;
      this.#steps.set(entry.key, steps.length);
      return busy ? steps.slice(told).join('. ') : '';
    }
    // A notice is never stored, so it is always new.
    if (item.type === 'local.notice') {
      const { title, message } = wordsOfNotice(item, t);
      return item.level === 'danger' ? '' : speakable([title, message].filter(Boolean).join('. '));
    }
    if (!busy || entry.live) return '';
    if (item.type === 'widget') return item.copy_text ?? t('announce.widget');
    if (item.type === 'generated_image') return t('image.generated');
    if (item.type === 'structured_input') return [t('question.waiting'), ...item.inputs.map(({ question }) => question)].join('. ');
    return '';
  }

  #forget(): void {
    this.#told.clear();
    this.#readers.clear();
    this.#steps.clear();
  }
}
