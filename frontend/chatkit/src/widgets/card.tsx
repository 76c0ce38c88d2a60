// Cards: a frame with a status line, a body, and a footer that confirms or cancels.

import type { ComponentChildren, CSSProperties } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from '../icons/icon.tsx';
import { readCardProps, readTextProps, type CardAction, type CardProps } from '../protocol/generated/widgets.ts';
import { childrenOf, type WidgetNode } from '../protocol/widget-node.ts';
import { safeSpace } from '../safety/style.ts';
import { backgroundStyle, borderStyle, clean, spaceStyle } from './box-style.ts';
import { ButtonFrame } from './button.tsx';
import { FormFrame } from './form.tsx';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';
import { StatusLine } from './status-line.tsx';
import { useAction } from './use-action.ts';

export function Card({ node, depth }: NodeProps) {
  const props = readCardProps(node);
  const { confirm, cancel, status, collapsed, asForm, theme, size = 'md' } = props;
  const body = (
    <div class={`w-card-body${isZero(props.padding) ? ' is-filled' : ''}`} style={bodyStyle(props)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
  const content = (
    <>
      {status && !collapsed && <StatusLine status={status} />}
      {collapsed ? <Folded summary={status?.text ?? firstWords(node)}>{body}</Folded> : body}
      {(confirm || cancel) && !collapsed && (
        <div class="w-card-footer">
          {cancel && <ActionButton {...cancel} place="cancel" />}
          {confirm && (asForm ? <SubmitButton label={confirm.label} /> : <ActionButton {...confirm} place="confirm" />)}
        </div>
      )}
    </>
  );
  const className = `w-card size-${size}`;
  const style = clean({ ...backgroundStyle(props.background), ...borderStyle(props.border) });
  if (!asForm) {
    return (
      <div class={className} data-theme={theme} style={style}>
        {content}
      </div>
    );
  }
  return (
    <FormFrame class={className} style={style} theme={theme} action={confirm?.action} place="confirm">
      {content}
    </FormFrame>
  );
}

/** Folds the content of a finished card away, but lets the reader open it. */
function Folded({ summary, children }: { summary: string; children: ComponentChildren }) {
  const { markdown } = useWidget();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button type="button" class="w-fold" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <Icon name="check" />
        <span dir="auto">{summary === '' ? markdown.t('widget.folded') : summary}</span>
        <Icon name="chevron-down" class="w-fold-mark" />
      </button>
      {open && <div id={id}>{children}</div>}
    </>
  );
}

function ActionButton({ label, action, place }: CardAction & { place: 'confirm' | 'cancel' }) {
  const { busy, disabled, fire } = useAction(action, place);
  return (
    <ButtonFrame type="button" class={lookOf(place)} busy={busy} waits={disabled} onClick={() => fire()}>
      <span dir="auto">{label}</span>
    </ButtonFrame>
  );
}

/** Confirming a form submits it: fields are validated first, and Enter does the same. */
function SubmitButton({ label }: { label: string }) {
  const { submit } = useWidget();
  const waits = submit?.disabled === true;
  return (
    <ButtonFrame
      type="submit"
      class={lookOf('confirm')}
      busy={submit?.busy === true}
      waits={waits}
      onClick={(event) => waits && event.preventDefault()}
    >
      <span dir="auto">{label}</span>
    </ButtonFrame>
  );
}

function lookOf(place: 'confirm' | 'cancel'): string {
  return place === 'confirm' ? 'is-primary is-solid size-lg' : 'is-secondary is-outline size-lg';
}

function bodyStyle({ padding }: CardProps): CSSProperties {
  const sides = typeof padding === 'object' ? padding : { x: padding, y: padding };
  const inline = sides.x ?? sides.left ?? sides.right;
  const block = sides.y ?? sides.top;
  return clean({
    ...spaceStyle('padding', padding),
    // Content that is flush with the card's edge extends over this much padding.
    '--pad-inline': lengthOrZero(inline),
    '--pad-block': lengthOrZero(block),
  });
}

/** A bare zero is not a valid length inside `calc()`. */
function lengthOrZero(value: number | string | undefined): string | undefined {
  return isZero(value) ? '0px' : safeSpace(value);
}

function isZero(value: CardProps['padding']): boolean {
  return typeof value !== 'object' && Number.parseFloat(String(value)) === 0;
}

function firstWords(node: WidgetNode, depth = 0): string {
  for (const child of depth < 6 ? childrenOf(node) : []) {
    const own = child.type === 'Title' || child.type === 'Text' ? readTextProps(child).value : undefined;
    const words = own || firstWords(child, depth + 1);
    if (words !== '') return words.slice(0, 120);
  }
  return '';
}
