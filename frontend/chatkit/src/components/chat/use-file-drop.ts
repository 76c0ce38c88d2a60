// Takes files dropped anywhere on the frame.

import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useComposer, useOptions } from '../context.ts';

/** True while files are held over the frame. */
export function useFileDrop(frame: RefObject<HTMLElement | null>): boolean {
  const parts = useComposer();
  const options = useOptions();
  const [over, setOver] = useState(false);
  const enabled = options.value.composer.attachments?.enabled === true;
  useEffect(() => {
    const element = frame.current;
    if (!element || !enabled) return;
    // Entering and leaving children fires events too. The files have left the frame when the count is back at zero.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth++;
      setOver(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      parts.attachments.add(event.dataTransfer.files);
      parts.hands.focus();
    };
    element.addEventListener('dragenter', enter);
    element.addEventListener('dragleave', leave);
    element.addEventListener('dragover', hover);
    element.addEventListener('drop', drop);
    return () => {
      element.removeEventListener('dragenter', enter);
      element.removeEventListener('dragleave', leave);
      element.removeEventListener('dragover', hover);
      element.removeEventListener('drop', drop);
    };
  }, [enabled, parts]);
  return over;
}
