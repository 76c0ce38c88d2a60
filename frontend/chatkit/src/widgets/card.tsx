// Cards: a frame with a status line, a body, and a footer that confirms or cancels.

import type { ComponentChildren, CSSProperties } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from '../icons/icon.tsx';
import { readAction, type ActionConfig } from '../protocol/action.ts';
import { childrenOf, type WidgetNode } from '../protocol/widget-node.ts';
import { oneOf, safeSpace } from '../safety/style.ts';
import { backgroundStyle, borderStyle, clean, spaceStyle } from './box-style.ts';
import { ButtonFrame } from './button.tsx';
import { FormFrame } from './form.tsx';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';
import { readStatus, StatusLine } from './status-line.tsx';
import { themeOf } from './theme-of.ts';
import { useAction } from './use-action.ts';

export function Card({ node, depth }: NodeProps) {
  const confirm = readFooterAction(node.confirm);
  const cancel = readFooterAction(node.cancel);
  const status = readStatus(node.status);
  const collapsed = node.collapsed === true;
  const isForm = node.asForm === true;
  const body = (
    <div class={`w-card-body${isZero(node.padding) ? ' is-filled' : ''}`} style={bodyStyle(node)}>
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
          {confirm && (isForm ? <SubmitButton label={confirm.label} /> : <ActionButton {...confirm} place="confirm" />)}
        </div>
      )}
    </>
  );
  const className = `w-card size-${oneOf(node.size, ['sm', 'md', 'lg', 'full']) ?? 'md'}`;
  const style = clean({ ...(backgroundStyle(node.background) as Record<string, string>), ...borderStyle(node.border) });
  if (!isForm) {
    return (
      <div class={className} data-theme={themeOf(node)} style={style}>
        {content}
      </div>
    );
  }
  return (
    <FormFrame class={className} style={style} theme={themeOf(node)} action={confirm?.action ?? null} place="confirm">
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

interface FooterAction {
  label: string;
  action: ActionConfig;
}

function readFooterAction(value: unknown): FooterAction | null {
  const { label, action } = (value ?? {}) as { label?: unknown; action?: unknown };
  const read = readAction(action);
  return read && typeof label === 'string' ? { label, action: read } : null;
}

function ActionButton({ label, action, place }: FooterAction & { place: 'confirm' | 'cancel' }) {
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

function bodyStyle(node: WidgetNode): CSSProperties {
  const { padding } = node;
  const side = typeof padding === 'object' && padding !== null ? (padding as Record<string, unknown>) : null;
  const inline = side ? (side.x ?? side.left ?? side.right) : padding;
  const block = side ? (side.y ?? side.top) : padding;
  return clean({
    ...(spaceStyle('padding', padding) as Record<string, string>),
    // Content that is flush with the card's edge extends over this much padding.
    '--pad-inline': inline === undefined ? undefined : lengthOrZero(inline),
    '--pad-block': block === undefined ? undefined : lengthOrZero(block),
  });
}

/** A bare zero is not a valid length inside `calc()`. */
function lengthOrZero(value: unknown): string | undefined {
  return isZero(value) ? '0px' : safeSpace(value);
}

function isZero(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && Number.parseFloat(String(value)) === 0;
}

function firstWords(node: WidgetNode, depth = 0): string {
  for (const child of depth < 6 ? childrenOf(node) : []) {
    const own = child.type === 'Title' || child.type === 'Text' ? child.value : undefined;
    const words = typeof own === 'string' && own !== '' ? own : firstWords(child, depth + 1);
    if (words !== '') return words.slice(0, 120);
  }
  return '';
}
