// Lists whose rows can be clickable.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/icon.tsx';
import { Spinner } from '../parts/spinner.tsx';
import { readListViewItemProps, readListViewProps } from '../protocol/generated/widgets.ts';
import { childrenOf, keyOf } from '../protocol/widget-node.ts';
import { safeSpace } from '../safety/style.ts';
import { alignOf, clean } from './box-style.ts';
import { Node, Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';
import { StatusLine } from './status-line.tsx';
import { useAction } from './use-action.ts';

/** How many rows to show before "show more" if the widget's limit is `auto`. */
const AUTO_LIMIT = 5;

export function ListView({ node, depth }: NodeProps) {
  const { markdown } = useWidget();
  const rows = useRef<HTMLUListElement>(null);
  const [all, setAll] = useState(false);
  const items = childrenOf(node);
  const { status, theme, limit: wanted = items.length } = readListViewProps(node);
  const limit = wanted === 'auto' ? AUTO_LIMIT : Math.max(1, wanted);
  const shown = all ? items : items.slice(0, limit);
  useEffect(() => {
    // The focused button is gone, so move the focus to the first new row.
    if (all) (rows.current?.children[limit] as HTMLElement | undefined)?.focus();
  }, [all]);
  if (items.length === 0 && !status) return null;
  return (
    <div class="w-list" data-theme={theme}>
      {status && <StatusLine status={status} />}
      <ul ref={rows}>
        {shown.map((item, index) => (
          <li key={keyOf(item) ?? index} tabIndex={all && index === limit ? -1 : undefined}>
            <Node node={item} depth={depth + 1} />
          </li>
        ))}
      </ul>
      {shown.length < items.length && (
        <button type="button" class="w-more" onClick={() => setAll(true)}>
          {markdown.t('widget.more', { n: items.length - shown.length })}
          <Icon name="chevron-down" />
        </button>
      )}
    </div>
  );
}

export function ListViewItem({ node, depth }: NodeProps) {
  const { onClickAction: config, gap, align } = readListViewItemProps(node);
  const { busy, disabled, fire } = useAction(config, 'item');
  const contentId = useId();
  const style = clean({ gap: safeSpace(gap), alignItems: alignOf(align) });
  return (
    <div class={`w-list-item${config ? ' is-action' : ''}${busy ? ' is-busy' : ''}`}>
      {config && (
        // The button lies beneath the content, which may contain buttons itself, because nested buttons are invalid.
        <button
          type="button"
          class="w-cover"
          aria-labelledby={contentId}
          aria-disabled={disabled || undefined}
          aria-busy={busy || undefined}
          onClick={() => fire()}
        />
      )}
      <div id={contentId} class="w-list-content" style={style}>
        <Nodes of={node} depth={depth} />
      </div>
      {busy && <Spinner />}
    </div>
  );
}
