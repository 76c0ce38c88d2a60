// What the components of widgets take, and readers of it. Written by `make generate` from the types of `crates/protocol`. Do not edit.

import { first, flag, map, members, number, object, oneOf, text, words, type Reader } from '../read.ts';
import { readActionConfig, type ActionConfig } from './actions.ts';

export interface ThemedColor {
  light?: string;
  dark?: string;
}

export const readThemedColor: Reader<ThemedColor> = /* @__PURE__ */ object({}, { light: words, dark: words });

export interface Border {
  size: number;
  color?: string | ThemedColor;
  style?: 'solid' | 'dashed' | 'dotted' | 'double' | 'groove' | 'ridge' | 'inset' | 'outset';
}

export const readBorder: Reader<Border> = /* @__PURE__ */ object({ size: number }, { color: first(text, readThemedColor), style: oneOf('solid', 'dashed', 'dotted', 'double', 'groove', 'ridge', 'inset', 'outset') });

export interface BorderSides {
  top?: number | Border;
  right?: number | Border;
  bottom?: number | Border;
  left?: number | Border;
  x?: number | Border;
  y?: number | Border;
}

export const readBorderSides: Reader<BorderSides> = /* @__PURE__ */ object({}, { top: first(number, readBorder), right: first(number, readBorder), bottom: first(number, readBorder), left: first(number, readBorder), x: first(number, readBorder), y: first(number, readBorder) });

export interface Sides {
  top?: number | string;
  right?: number | string;
  bottom?: number | string;
  left?: number | string;
  x?: number | string;
  y?: number | string;
}

export const readSides: Reader<Sides> = /* @__PURE__ */ object({}, { top: first(number, text), right: first(number, text), bottom: first(number, text), left: first(number, text), x: first(number, text), y: first(number, text) });

export interface Status {
  text: string;
  icon?: string;
  favicon?: string;
  frame?: boolean;
}

export const readStatus: Reader<Status> = /* @__PURE__ */ object({ text: words }, { icon: words, favicon: words, frame: flag });

export interface CardAction {
  label: string;
  action: ActionConfig;
}

export const readCardAction: Reader<CardAction> = /* @__PURE__ */ object({ label: words, action: readActionConfig });

export interface TextField {
  name: string;
  autoFocus?: boolean;
  autoSelect?: boolean;
  autoComplete?: string;
  allowAutofillExtensions?: boolean;
  pattern?: string;
  placeholder?: string;
  required?: boolean;
}

export const readTextField: Reader<TextField> = /* @__PURE__ */ object({ name: words }, { autoFocus: flag, autoSelect: flag, autoComplete: words, allowAutofillExtensions: flag, pattern: words, placeholder: words, required: flag });

export interface SelectOption {
  value?: string;
  label?: string;
  disabled?: boolean;
  description?: string;
}

export const readSelectOption: Reader<SelectOption> = /* @__PURE__ */ object({}, { value: words, label: words, disabled: flag, description: words });

export interface RadioOption {
  value?: string;
  label?: string;
  disabled?: boolean;
}

export const readRadioOption: Reader<RadioOption> = /* @__PURE__ */ object({}, { value: words, label: words, disabled: flag });

export interface BarSeries {
  type: 'bar';
  dataKey: string;
  label?: string;
  stack?: string;
  color?: string | ThemedColor;
}

export const readBarSeries: Reader<BarSeries> = /* @__PURE__ */ object({ type: oneOf('bar'), dataKey: words }, { label: words, stack: words, color: first(text, readThemedColor) });

export interface AreaSeries {
  type: 'area';
  dataKey: string;
  label?: string;
  stack?: string;
  color?: string | ThemedColor;
  curveType?: 'basis' | 'basisClosed' | 'basisOpen' | 'bumpX' | 'bumpY' | 'bump' | 'linear' | 'linearClosed' | 'natural' | 'monotoneX' | 'monotoneY' | 'monotone' | 'step' | 'stepBefore' | 'stepAfter';
}

export const readAreaSeries: Reader<AreaSeries> = /* @__PURE__ */ object({ type: oneOf('area'), dataKey: words }, { label: words, stack: words, color: first(text, readThemedColor), curveType: oneOf('basis', 'basisClosed', 'basisOpen', 'bumpX', 'bumpY', 'bump', 'linear', 'linearClosed', 'natural', 'monotoneX', 'monotoneY', 'monotone', 'step', 'stepBefore', 'stepAfter') });

