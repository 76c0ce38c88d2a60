// The line above a card or list that names its source.

import { Icon } from '../icons/icon.tsx';
import { readImage } from '../safety/url.ts';
import { useWidget } from './widget-scope.ts';

export interface Status {
  text: string;
  icon?: string;
  favicon?: string;
  frame: boolean;
}

export function readStatus(value: unknown): Status | null {
  if (typeof value !== 'object' || value === null) return null;
  const { text, icon, favicon, frame } = value as Record<string, unknown>;
  if (typeof text !== 'string') return null;
  return {
    text,
    icon: typeof icon === 'string' ? icon : undefined,
    favicon: typeof favicon === 'string' ? favicon : undefined,
    frame: frame === true,
  };
}

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
