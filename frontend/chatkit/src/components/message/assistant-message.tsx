// The assistant's words: Markdown with citations, and the sources behind them.

import { useCallback, useMemo, useRef } from 'preact/hooks';
import { markCitations } from '../../markdown/citations.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import type { Annotation, AssistantMessageItem, OutputText } from '../../protocol/item.ts';
import { useTranslate } from '../context.ts';
import { Citation, SourceList, uniqueSources } from './sources.tsx';
import { useMarkdownScope } from './use-markdown-scope.ts';

/** Nobody looks up more citations than this in one text. */
const MOST_ANNOTATIONS = 1000;

interface Props {
  item: AssistantMessageItem;
  live: boolean;
}

export function AssistantMessage({ item, live }: Props) {
  const t = useTranslate();
  const annotations = useMemo(() => item.content.flatMap((part) => part.annotations.slice(0, MOST_ANNOTATIONS)), [item.content]);
  const sources = useMemo(() => uniqueSources(annotations), [annotations]);
  const written = item.content.some((part) => part.text !== '');
  if (!written && live) return null;
  return (
    <article class={`message is-assistant${live ? ' is-live' : ''}`} part="message assistant-message" data-row="">
      <h3 class="visually-hidden">{t('message.assistant')}</h3>
      {item.content.map((part, index) => (
        <Part key={index} part={part} growing={live} sourceNumber={(note) => sources.numberOf(note)} />
      ))}
      {!live && sources.list.length > 0 && <SourceList sources={sources.list} />}
    </article>
  );
}

interface PartProps {
  part: OutputText;
  growing: boolean;
  sourceNumber: (annotation: Annotation) => number;
}

function Part({ part, growing, sourceNumber }: PartProps) {
  const current = useRef({ part, sourceNumber });
  current.current = { part, sourceNumber };
  const renderCitation = useCallback((index: number) => {
    const annotation = current.current.part.annotations[index];
    return annotation ? (
      <Citation source={annotation.source} number={current.current.sourceNumber(annotation)} />
    ) : null;
  }, []);
  const scope = useMarkdownScope(renderCitation);
  const text = useMemo(() => markCitations(part.text, part.annotations.slice(0, MOST_ANNOTATIONS)), [part.text, part.annotations]);
  return <Markdown text={text} growing={growing} scope={scope} />;
}
