// What a citation points to, beside the citation.

import { Icon } from '../../icons/icon.tsx';
import { Popover, type PopoverProps } from '../../parts/popover.tsx';
import type { Source } from '../../protocol/item.ts';
import { plainName } from '../../safety/safe-text.ts';
import { addStyles } from '../../styles/sheet.ts';
import css from './source-card.css';

addStyles(css);

export interface SourceCardProps extends Pick<PopoverProps, 'anchor' | 'onClose' | 'onPointerEnter' | 'onPointerLeave'> {
  id: string;
  source: Source;
  origin: string;
  locale: string;
}

export function SourceCard({ source, origin, locale, ...popover }: SourceCardProps) {
  const icon = source.type === 'url' ? 'globe' : source.type === 'file' ? 'document' : (source.icon ?? 'square-text');
  const heading = source.type === 'entity' ? source.label : undefined;
  const details = [origin, dateOf(source.timestamp, locale)].filter((part) => part !== '');
  return (
    <Popover {...popover} class="source-card" role="tooltip">
      <small class="source-origin">
        <Icon name={icon} />
        <bdi>{details.join(' · ')}</bdi>
      </small>
      {heading && <small dir="auto">{plainName(heading)}</small>}
      <strong dir="auto">{plainName(source.title ?? '')}</strong>
      {source.description && source.description !== origin && <p dir="auto">{source.description}</p>}
    </Popover>
  );
}

function dateOf(timestamp: string | undefined, locale: string): string {
  const date = new Date(timestamp ?? '');
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(date);
}
