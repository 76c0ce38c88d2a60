// A widget in the thread, and where its actions go.

import { useCallback, useId } from 'preact/hooks';
import type { Widgets } from '@openai/chatkit';
import type { WidgetItem } from '../../protocol/item.ts';
import type { ActionConfig } from '../../protocol/action.ts';
import { Widget } from '../../widgets/lazy-widget.tsx';
import { useActions, useConversation, useLanguage, useOptions } from '../context.ts';
import { useMarkdownScope } from './use-markdown-scope.ts';

type PageWidget = Widgets.Card | Widgets.ListView | Widgets.BasicRoot;

export function WidgetEntry({ item }: { item: WidgetItem }) {
  const actions = useActions();
  const conversation = useConversation();
  const language = useLanguage();
  const options = useOptions();
  const scope = useMarkdownScope();
  const domId = useId();
  const onAction = useCallback(
    async ({ type, payload, handler, streaming }: ActionConfig) => {
      if (handler === 'client') {
        const pageAction = { type, payload: payload as Record<string, unknown> | undefined };
        // The page's types describe a valid widget. All we know here is that it is a node.
        await options.peek().onWidgetAction?.(pageAction, { id: item.id, widget: item.widget as unknown as PageWidget });
      } else {
        await actions.act({ type, payload }, item.id, streaming);
      }
    },
    [actions, options, item],
  );
  // Read with `value`, because buttons call it while rendering and must follow the phase.
  const blocked = useCallback(() => conversation.phase.value !== 'idle', [conversation]);
  const onCollision = useCallback(
    (key: string) => {
      actions.report(new Error(`The form value "${key}" was dropped: the action's payload has this key already.`));
    },
    [actions],
  );
  return (
    <div class="widget-row" part="card" data-row="">
      <Widget
        domId={domId}
        locale={language.tag.value}
        root={item.widget}
        markdown={scope}
        blocked={blocked}
        onAction={onAction}
        onCollision={onCollision}
      />
    </div>
  );
}
