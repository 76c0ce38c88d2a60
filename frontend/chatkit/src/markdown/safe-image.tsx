// A picture in Markdown: shown when its host is trusted, otherwise only after a click.

import { useState } from 'preact/hooks';
import { readImage } from '../safety/url.ts';
import type { MarkdownScope } from './markdown-scope.ts';

interface Props {
  src: string;
  alt: string;
  scope: MarkdownScope;
}

export function SafeImage({ src, alt, scope }: Props) {
  const [wanted, setWanted] = useState(false);
  const [failed, setFailed] = useState(false);
  const image = readImage(src, scope.images);
  if (!image) return <>{alt}</>;
  if (failed) return <span class="md-blocked">{alt || scope.t('image.failed')}</span>;
  if (image.kind === 'shown' || wanted) {
    return (
      <img
        class="md-image"
        src={image.src}
        alt={alt}
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
        onError={() => setFailed(true)}
      />
    );
  }
  const label = scope.t('image.blocked', { host: image.host });
  if (scope.insideLink) return <span class="md-blocked">{alt || label}</span>;
  return (
    <button type="button" class="md-blocked" onClick={() => setWanted(true)}>
      <span>{alt || label}</span>
      <small>{alt ? `${label} · ` : ''}{scope.t('image.load')}</small>
    </button>
  );
}
