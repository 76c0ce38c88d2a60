// Text in its sizes, Markdown, and labels of controls.

import type { CSSProperties } from 'preact';
import { Markdown as MarkdownView } from '../markdown/markdown.tsx';
import type { WidgetNode } from '../protocol/widget-node.ts';
import { oneOf, safeColor, safeLength } from '../safety/style.ts';
import { hasEndlessWord } from '../safety/safe-text.ts';
import { clean } from './box-style.ts';
import { controlId } from './controls/control.ts';
import { EditableText, type Editable } from './controls/editable-text.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const TEXT_SIZES = ['xs', 'sm', 'md', 'lg', 'xl'] as const;
const TITLE_SIZES = ['sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', '5xl'] as const;
const CAPTION_SIZES = ['sm', 'md', 'lg'] as const;
const WEIGHTS: Readonly<Record<string, string>> = { normal: '400', medium: '500', semibold: '600', bold: '700' };

export function Text({ node }: NodeProps) {
  const size = oneOf(node.size, TEXT_SIZES) ?? 'md';
  const minLines = typeof node.minLines === 'number' ? Math.min(Math.max(node.minLines, 0), 100) : undefined;
  const style = {
    ...textStyle(node),
    ...clean({
      width: safeLength(node.width),
      minHeight: minLines ? `${minLines}lh` : undefined,
      fontStyle: node.italic === true ? 'italic' : undefined,
      textDecoration: node.lineThrough === true ? 'line-through' : undefined,
    }),
  };
  if (isEditable(node.editable)) {
    return <EditableText editable={node.editable} initial={valueOf(node)} className={`w-text is-${size}`} style={style} />;
  }
  return (
    <div class={`w-text is-${size}${classesOf(node)}`} style={style} dir="auto">
      {valueOf(node)}
    </div>
  );
}

export function Title({ node }: NodeProps) {
  const size = oneOf(node.size, TITLE_SIZES) ?? 'md';
  return (
    <div class={`w-title is-${size}${classesOf(node)}`} style={textStyle(node)} dir="auto">
      {valueOf(node)}
    </div>
  );
}

export function Caption({ node }: NodeProps) {
  const size = oneOf(node.size, CAPTION_SIZES) ?? 'md';
  return (
    <div class={`w-caption is-${size}${classesOf(node)}`} style={textStyle(node)} dir="auto">
      {valueOf(node)}
    </div>
  );
}

export function Markdown({ node }: NodeProps) {
  const { markdown } = useWidget();
  return <MarkdownView text={textOf(node)} growing={node.streaming === true} scope={markdown} />;
}

export function Label({ node }: NodeProps) {
  const size = oneOf(node.size, TEXT_SIZES) ?? 'sm';
  const { domId } = useWidget();
  const target = typeof node.fieldName === 'string' ? controlId(domId, node.fieldName) : undefined;
  return (
    <label class={`w-text w-label is-${size}${hasEndlessWord(valueOf(node)) ? ' endless' : ''}`} for={target} style={textStyle(node)} dir="auto">
      {valueOf(node)}
    </label>
  );
}

function isEditable(value: unknown): value is Editable {
  return typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string';
}

/** Nobody reads more than this in a widget, and it takes long to lay out. */
const MOST_LETTERS = 50_000;

function valueOf(node: WidgetNode): string {
  return textOf(node).slice(0, MOST_LETTERS);
}

function textOf(node: WidgetNode): string {
  return typeof node.value === 'string' ? node.value : typeof node.value === 'number' ? String(node.value) : '';
}

function textStyle(node: WidgetNode): CSSProperties {
  const lines = typeof node.maxLines === 'number' && node.maxLines > 0 ? Math.min(node.maxLines, 1000) : undefined;
  const align = oneOf(node.textAlign, ['start', 'center', 'end']);
  return clean({
    color: safeColor(node.color, 'text'),
    fontWeight: typeof node.weight === 'string' ? WEIGHTS[node.weight] : undefined,
    textAlign: align,
    alignSelf: align ? 'stretch' : undefined,
    '-webkit-line-clamp': lines ? String(lines) : undefined,
  });
}

function classesOf(node: WidgetNode): string {
  const endless = hasEndlessWord(valueOf(node)) ? ' endless' : '';
  if (typeof node.maxLines === 'number' && node.maxLines > 0) return `${endless} is-clamped`;
  return node.truncate === true ? `${endless} is-truncated` : endless;
}
