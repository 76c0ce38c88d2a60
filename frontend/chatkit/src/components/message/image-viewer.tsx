// A picture in full size, over everything.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../parts/icon-button.tsx';
import { useTranslate } from '../context.ts';

interface Props {
  src: string;
  name: string;
  onClose: () => void;
}

export function ImageViewer({ src, name, onClose }: Props) {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  // Open the dialog before it becomes visible, so that Escape closes it from the start.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={name}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <img src={src} alt={name} />
      <IconButton icon="close" label={t('action.dismiss')} class="viewer-close" onClick={() => dialog.current?.close()} />
    </dialog>
  );
}
