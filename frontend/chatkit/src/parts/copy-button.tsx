// Copies a text and says so for a moment.

import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './icon-button.tsx';

const CONFIRMED_MS = 1600;

interface Props {
  text: string;
  label: string;
  doneLabel: string;
}

export function CopyButton({ text, label, doneLabel }: Props) {
  const [done, setDone] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (event: MouseEvent) => {
    if (!(await copyText(text, event.currentTarget as HTMLElement))) return;
    setDone(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), CONFIRMED_MS);
  };
  return (
    <IconButton
      size="sm"
      icon={done ? 'check' : 'copy'}
      label={done ? doneLabel : label}
      onClick={(event) => void copy(event)}
    />
  );
}

/** The clipboard API exists only in secure contexts. Elsewhere, copy from a selected field. */
async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    near.after(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    near.focus();
    return copied;
  }
}
