// The one place that speaks to screen readers: politely, and by the sentence.

import { useEffect, useRef, useState } from 'preact/hooks';
import { SentenceReader } from '../../state/announcer.ts';
import { sendingMessage, type Entry } from '../../state/thread.ts';
import { useChat, useTranslate } from '../context.ts';

/** Sentences are gathered, so that a fast answer does not interrupt its own reading. */
const PAUSE_MS = 900;

export function Announcements() {
  const { conversation } = useChat();
  const t = useTranslate();
  const [spoken, setSpoken] = useState('');
  const readers = useRef(new Map<string, SentenceReader>());
  const waiting = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { entries, error } = conversation.thread.value;
  const busy = conversation.phase.value === 'busy';
  const say = (text: string) => {
    if (text === '') return;
    waiting.current = `${waiting.current} ${text}`.trim();
    timer.current ??= setTimeout(() => {
      setSpoken(waiting.current);
      waiting.current = '';
      timer.current = undefined;
    }, PAUSE_MS);
  };

  useEffect(() => {
    const last = entries.at(-1);
    if (!last) return readers.current.clear();
    if (last.item.type === 'assistant_message') {
      const known = readers.current.get(last.key);
      // A message that was complete when it came into view belongs to a loaded thread.
      if (!known && !last.live && !busy) return;
      const reader = known ?? new SentenceReader();
      readers.current.set(last.key, reader);
      say(reader.next(textOf(last), !last.live));
    } else if (last.item.type === 'widget' && busy && !readers.current.has(last.key)) {
      readers.current.set(last.key, new SentenceReader());
      say(last.item.copy_text ?? t('announce.widget'));
    }
  }, [entries]);

  const sending = sendingMessage(conversation.thread.value) !== null;
  useEffect(() => {
    if (sending) say(t('announce.answering'));
  }, [sending]);
  const lost = conversation.lost.value;
  useEffect(() => {
    if (lost) say(t(navigator.onLine ? 'connection.lost' : 'connection.offline'));
  }, [lost]);
  useEffect(() => {
    if (error) say(`${t('error.title')}. ${error.message || t('error.stream')}`);
  }, [error]);

  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}

function textOf({ item }: Entry): string {
  return item.type === 'assistant_message' ? item.content.map((part) => part.text).join('\n') : '';
}