export interface LineSeries {
  type: 'line';
  dataKey: string;
  label?: string;
  color?: string | ThemedColor;
  curveType?: 'basis' | 'basisClosed' | 'basisOpen' | 'bumpX' | 'bumpY' | 'bump' | 'linear' | 'linearClosed' | 'natural' | 'monotoneX' | 'monotoneY' | 'monotone' | 'step' | 'stepBefore' | 'stepAfter';
}

export const readLineSeries: Reader<LineSeries> = /* @__PURE__ */ object({ type: oneOf('line'), dataKey: words }, { label: words, color: first(text, readThemedColor), curveType: oneOf('basis', 'basisClosed', 'basisOpen', 'bumpX', 'bumpY', 'bump', 'linear', 'linearClosed', 'natural', 'monotoneX', 'monotoneY', 'monotone', 'step', 'stepBefore', 'stepAfter') });

export type ChartSeries = BarSeries | AreaSeries | LineSeries;

export const readChartSeries: Reader<ChartSeries> = /* @__PURE__ */ first(readBarSeries, readAreaSeries, readLineSeries);

export interface Axis {
  dataKey?: string;
  hide?: boolean;
  labels?: Record<string, string>;
}

export const readAxis: Reader<Axis> = /* @__PURE__ */ object({}, { dataKey: words, hide: flag, labels: map(words) });

export interface CardProps {
  asForm?: boolean;
  background?: string | ThemedColor;
  border?: number | Border | BorderSides;
  size?: 'sm' | 'md' | 'lg' | 'full';
  padding?: number | string | Sides;
  status?: Status;
  collapsed?: boolean;
  confirm?: CardAction;
  cancel?: CardAction;
  theme?: 'light' | 'dark';
}

export const readCardProps = /* @__PURE__ */ members<CardProps>({
  asForm: flag,
  background: first(text, readThemedColor),
  border: first(first(number, readBorder), readBorderSides),
  size: oneOf('sm', 'md', 'lg', 'full'),
  padding: first(first(number, text), readSides),
  status: readStatus,
  collapsed: flag,
  confirm: readCardAction,
  cancel: readCardAction,
  theme: oneOf('light', 'dark'),
});

export interface ListViewProps {
  limit?: number | 'auto';
  status?: Status;
  theme?: 'light' | 'dark';
}

export const readListViewProps = /* @__PURE__ */ members<ListViewProps>({
  limit: first(number, oneOf('auto')),
  status: readStatus,
  theme: oneOf('light', 'dark'),
});

export interface ListViewItemProps {
  onClickAction?: ActionConfig;
  gap?: number | string;
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
}

export const readListViewItemProps = /* @__PURE__ */ members<ListViewItemProps>({
  onClickAction: readActionConfig,
  gap: first(number, text),
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
});

