// A button next to text selected in an answer, to reply to just that text.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { useComposer, useConversation, useTranslate } from '../context.ts';

/** A quote is a passage, so longer selections are cut off. */
const MAX_LENGTH = 2000;
const GAP_PX = 8;

interface Selected {
  text: string;
  box: DOMRect;
}

export function QuoteButton() {
  const parts = useComposer();
  const t = useTranslate();
  const mark = useRef<HTMLSpanElement>(null);
  const [selected, setSelected] = useState<Selected | null>(null);
  const open = useConversation().meta.value?.status?.type !== 'closed';

  useEffect(() => {
    const root = mark.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    let pressed = false;
    const read = () => setSelected(pressed ? null : readSelection(root));
    // While the pointer is down, the selection is not finished.
    const press = (event: Event) => {
      if ((event.composedPath()[0] as Element).closest?.('.quote-button')) return;
      pressed = true;
      setSelected(null);
    };
    const release = () => {
      pressed = false;
      setTimeout(read);
    };
    const hide = () => setSelected(null);
    read();
    document.addEventListener('selectionchange', read);
    document.addEventListener('pointerdown', press);
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
    root.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      document.removeEventListener('selectionchange', read);
      document.removeEventListener('pointerdown', press);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', release);
      root.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  const frame = mark.current?.closest('.body')?.getBoundingClientRect();
  const shown = open && selected && frame ? { selected, frame } : null;
  return (
    <>
      <span ref={mark} hidden />
      {shown && (
        <button
          type="button"
          class="quote-button text-button is-framed"
          style={placed(shown.selected.box, shown.frame)}
          onClick={() => {
            parts.composer.quote.value = shown.selected.text;
            setSelected(null);
            parts.hands.focus();
          }}
        >
          <Icon name="quote" />
          {t('composer.quote')}
        </button>
      )}
    </>
  );
}

/** The selection, if all of it lies within one answer. */
function readSelection(root: ShadowRoot): Selected | null {
  const range = rangeIn(root);
  if (!range || range.collapsed) return null;
  const answer = answerOf(range.startContainer);
  const text = range.toString().trim();
  if (!answer || answer !== answerOf(range.endContainer) || text === '') return null;
  return { text: text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text, box: range.getBoundingClientRect() };
}

function answerOf(node: Node): Element | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest('.message.is-assistant .md') ?? null;
}

/** Selections inside a shadow root need the newer `getComposedRanges` or Chromium's older method on the root. */
function rangeIn(root: ShadowRoot): Range | null {
  const selection = document.getSelection();
  const older = (root as unknown as { getSelection?: () => Selection | null }).getSelection?.();
  if (older && older.rangeCount > 0) return older.getRangeAt(0);
  const composed = selection?.getComposedRanges?.({ shadowRoots: [root] })[0];
  if (!composed) return null;
  const range = document.createRange();
  range.setStart(composed.startContainer, composed.startOffset);
  range.setEnd(composed.endContainer, composed.endOffset);
  return range;
}

function placed(box: DOMRect, frame: DOMRect) {
  const above = box.top - frame.top - GAP_PX - 34;
  return {
    top: `${above > 4 ? above : box.bottom - frame.top + GAP_PX}px`,
    left: `${Math.max(8, Math.min(box.left - frame.left, frame.width - 120))}px`,
  };
}
