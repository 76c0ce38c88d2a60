// The composer's bar while somebody speaks: that it listens, how loud, for how long, and how to end it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../client/errors.ts';
import type { Translate } from '../../../i18n/translate.ts';
import { IconButton } from '../../../parts/icon-button.tsx';
import { Spinner } from '../../../parts/spinner.tsx';
import { explain } from '../../../state/explain.ts';
import { addStyles } from '../../../styles/sheet.ts';
import { useActions, useComposer, useTranslate } from '../../context.ts';
import type { Editor } from '../editor.ts';
import css from './dictation.css';
import { base64Of, MicrophoneError, Recorder } from './recorder.ts';

addStyles(css);

/** Longer ones end by themselves, and what was said is kept. */
const MAX_RECORDING_MS = 5 * 60 * 1000;
const BARS = 120;

export interface DictationProps {
  editor: Editor;
}

export function DictationBar({ editor }: DictationProps) {
  const actions = useActions();
  const { composer, dictating } = useComposer();
  const t = useTranslate();
  const [state, setState] = useState<'starting' | 'recording' | 'writing'>('starting');
  const recorder = useRef<Recorder | null>(null);
  const bar = useRef<HTMLDivElement>(null);

  const end = () => {
    dictating.value = false;
    editor.focus();
  };
  const finish = async () => {
    const current = recorder.current;
    recorder.current = null;
    if (!current) return;
    setState('writing');
    try {
      const { audio, mimeType } = await current.stop();
      const text = audio.size === 0 ? '' : await actions.transcribe(await base64Of(audio), mimeType);
      // Left meanwhile: the words belong to another draft.
      if (!dictating.peek() || !bar.current?.isConnected) return;
      if (text !== '') editor.insert(text);
      else composer.notice.value = t('dictation.silence');
    } catch (error) {
      fail(error);
    }
    end();
  };
  const fail = (error: unknown) => {
    composer.notice.value = reasonOf(error, t);
    actions.report(error);
  };

  useEffect(() => {
    let gone = false;
    Recorder.start().then(
      (started) => {
        if (gone) return started.cancel();
        recorder.current = started;
        started.onLost(() => void finish());
        setState('recording');
      },
      (error: unknown) => {
        if (gone) return;
        fail(error);
        end();
      },
    );
    // Nobody is listened to who has gone elsewhere; what was said until then is kept.
    const leave = () => void finish();
    const hide = () => {
      if (document.hidden) leave();
    };
    window.addEventListener('blur', leave);
    document.addEventListener('visibilitychange', hide);
    return () => {
      gone = true;
      window.removeEventListener('blur', leave);
      document.removeEventListener('visibilitychange', hide);
      recorder.current?.cancel();
      recorder.current = null;
    };
  }, []);
  useEffect(() => {
    if (state !== 'recording') return;
    // From here Enter finishes and Escape cancels.
    bar.current?.querySelector<HTMLElement>('.dictation-done')?.focus();
    const timer = setTimeout(() => void finish(), MAX_RECORDING_MS);
    return () => clearTimeout(timer);
  }, [state]);

  return (
    <div
      ref={bar}
      class="dictation"
      role="group"
      aria-label={t('dictation.label')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end();
      }}
    >
      <IconButton icon="close" label={t('dictation.cancel')} onClick={end} />
      <span class="visually-hidden" role="status">
        {t(state === 'recording' ? 'dictation.recording' : state === 'writing' ? 'dictation.writing' : 'dictation.starting')}
      </span>
      {state === 'recording' ? (
        <Levels recorder={recorder.current} />
      ) : (
        <span class="dictation-note shimmer" aria-hidden="true">
          {t(state === 'writing' ? 'dictation.writing' : 'dictation.starting')}
        </span>
      )}
      {state === 'writing' ? (
        <span class="dictation-wait">
          <Spinner />
        </span>
      ) : (
        <IconButton
          icon="check"
          class="send dictation-done"
          label={t('dictation.done')}
          disabled={state !== 'recording'}
          onClick={() => void finish()}
        />
      )}
    </div>
  );
}

/** The last seconds, newest at the end, and the time. */
function Levels({ recorder }: { recorder: Recorder | null }) {
  const bars = useRef<HTMLSpanElement>(null);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = performance.now();
    const clock = setInterval(() => setSeconds(Math.floor((performance.now() - began) / 1000)), 250);
    const heard: number[] = [];
    let frame = 0;
    let next = 0;
    const draw = (now: number) => {
      frame = requestAnimationFrame(draw);
      if (!recorder || now < next) return;
      next = now + 70;
      heard.push(recorder.level());
      if (heard.length > BARS) heard.shift();
      Array.from(bars.current?.children ?? []).forEach((bar, index) => {
        const level = heard[index - (BARS - heard.length)] ?? 0;
        (bar as HTMLElement).style.scale = `1 ${Math.max(0.08, level)}`;
      });
    };
    frame = requestAnimationFrame(draw);
    return () => {
      clearInterval(clock);
      cancelAnimationFrame(frame);
    };
  }, [recorder]);
  return (
    <>
      <i class="dictation-light" />
      <span ref={bars} class="dictation-levels" aria-hidden="true">
        {Array.from({ length: BARS }, (_, index) => (
          <i key={index} />
        ))}
      </span>
      <time class="dictation-time" role="timer" aria-live="off">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
      </time>
    </>
  );
}

function reasonOf(error: unknown, t: Translate): string {
  if (error instanceof MicrophoneError) return t(`dictation.${error.problem}`);
  if (error instanceof ApiError && error.status === 501) return t('dictation.unavailable');
  return explain(error, t).message;
}