export interface BasicProps {
  theme?: 'light' | 'dark';
  direction?: 'row' | 'col';
  gap?: number | string;
  padding?: number | string | Sides;
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  justify?: 'start' | 'center' | 'end' | 'between' | 'around' | 'evenly' | 'stretch';
  wrap?: 'nowrap' | 'wrap' | 'wrap-reverse';
  flex?: number | string;
  margin?: number | string | Sides;
  border?: number | Border | BorderSides;
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  background?: string | ThemedColor;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readBasicProps = /* @__PURE__ */ members<BasicProps>({
  theme: oneOf('light', 'dark'),
  direction: oneOf('row', 'col'),
  gap: first(number, text),
  padding: first(first(number, text), readSides),
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
  justify: oneOf('start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'),
  wrap: oneOf('nowrap', 'wrap', 'wrap-reverse'),
  flex: first(number, text),
  margin: first(first(number, text), readSides),
  border: first(first(number, readBorder), readBorderSides),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  background: first(text, readThemedColor),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface BoxProps {
  direction?: 'row' | 'col';
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  justify?: 'start' | 'center' | 'end' | 'between' | 'around' | 'evenly' | 'stretch';
  wrap?: 'nowrap' | 'wrap' | 'wrap-reverse';
  flex?: number | string;
  gap?: number | string;
  padding?: number | string | Sides;
  margin?: number | string | Sides;
  border?: number | Border | BorderSides;
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  background?: string | ThemedColor;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readBoxProps = /* @__PURE__ */ members<BoxProps>({
  direction: oneOf('row', 'col'),
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
  justify: oneOf('start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'),
  wrap: oneOf('nowrap', 'wrap', 'wrap-reverse'),
  flex: first(number, text),
  gap: first(number, text),
  padding: first(first(number, text), readSides),
  margin: first(first(number, text), readSides),
  border: first(first(number, readBorder), readBorderSides),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  background: first(text, readThemedColor),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface RowProps {
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  justify?: 'start' | 'center' | 'end' | 'between' | 'around' | 'evenly' | 'stretch';
  wrap?: 'nowrap' | 'wrap' | 'wrap-reverse';
  flex?: number | string;
  gap?: number | string;
  padding?: number | string | Sides;
  margin?: number | string | Sides;
  border?: number | Border | BorderSides;
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  background?: string | ThemedColor;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readRowProps = /* @__PURE__ */ members<RowProps>({
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
  justify: oneOf('start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'),
  wrap: oneOf('nowrap', 'wrap', 'wrap-reverse'),
  flex: first(number, text),
  gap: first(number, text),
  padding: first(first(number, text), readSides),
  margin: first(first(number, text), readSides),
  border: first(first(number, readBorder), readBorderSides),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  background: first(text, readThemedColor),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface ColProps {
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  justify?: 'start' | 'center' | 'end' | 'between' | 'around' | 'evenly' | 'stretch';
  wrap?: 'nowrap' | 'wrap' | 'wrap-reverse';
  flex?: number | string;
  gap?: number | string;
  padding?: number | string | Sides;
  margin?: number | string | Sides;
  border?: number | Border | BorderSides;
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  background?: string | ThemedColor;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readColProps = /* @__PURE__ */ members<ColProps>({
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
  justify: oneOf('start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'),
  wrap: oneOf('nowrap', 'wrap', 'wrap-reverse'),
  flex: first(number, text),
  gap: first(number, text),
  padding: first(first(number, text), readSides),
  margin: first(first(number, text), readSides),
  border: first(first(number, readBorder), readBorderSides),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  background: first(text, readThemedColor),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface FormProps {
  onSubmitAction?: ActionConfig;
  direction?: 'row' | 'col';
  align?: 'start' | 'center' | 'end' | 'baseline' | 'stretch';
  justify?: 'start' | 'center' | 'end' | 'between' | 'around' | 'evenly' | 'stretch';
  wrap?: 'nowrap' | 'wrap' | 'wrap-reverse';
  flex?: number | string;
  gap?: number | string;
  padding?: number | string | Sides;
  margin?: number | string | Sides;
  border?: number | Border | BorderSides;
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  background?: string | ThemedColor;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readFormProps = /* @__PURE__ */ members<FormProps>({
  onSubmitAction: readActionConfig,
  direction: oneOf('row', 'col'),
  align: oneOf('start', 'center', 'end', 'baseline', 'stretch'),
  justify: oneOf('start', 'center', 'end', 'between', 'around', 'evenly', 'stretch'),
  wrap: oneOf('nowrap', 'wrap', 'wrap-reverse'),
  flex: first(number, text),
  gap: first(number, text),
  padding: first(first(number, text), readSides),
  margin: first(first(number, text), readSides),
  border: first(first(number, readBorder), readBorderSides),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  background: first(text, readThemedColor),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface SpacerProps {
  minSize?: number | string;
}

export const readSpacerProps = /* @__PURE__ */ members<SpacerProps>({
  minSize: first(number, text),
});

export interface DividerProps {
  color?: string | ThemedColor;
  size?: number | string;
  spacing?: number | string;
  flush?: boolean;
}

export const readDividerProps = /* @__PURE__ */ members<DividerProps>({
  color: first(text, readThemedColor),
  size: first(number, text),
  spacing: first(number, text),
  flush: flag,
});

export interface TextProps {
  value?: string;
  streaming?: boolean;
  italic?: boolean;
  lineThrough?: boolean;
  color?: string | ThemedColor;
  weight?: 'normal' | 'medium' | 'semibold' | 'bold';
  width?: number | string;
  size?: 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  textAlign?: 'start' | 'center' | 'end';
  truncate?: boolean;
  minLines?: number;
  maxLines?: number;
  editable?: TextField;
}

export const readTextProps = /* @__PURE__ */ members<TextProps>({
  value: words,
  streaming: flag,
  italic: flag,
  lineThrough: flag,
  color: first(text, readThemedColor),
  weight: oneOf('normal', 'medium', 'semibold', 'bold'),
  width: first(number, text),
  size: oneOf('xs', 'sm', 'md', 'lg', 'xl'),
  textAlign: oneOf('start', 'center', 'end'),
  truncate: flag,
  minLines: number,
  maxLines: number,
  editable: readTextField,
});

export interface TitleProps {
  value?: string;
  color?: string | ThemedColor;
  weight?: 'normal' | 'medium' | 'semibold' | 'bold';
  size?: 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | '5xl';
  textAlign?: 'start' | 'center' | 'end';
  truncate?: boolean;
  maxLines?: number;
}

export const readTitleProps = /* @__PURE__ */ members<TitleProps>({
  value: words,
  color: first(text, readThemedColor),
  weight: oneOf('normal', 'medium', 'semibold', 'bold'),
  size: oneOf('sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', '5xl'),
  textAlign: oneOf('start', 'center', 'end'),
  truncate: flag,
  maxLines: number,
});

export interface CaptionProps {
  value?: string;
  color?: string | ThemedColor;
  weight?: 'normal' | 'medium' | 'semibold' | 'bold';
  size?: 'sm' | 'md' | 'lg';
  textAlign?: 'start' | 'center' | 'end';
  truncate?: boolean;
  maxLines?: number;
}

export const readCaptionProps = /* @__PURE__ */ members<CaptionProps>({
  value: words,
  color: first(text, readThemedColor),
  weight: oneOf('normal', 'medium', 'semibold', 'bold'),
  size: oneOf('sm', 'md', 'lg'),
  textAlign: oneOf('start', 'center', 'end'),
  truncate: flag,
  maxLines: number,
});

export interface MarkdownProps {
  value?: string;
  streaming?: boolean;
}

export const readMarkdownProps = /* @__PURE__ */ members<MarkdownProps>({
  value: words,
  streaming: flag,
});

export interface BadgeProps {
  label?: string;
  color?: 'secondary' | 'success' | 'danger' | 'warning' | 'info' | 'discovery';
  variant?: 'solid' | 'soft' | 'outline';
  size?: 'sm' | 'md' | 'lg';
  pill?: boolean;
}

export const readBadgeProps = /* @__PURE__ */ members<BadgeProps>({
  label: words,
  color: oneOf('secondary', 'success', 'danger', 'warning', 'info', 'discovery'),
  variant: oneOf('solid', 'soft', 'outline'),
  size: oneOf('sm', 'md', 'lg'),
  pill: flag,
});

export interface IconProps {
  name?: string;
  color?: string | ThemedColor;
  size?: 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
}

export const readIconProps = /* @__PURE__ */ members<IconProps>({
  name: words,
  color: first(text, readThemedColor),
  size: oneOf('xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
});

export interface ImageProps {
  src?: string;
  alt?: string;
  fit?: 'cover' | 'contain' | 'fill' | 'scale-down' | 'none';
  position?: 'top left' | 'top' | 'top right' | 'left' | 'center' | 'right' | 'bottom left' | 'bottom' | 'bottom right';
  radius?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl' | '4xl' | 'full' | '100%' | 'none';
  frame?: boolean;
  flush?: boolean;
  margin?: number | string | Sides;
  background?: string | ThemedColor;
  flex?: number | string;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readImageProps = /* @__PURE__ */ members<ImageProps>({
  src: words,
  alt: words,
  fit: oneOf('cover', 'contain', 'fill', 'scale-down', 'none'),
  position: oneOf('top left', 'top', 'top right', 'left', 'center', 'right', 'bottom left', 'bottom', 'bottom right'),
  radius: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl', '4xl', 'full', '100%', 'none'),
  frame: flag,
  flush: flag,
  margin: first(first(number, text), readSides),
  background: first(text, readThemedColor),
  flex: first(number, text),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface ButtonProps {
  label?: string;
  submit?: boolean;
  onClickAction?: ActionConfig;
  iconStart?: string;
  iconEnd?: string;
  style?: 'primary' | 'secondary';
  iconSize?: 'sm' | 'md' | 'lg' | 'xl' | '2xl';
  color?: 'primary' | 'secondary' | 'info' | 'discovery' | 'success' | 'caution' | 'warning' | 'danger';
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  pill?: boolean;
  uniform?: boolean;
  block?: boolean;
  disabled?: boolean;
}

export const readButtonProps = /* @__PURE__ */ members<ButtonProps>({
  label: words,
  submit: flag,
  onClickAction: readActionConfig,
  iconStart: words,
  iconEnd: words,
  style: oneOf('primary', 'secondary'),
  iconSize: oneOf('sm', 'md', 'lg', 'xl', '2xl'),
  color: oneOf('primary', 'secondary', 'info', 'discovery', 'success', 'caution', 'warning', 'danger'),
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  pill: flag,
  uniform: flag,
  block: flag,
  disabled: flag,
});

export interface SelectProps {
  name?: string;
  onChangeAction?: ActionConfig;
  placeholder?: string;
  defaultValue?: string;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  pill?: boolean;
  block?: boolean;
  clearable?: boolean;
  disabled?: boolean;
  searchable?: boolean;
  ariaLabel?: string;
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
}

export const readSelectProps = /* @__PURE__ */ members<SelectProps>({
  name: words,
  onChangeAction: readActionConfig,
  placeholder: words,
  defaultValue: words,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  pill: flag,
  block: flag,
  clearable: flag,
  disabled: flag,
  searchable: flag,
  ariaLabel: words,
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
});

export interface DatePickerProps {
  name?: string;
  onChangeAction?: ActionConfig;
  placeholder?: string;
  defaultValue?: string;
  min?: string;
  max?: string;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  pill?: boolean;
  block?: boolean;
  clearable?: boolean;
  disabled?: boolean;
  ariaLabel?: string;
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
}

export const readDatePickerProps = /* @__PURE__ */ members<DatePickerProps>({
  name: words,
  onChangeAction: readActionConfig,
  placeholder: words,
  defaultValue: words,
  min: words,
  max: words,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  side: oneOf('top', 'bottom', 'left', 'right'),
  align: oneOf('start', 'center', 'end'),
  pill: flag,
  block: flag,
  clearable: flag,
  disabled: flag,
  ariaLabel: words,
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
});

export interface CheckboxProps {
  name?: string;
  label?: string;
  defaultChecked?: boolean;
  onChangeAction?: ActionConfig;
  disabled?: boolean;
  required?: boolean;
  ariaLabel?: string;
  placeholder?: string;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  pill?: boolean;
  block?: boolean;
}

export const readCheckboxProps = /* @__PURE__ */ members<CheckboxProps>({
  name: words,
  label: words,
  defaultChecked: flag,
  onChangeAction: readActionConfig,
  disabled: flag,
  required: flag,
  ariaLabel: words,
  placeholder: words,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
  pill: flag,
  block: flag,
});

export interface RadioGroupProps {
  name?: string;
  ariaLabel?: string;
  onChangeAction?: ActionConfig;
  defaultValue?: string;
  direction?: 'row' | 'col';
  disabled?: boolean;
  required?: boolean;
  placeholder?: string;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  pill?: boolean;
  block?: boolean;
}

export const readRadioGroupProps = /* @__PURE__ */ members<RadioGroupProps>({
  name: words,
  ariaLabel: words,
  onChangeAction: readActionConfig,
  defaultValue: words,
  direction: oneOf('row', 'col'),
  disabled: flag,
  required: flag,
  placeholder: words,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
  pill: flag,
  block: flag,
});

export interface InputProps {
  name?: string;
  inputType?: 'number' | 'email' | 'text' | 'password' | 'tel' | 'url';
  defaultValue?: string;
  required?: boolean;
  pattern?: string;
  placeholder?: string;
  allowAutofillExtensions?: boolean;
  autoSelect?: boolean;
  autoFocus?: boolean;
  disabled?: boolean;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  pill?: boolean;
  ariaLabel?: string;
  onChangeAction?: ActionConfig;
  block?: boolean;
}

export const readInputProps = /* @__PURE__ */ members<InputProps>({
  name: words,
  inputType: oneOf('number', 'email', 'text', 'password', 'tel', 'url'),
  defaultValue: words,
  required: flag,
  pattern: words,
  placeholder: words,
  allowAutofillExtensions: flag,
  autoSelect: flag,
  autoFocus: flag,
  disabled: flag,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
  pill: flag,
  ariaLabel: words,
  onChangeAction: readActionConfig,
  block: flag,
});

export interface TextareaProps {
  name?: string;
  defaultValue?: string;
  required?: boolean;
  pattern?: string;
  placeholder?: string;
  autoSelect?: boolean;
  autoFocus?: boolean;
  disabled?: boolean;
  variant?: 'solid' | 'soft' | 'outline' | 'ghost';
  size?: '3xs' | '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl' | '2xl' | '3xl';
  gutterSize?: '2xs' | 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  rows?: number;
  autoResize?: boolean;
  maxRows?: number;
  allowAutofillExtensions?: boolean;
  ariaLabel?: string;
  onChangeAction?: ActionConfig;
  pill?: boolean;
  block?: boolean;
}

export const readTextareaProps = /* @__PURE__ */ members<TextareaProps>({
  name: words,
  defaultValue: words,
  required: flag,
  pattern: words,
  placeholder: words,
  autoSelect: flag,
  autoFocus: flag,
  disabled: flag,
  variant: oneOf('solid', 'soft', 'outline', 'ghost'),
  size: oneOf('3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'),
  gutterSize: oneOf('2xs', 'xs', 'sm', 'md', 'lg', 'xl'),
  rows: number,
  autoResize: flag,
  maxRows: number,
  allowAutofillExtensions: flag,
  ariaLabel: words,
  onChangeAction: readActionConfig,
  pill: flag,
  block: flag,
});

export interface LabelProps {
  value?: string;
  fieldName?: string;
  size?: 'xs' | 'sm' | 'md' | 'lg' | 'xl';
  weight?: 'normal' | 'medium' | 'semibold' | 'bold';
  textAlign?: 'start' | 'center' | 'end';
  color?: string | ThemedColor;
}

export const readLabelProps = /* @__PURE__ */ members<LabelProps>({
  value: words,
  fieldName: words,
  size: oneOf('xs', 'sm', 'md', 'lg', 'xl'),
  weight: oneOf('normal', 'medium', 'semibold', 'bold'),
  textAlign: oneOf('start', 'center', 'end'),
  color: first(text, readThemedColor),
});

export interface ChartProps {
  xAxis?: string | Axis;
  showYAxis?: boolean;
  showLegend?: boolean;
  showTooltip?: boolean;
  barGap?: number;
  barCategoryGap?: number;
  flex?: number | string;
  height?: number | string;
  width?: number | string;
  size?: number | string;
  minHeight?: number | string;
  minWidth?: number | string;
  minSize?: number | string;
  maxHeight?: number | string;
  maxWidth?: number | string;
  maxSize?: number | string;
  aspectRatio?: number | string;
}

export const readChartProps = /* @__PURE__ */ members<ChartProps>({
  xAxis: first(text, readAxis),
  showYAxis: flag,
  showLegend: flag,
  showTooltip: flag,
  barGap: number,
  barCategoryGap: number,
  flex: first(number, text),
  height: first(number, text),
  width: first(number, text),
  size: first(number, text),
  minHeight: first(number, text),
  minWidth: first(number, text),
  minSize: first(number, text),
  maxHeight: first(number, text),
  maxWidth: first(number, text),
  maxSize: first(number, text),
  aspectRatio: first(number, text),
});

export interface TableRowProps {
  header?: boolean;
}

export const readTableRowProps = /* @__PURE__ */ members<TableRowProps>({
  header: flag,
});

export interface TableCellProps {
  width?: number | string;
  padding?: number | string | Sides;
  colSpan?: number;
  rowSpan?: number;
  align?: 'start' | 'center' | 'end';
  vAlign?: 'start' | 'center' | 'end';
  colSize?: 'xs' | 'sm' | 'md' | 'lg' | 'xl';
}

export const readTableCellProps = /* @__PURE__ */ members<TableCellProps>({
  width: first(number, text),
  padding: first(first(number, text), readSides),
  colSpan: number,
  rowSpan: number,
  align: oneOf('start', 'center', 'end'),
  vAlign: oneOf('start', 'center', 'end'),
  colSize: oneOf('xs', 'sm', 'md', 'lg', 'xl'),
});
