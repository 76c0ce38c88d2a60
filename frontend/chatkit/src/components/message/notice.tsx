// A passing remark of the server.

import { Icon } from '../../icons/icon.tsx';
import { Markdown } from '../../markdown/markdown.tsx';
import { wordsOfNotice } from '../../state/error-words.ts';
import type { Notice } from '../../state/thread-state.ts';
import { useTranslate } from '../context.ts';
import { useMarkdownScope } from './use-markdown-scope.ts';

export function NoticeView({ notice }: { notice: Notice }) {
  const scope = useMarkdownScope();
  const { title, message } = wordsOfNotice(notice, useTranslate());
  return (
    <div class={`notice is-${notice.level}`} role={notice.level === 'danger' ? 'alert' : 'note'} data-row="">
      <Icon name={notice.level === 'info' ? 'info' : 'warning'} />
      <div dir="auto">
        {title && <strong>{title}</strong>}
        <Markdown text={message} growing={false} scope={scope} />
      </div>
    </div>
  );
}
