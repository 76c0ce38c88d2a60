// The bar above the thread: the title, and buttons that lead to other threads.

import type { MessageKey } from '../../i18n/en.ts';
import { IconButton } from '../../parts/icon-button.tsx';
import { useActions, useConversation, useHistory, useOptions, useTranslate } from '../context.ts';

export function Header() {
  const actions = useActions();
  const options = useOptions();
  const t = useTranslate();
  const { header, history } = options.value;
  const threadTitle = useConversation().meta.value?.title;
  const title = header.title?.enabled === false ? '' : (header.title?.text ?? threadTitle ?? '');
  const historyOpen = useHistory().open.value;
  const { leftAction, rightAction } = header;
  // Read the handler when it is clicked, because a new handler does not cause a new rendering.
  const act = (side: 'leftAction' | 'rightAction') => () => options.peek().header[side]?.onClick();
  return (
    <div class="header" part="header">
      <slot name="header-start" />
      {leftAction && (
        <IconButton icon={leftAction.icon} label={t(actionName(leftAction.icon))} onClick={act('leftAction')} />
      )}
      <h2 class={title === '' ? 'visually-hidden' : 'header-title'} part="title" title={title} dir="auto">
        {title === '' ? t('frame.title') : title}
      </h2>
      {rightAction && (
        <IconButton icon={rightAction.icon} label={t(actionName(rightAction.icon))} onClick={act('rightAction')} />
      )}
      {history.enabled && (
        <IconButton
          icon="history"
          label={t('header.history')}
          hasPopup="dialog"
          expanded={historyOpen}
          class="header-history"
          onClick={() => actions.showHistory()}
        />
      )}
      <IconButton icon="compose" label={t('header.new')} onClick={() => actions.newThread()} />
      <slot name="header-end" />
    </div>
  );
}

/** The options give these buttons no labels, so they are named after their icons. The first match wins. */
const NAMES: readonly (readonly [part: string, name: MessageKey])[] = [
  ['sidebar', 'icon.sidebar'], ['double-chevron', 'icon.sidebar'], ['collapse', 'icon.collapse'], ['expand', 'icon.expand'],
  ['open', 'icon.expand'], ['back', 'icon.back'], ['home', 'icon.home'], ['star', 'icon.star'], ['bug', 'icon.bug'],
  ['temporary', 'icon.temporary'], ['settings', 'icon.settings'], ['grid', 'icon.apps'], ['dots', 'icon.more'],
  ['menu', 'icon.menu'], ['hamburger', 'icon.menu'], ['history', 'header.history'], ['compose', 'header.new'], ['share', 'icon.share'],
  ['light', 'icon.light'], ['dark', 'icon.dark'], ['close', 'icon.close'],
];

function actionName(icon: string): MessageKey {
  if (icon.startsWith('book')) return 'icon.book';
  return NAMES.find(([part]) => icon.includes(part))?.[1] ?? 'icon.more';
}
