// The line above a card or list that names its source.

import { Icon } from '../icons/icon.tsx';
import type { Status } from '../protocol/generated/widgets.ts';
import { readImage } from '../safety/url.ts';
import { useWidget } from './widget-scope.ts';

export function StatusLine({ status }: { status: Status }) {
  const { markdown } = useWidget();
  const image = status.favicon === undefined ? null : readImage(status.favicon, { ...markdown.images, unlisted: 'shown' });
  return (
    <div class="w-status" dir="auto">
      {image?.kind === 'shown' && (
        <img class={status.frame ? 'is-framed' : ''} src={image.src} alt="" referrerPolicy="no-referrer" />
      )}
      {status.icon !== undefined && <Icon name={status.icon} />}
      <span>{status.text}</span>
    </div>
  );
}
