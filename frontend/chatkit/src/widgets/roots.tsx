// Cards and lists: the frames that widgets stand in.

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/icon.tsx';
import { Spinner } from '../parts/spinner.tsx';
import { childrenOf, readAction, type ActionConfig, type WidgetNode } from '../protocol/widget.ts';
import { oneOf, safeSpace } from '../safety/style.ts';
import { readImage } from '../safety/url.ts';
import { alignOf, backgroundStyle, borderStyle, clean, spaceStyle } from './box-style.ts';
import { FormScope, themeOf } from './layout.tsx';
import { Node, Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget, type ActionPlace } from './scope.ts';
import { useAction } from './use-action.ts';

/** Rows of a list shown before "show more" when the widget leaves it to us. */
const AUTO_LIMIT = 5;

export function Card({ node, depth }: NodeProps) {
  const content = <CardFrame node={node} depth={depth} />;
  return node.asForm === true ? <FormScope>{content}</FormScope> : content;
}

function CardFrame({ node, depth }: NodeProps) {
  const form = useRef<HTMLFormElement>(null);
  const confirm = cardAction(node.confirm);
  const cancel = cardAction(node.cancel);
  const footer = (confirm || cancel) && node.collapsed !== true && (
    <div class="w-card-footer">
      {cancel && <FooterButton {...cancel} place="cancel" />}
      {confirm && (
        <FooterButton {...confirm} place="confirm" allowed={() => form.current?.reportValidity() ?? true} />
      )}
    </div>
  );
  const style = clean({
    ...(backgroundStyle(node.background) as Record<string, string>),
    ...borderStyle(node.border),
  });
  const body = (
    <>
      <StatusLine status={node.status} />
      {node.collapsed !== true && (
        <div class={`w-card-body${Number(node.padding) === 0 ? ' is-filled' : ''}`} style={clean(spaceStyle('padding', node.padding) as Record<string, string>)}>
          <Nodes of={node} depth={depth} />
        </div>
      )}
      {footer}
    </>
  );
  const className = `w-card size-${oneOf(node.size, ['sm', 'md', 'lg', 'full']) ?? 'md'}`;
  if (node.asForm !== true) {
    return (
      <div class={className} data-theme={themeOf(node)} style={style}>
        {body}
      </div>
    );
  }
  return (
    <CardForm className={className} node={node} confirm={confirm?.action ?? null} style={style} formRef={form}>
      {body}
    </CardForm>
  );
}

interface CardFormProps {
  className: string;
  node: WidgetNode;
  confirm: ActionConfig | null;
  style: ReturnType<typeof clean>;
  formRef: { current: HTMLFormElement | null };
  children: ComponentChildren;
}

function CardForm({ className, node, confirm, style, formRef, children }: CardFormProps) {
  const submit = useAction(confirm, 'confirm');
  return (
    <form
      ref={formRef}
      class={className}
      data-theme={themeOf(node)}
      style={style}
      onSubmit={(event) => {
        event.preventDefault();
        submit.fire();
      }}
    >
      {children}
    </form>
  );
}

interface CardAction {
  label: string;
  action: ActionConfig;
}

function cardAction(value: unknown): CardAction | null {
  const { label, action } = (value ?? {}) as { label?: unknown; action?: unknown };
  const read = readAction(action);
  return read && typeof label === 'string' ? { label, action: read } : null;
}

interface FooterProps extends CardAction {
  place: ActionPlace;
  allowed?: () => boolean;
}

function FooterButton({ label, action, place, allowed = () => true }: FooterProps) {
  const { busy, disabled, fire } = useAction(action, place);
  const look = place === 'confirm' ? 'is-primary is-solid' : 'is-secondary is-outline';
  return (
    <button
      type="button"
      class={`w-button ${look} size-lg${busy ? ' is-busy' : ''}`}
      aria-disabled={disabled || undefined}
      aria-busy={busy || undefined}
      onClick={() => {
        if (allowed()) fire();
      }}
    >
      <span class="w-button-content" dir="auto">
        {label}
      </span>
      {busy && <Spinner />}
    </button>
  );
}

function StatusLine({ status }: { status: unknown }) {
  const { markdown } = useWidget();
  if (typeof status !== 'object' || status === null) return null;
  const { text, icon, favicon } = status as { text?: unknown; icon?: unknown; favicon?: unknown };
  if (typeof text !== 'string') return null;
  const image = typeof favicon === 'string' ? readImage(favicon, markdown.images) : null;
  return (
    <div class="w-status" dir="auto">
      {image?.kind === 'shown' && <img src={image.src} alt="" referrerPolicy="no-referrer" />}
      {typeof icon === 'string' && <Icon name={icon} />}
      <span>{text}</span>
    </div>
  );
}

export function ListView({ node }: NodeProps) {
  const { markdown } = useWidget();
  const [all, setAll] = useState(false);
  const items = childrenOf(node);
  const limit = node.limit === 'auto' ? AUTO_LIMIT : typeof node.limit === 'number' ? node.limit : items.length;
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, Math.max(1, limit));
  return (
    <div class="w-list" data-theme={themeOf(node)}>
      <StatusLine status={node.status} />
      <ul>
        {shown.map((item, index) => (
          <li key={item.key ?? item.id ?? index}>
            <Node node={item} depth={1} />
          </li>
        ))}
      </ul>
      {shown.length < items.length && (
        <button type="button" class="w-more" onClick={() => setAll(true)}>
          {markdown.t('action.more')}
          <Icon name="chevron-down" />
        </button>
      )}
    </div>
  );
}

export function ListViewItem({ node, depth }: NodeProps) {
  const config = readAction(node.onClickAction);
  const action = useAction(config, 'item');
  const style = clean({ gap: safeSpace(node.gap), alignItems: alignOf(node.align) });
  const content = <Nodes of={node} depth={depth} />;
  if (!config) {
    return (
      <div class="w-list-item" style={style}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      class={`w-list-item is-action${action.busy ? ' is-busy' : ''}`}
      style={style}
      aria-disabled={action.disabled || undefined}
      aria-busy={action.busy || undefined}
      onClick={() => action.fire()}
    >
      {content}
      {action.busy && <Spinner />}
    </button>
  );
}
