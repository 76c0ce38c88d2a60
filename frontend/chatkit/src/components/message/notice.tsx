// A passing remark of the server.

import { Icon } from '../../icons/icon.tsx';
import { Markdown } from '../../markdown/markdown.tsx';
import type { Notice } from '../../state/thread-state.ts';
import { useMarkdownScope } from './use-markdown-scope.ts';

export function NoticeView({ notice }: { notice: Notice }) {
  const scope = useMarkdownScope();
  return (
    <div class={`notice is-${notice.level}`} role={notice.level === 'danger' ? 'alert' : 'note'} data-row="">
      <Icon name={notice.level === 'info' ? 'info' : 'warning'} />
      <div dir="auto">
        {notice.title && <strong>{notice.title}</strong>}
        <Markdown text={notice.message} growing={false} scope={scope} />
      </div>
    </div>
  );
}
