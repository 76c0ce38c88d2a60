// The bar above the thread: its title, and the ways to other threads.

import { IconButton } from '../../parts/icon-button.tsx';
import { useChat, useTranslate } from '../context.ts';

export function Header() {
  const chat = useChat();
  const t = useTranslate();
  const { header, history } = chat.options.value;
  const threadTitle = chat.conversation.meta.value?.title;
  const title = header.title?.enabled === false ? '' : (header.title?.text ?? threadTitle ?? '');
  const { leftAction, rightAction } = header;
  // Read at the click: a handler that is new changes nothing on screen.
  const act = (side: 'leftAction' | 'rightAction') => () => chat.options.peek().header[side]?.onClick();
  return (
    <header class="header" part="header">
      <slot name="header-start" />
      {leftAction && (
        <IconButton icon={leftAction.icon} label={actionLabel(leftAction.icon)} onClick={act('leftAction')} />
      )}
      <h2 class={title === '' ? 'visually-hidden' : 'header-title'} part="title" title={title}>
        <bdi>{title === '' ? t('frame.title') : title}</bdi>
      </h2>
      {rightAction && (
        <IconButton icon={rightAction.icon} label={actionLabel(rightAction.icon)} onClick={act('rightAction')} />
      )}
      {history.enabled && (
        <IconButton
          icon="history"
          label={t('header.history')}
          hasPopup="dialog"
          expanded={chat.historyOpen.value}
          class="header-history"
          onClick={() => chat.showHistory()}
        />
      )}
      <IconButton icon="compose" label={t('header.new')} onClick={() => chat.newThread()} />
      <slot name="header-end" />
    </header>
  );
}

/** The options give no words for these buttons, but the names of their icons are words. */
function actionLabel(icon: string): string {
  const words = icon.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
