// Citations in the text, and the list of what they point to.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import type { Annotation, Source } from '../../protocol/item.ts';
import { plainName } from '../../safety/safe-text.ts';
import { readLink } from '../../safety/url.ts';
import { entityOfSource } from '../../state/entity.ts';
import { useOptions, useTranslate } from '../context.ts';
import { EntityView } from '../entities/entity-view.tsx';
import { CitationHover } from './citation-hover.tsx';

export interface Sources {
  list: Source[];
  /** Counted from 1. */
  numberOf(annotation: Annotation): number;
}

export function uniqueSources(annotations: readonly Annotation[]): Sources {
  const numbers = new Map<string, number>();
  const list: Source[] = [];
  for (const { source } of annotations) {
    const identity = identityOf(source);
    if (numbers.has(identity)) continue;
    list.push(source);
    numbers.set(identity, list.length);
  }
  return { list, numberOf: ({ source }) => numbers.get(identityOf(source)) ?? 0 };
}

function identityOf(source: Source): string {
  if (source.type === 'url') return `url ${source.url}`;
  return source.type === 'file' ? `file ${source.filename}` : `entity ${source.id}`;
}

export function Citation({ source, number }: { source: Source; number: number }) {
  const t = useTranslate();
  const label = t('message.source', { n: number, title: plainName(source.title ?? '') });
  const inline = source.type === 'entity' && source.inline_label ? plainName(source.inline_label) : String(number);
  const link = (
    <SourceLink source={source} class="citation" label={label}>
      {inline}
    </SourceLink>
  );
  // The page provides its own preview of an interactive entity.
  const { onRequestPreview } = useOptions().value.entities;
  if (source.type === 'entity' && source.interactive && onRequestPreview) return link;
  return (
    <CitationHover source={source} origin={originOf(source)}>
      {link}
    </CitationHover>
  );
}

export function SourceList({ sources }: { sources: readonly Source[] }) {
  const t = useTranslate();
  const [opened, setOpened] = useState(false);
  return (
    <details class="sources" onToggle={() => setOpened(true)}>
      <summary>
        <Icon name="chevron-right" />
        {t('message.sources')} <span class="count">{sources.length}</span>
      </summary>
      <ol>
        {opened && sources.map((source, index) => (
          <li key={index}>
            <SourceLink source={source} class="source">
              <span class="source-number">{index + 1}</span>
              <span class="source-text">
                <bdi>{plainName(source.title ?? '')}</bdi>
                <small>{originOf(source)}</small>
              </span>
            </SourceLink>
          </li>
        ))}
      </ol>
    </details>
  );
}

interface LinkProps {
  source: Source;
  class: string;
  label?: string;
  children: ComponentChildren;
}

function SourceLink({ source, class: className, label, children }: LinkProps) {
  const link = source.type === 'url' ? readLink(source.url) : null;
  if (link?.kind === 'web') {
    return (
      <a class={className} href={link.href} title={label ? undefined : link.host} target="_blank" rel="noopener noreferrer nofollow" aria-label={label}>
        {children}
      </a>
    );
  }
  if (source.type === 'entity') {
    return (
      <EntityView entity={entityOfSource(source)} class={className} label={label}>
        {children}
      </EntityView>
    );
  }
  return (
    <span class={className} role={label ? 'note' : undefined} aria-label={label}>
      {children}
    </span>
  );
}

function originOf(source: Source): string {
  if (source.type === 'file') return plainName(source.filename);
  if (source.type === 'entity') return source.description ?? '';
  const link = readLink(source.url);
  return source.attribution ?? (link?.kind === 'web' ? link.host : '');
}
