// A widget in the thread, and the way its actions take.

import { useCallback, useId } from 'preact/hooks';
import type { Widgets } from '@openai/chatkit';
import type { WidgetItem } from '../../protocol/item.ts';
import type { ActionConfig } from '../../protocol/widget.ts';
import { Widget } from '../../widgets/lazy-widget.tsx';
import { useChat } from '../context.ts';
import { useMarkdownScope } from './use-markdown-scope.ts';

type PageWidget = Widgets.Card | Widgets.ListView | Widgets.BasicRoot;

export function WidgetEntry({ item }: { item: WidgetItem }) {
  const chat = useChat();
  const scope = useMarkdownScope();
  const domId = useId();
  const onAction = useCallback(
    async ({ type, payload, handler, streaming }: ActionConfig) => {
      if (handler === 'client') {
        const pageAction = { type, payload: payload as Record<string, unknown> | undefined };
        // The page's types describe what it may send; what arrived is at least a node.
        await chat.options.value.onWidgetAction?.(pageAction, { id: item.id, widget: item.widget as unknown as PageWidget });
      } else if (streaming) {
        await chat.conversation.action({ type, payload }, item.id);
      } else {
        await chat.conversation.syncAction({ type, payload }, item.id);
      }
    },
    [chat, item],
  );
  const blocked = useCallback(() => chat.conversation.phase.value !== 'idle', [chat]);
  const onCollision = useCallback(
    (key: string) => {
      const error = new Error(`The form value "${key}" was dropped: the action's payload has this key already.`);
      chat.emit('chatkit.error', { error });
    },
    [chat],
  );
  return (
    <div class="widget-row" part="card" data-row="">
      <Widget
        domId={domId}
        locale={chat.language.tag.value}
        root={item.widget}
        markdown={scope}
        blocked={blocked}
        onAction={onAction}
        onCollision={onCollision}
      />
    </div>
  );
}
