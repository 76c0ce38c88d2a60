// Text in its sizes, Markdown, and labels of controls.

import type { CSSProperties } from 'preact';
import { Markdown as MarkdownView } from '../markdown/markdown.tsx';
import {
  readCaptionProps, readLabelProps, readMarkdownProps, readTextProps, readTitleProps, type TextProps,
} from '../protocol/generated/widgets.ts';
import { safeColor, safeLength } from '../safety/style.ts';
import { hasEndlessWord } from '../safety/safe-text.ts';
import { clean } from './box-style.ts';
import { controlId } from './controls/control.ts';
import { EditableText } from './controls/editable-text.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

/** What texts of every size share. */
type Words = Pick<TextProps, 'value' | 'color' | 'weight' | 'textAlign' | 'truncate' | 'maxLines'>;

const WEIGHTS: Readonly<Record<NonNullable<Words['weight']>, string>> = { normal: '400', medium: '500', semibold: '600', bold: '700' };

export function Text({ node }: NodeProps) {
  const props = readTextProps(node);
  const { size = 'md', minLines, editable } = props;
  const style = {
    ...textStyle(props),
    ...clean({
      width: safeLength(props.width),
      minHeight: minLines && minLines > 0 ? `${Math.min(minLines, 100)}lh` : undefined,
      fontStyle: props.italic ? 'italic' : undefined,
      textDecoration: props.lineThrough ? 'line-through' : undefined,
    }),
  };
  if (editable) {
    return <EditableText editable={editable} initial={valueOf(props)} className={`w-text is-${size}`} style={style} />;
  }
  return (
    <div class={`w-text is-${size}${classesOf(props)}`} style={style} dir="auto">
      {valueOf(props)}
    </div>
  );
}

export function Title({ node }: NodeProps) {
  const props = readTitleProps(node);
  return (
    <div class={`w-title is-${props.size ?? 'md'}${classesOf(props)}`} style={textStyle(props)} dir="auto">
      {valueOf(props)}
    </div>
  );
}

export function Caption({ node }: NodeProps) {
  const props = readCaptionProps(node);
  return (
    <div class={`w-caption is-${props.size ?? 'md'}${classesOf(props)}`} style={textStyle(props)} dir="auto">
      {valueOf(props)}
    </div>
  );
}

export function Markdown({ node }: NodeProps) {
  const { markdown } = useWidget();
  const { value = '', streaming = false } = readMarkdownProps(node);
  return <MarkdownView text={value} growing={streaming} scope={markdown} />;
}

export function Label({ node }: NodeProps) {
  const props = readLabelProps(node);
  const { size = 'sm', fieldName } = props;
  const { domId } = useWidget();
  const target = fieldName === undefined ? undefined : controlId(domId, fieldName);
  return (
    <label class={`w-text w-label is-${size}${endlessOf(props)}`} for={target} style={textStyle(props)} dir="auto">
      {valueOf(props)}
    </label>
  );
}

/** Nobody reads more than this in a widget, and it takes long to lay out. */
const MOST_LETTERS = 50_000;

function valueOf({ value = '' }: Words): string {
  return value.slice(0, MOST_LETTERS);
}

function textStyle({ color, weight, textAlign, maxLines = 0 }: Words): CSSProperties {
  return clean({
    color: safeColor(color, 'text'),
    fontWeight: weight && WEIGHTS[weight],
    textAlign,
    alignSelf: textAlign && 'stretch',
    '-webkit-line-clamp': maxLines > 0 ? String(Math.min(maxLines, 1000)) : undefined,
  });
}

function classesOf(props: Words): string {
  if (props.maxLines && props.maxLines > 0) return `${endlessOf(props)} is-clamped`;
  return `${endlessOf(props)}${props.truncate ? ' is-truncated' : ''}`;
}

function endlessOf(props: Words): string {
  return hasEndlessWord(valueOf(props)) ? ' endless' : '';
}
