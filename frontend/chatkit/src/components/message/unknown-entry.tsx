// Says that there is an item which this client cannot show.

import { useTranslate } from '../context.ts';

export function UnknownEntry({ kind }: { kind: string }) {
  const t = useTranslate();
  return (
    <p class="unknown-entry" data-row="">
      {t('widget.unknown', { type: kind })}
    </p>
  );
}
