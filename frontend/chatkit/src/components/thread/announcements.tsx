// The only polite live region, which announces whole sentences. Urgent messages are alerts at the place where they occur.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Narrator } from '../../state/narrator.ts';
import { sendingMessage } from '../../state/thread-state.ts';
import { useConversation, useTranslate } from '../context.ts';

/** Gather sentences for this long, so that a fast answer does not interrupt its own announcement. */
const PAUSE_MS = 900;

export function Announcements() {
  const conversation = useConversation();
  const t = useTranslate();
  const [spoken, setSpoken] = useState({ text: '', count: 0 });
  const narrator = useRef(new Narrator());
  const waiting = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const thread = conversation.thread.value;
  const busy = conversation.phase.value === 'busy';
  const say = (text: string) => {
    if (text === '') return;
    waiting.current = `${waiting.current} ${text}`.trim();
    timer.current ??= setTimeout(() => {
      const gathered = waiting.current;
      setSpoken(({ count }) => ({ text: gathered, count: count + 1 }));
      waiting.current = '';
      timer.current = undefined;
    }, PAUSE_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  useEffect(() => say(narrator.current.next(thread, busy, t)), [thread, busy]);

  const sending = sendingMessage(conversation.thread.value) !== null;
  useEffect(() => {
    if (sending) say(t('announce.answering'));
  }, [sending]);
  const lost = conversation.lost.value;
  useEffect(() => {
    if (lost) say(t(navigator.onLine ? 'connection.lost' : 'connection.offline'));
  }, [lost]);
  const away = !conversation.online.value;
  const wasAway = useRef(false);
  useEffect(() => {
    if (away && !lost) say(t('connection.away'));
    else if (!away && wasAway.current) say(t('connection.back'));
    wasAway.current = away;
  }, [away]);

  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {/* A node of its own for each, so that the same words are heard again when they are said again. */}
      {spoken.count > 0 && <p key={spoken.count}>{spoken.text}</p>}
    </div>
  );
}
