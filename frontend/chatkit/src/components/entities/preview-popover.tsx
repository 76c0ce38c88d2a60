// The preview of an entity: a widget from the page, shown next to the entity.

import { useEffect, useId, useMemo } from 'preact/hooks';
import { Popover } from '../../parts/popover.tsx';
import { Spinner } from '../../parts/spinner.tsx';
import type { ActionConfig } from '../../protocol/action.ts';
import type { Preview } from '../../state/previews.ts';
import { addStyles } from '../../styles/sheet.ts';
import { Widget } from '../../widgets/lazy-widget.tsx';
import { useLanguage, useOptions, usePreviews, useTranslate } from '../context.ts';
import { useMarkdownScope } from '../message/use-markdown-scope.ts';
import css from './preview.css';

addStyles(css);

export function PreviewPopover({ preview }: { preview: Preview }) {
  const language = useLanguage();
  const options = useOptions();
  const previews = usePreviews();
  const t = useTranslate();
  const scope = useMarkdownScope();
  const id = useId();
  const { anchor, entity, root } = preview;
  const anchorRef = useMemo(() => ({ current: anchor }), [anchor]);

  useEffect(() => {
    anchor.setAttribute('aria-describedby', id);
    return () => anchor.removeAttribute('aria-describedby');
  }, [anchor, id]);

  const onAction = async ({ type, payload }: ActionConfig) => {
    const pageAction = { type, payload: payload as Record<string, unknown> | undefined };
    // The preview comes from the page, so its actions go to the page as well.
    await options.peek().onWidgetAction?.(pageAction, { id: entity.id, widget: root as never });
  };
  return (
    <Popover
      key={entity.id}
      id={id}
      anchor={anchorRef}
      class="preview"
      role="tooltip"
      onClose={() => previews.close()}
      onPointerEnter={() => previews.hold()}
      onPointerLeave={() => previews.leave()}
    >
      <div part="preview">
        {root ? (
          <Widget
            domId={id}
            root={root}
            markdown={scope}
            locale={language.tag.value}
            blocked={() => false}
            onAction={onAction}
            onCollision={() => undefined}
          />
        ) : (
          <span class="preview-wait" role="status" aria-label={t('preview.loading')}>
            <Spinner />
          </span>
        )}
      </div>
    </Popover>
  );
}
