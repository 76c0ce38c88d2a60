// A picture made by the assistant, from its first blur to the finished one.

import { useState } from 'preact/hooks';
import type { GeneratedImageItem } from '../../protocol/item.ts';
import { readImage } from '../../safety/url.ts';
import { useTranslate } from '../context.ts';
import { ImageViewer } from './image-viewer.tsx';

interface Props {
  item: GeneratedImageItem;
  live: boolean;
  progress: number | undefined;
}

export function GeneratedImage({ item, live, progress }: Props) {
  const t = useTranslate();
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const image = item.image ? readImage(item.image.url, { allowedDomains: undefined, unlisted: 'shown' }) : null;
  if (image?.kind !== 'shown' && !live) return null;
  const label = t('image.generated');
  if (failed) return <p class="md-blocked">{t('image.failed')}</p>;
  return (
    <figure class={`generated${live ? ' is-live' : ''}`} data-row="">
      {image?.kind === 'shown' ? (
        <button type="button" aria-label={t('attachment.view', { name: label })} onClick={() => setOpen(true)}>
          <img src={image.src} alt={label} decoding="async" onError={() => setFailed(true)} />
        </button>
      ) : (
        <div class="generated-blank" />
      )}
      {live && (
        <figcaption>
          <span class="shimmer">{t('image.generating')}</span>
          {progress !== undefined && <progress value={progress} max={1} aria-label={t('image.generating')} />}
        </figcaption>
      )}
      {open && image?.kind === 'shown' && <ImageViewer src={image.src} name={label} onClose={() => setOpen(false)} />}
    </figure>
  );
}
