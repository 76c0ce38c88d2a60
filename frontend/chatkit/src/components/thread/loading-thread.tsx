// Holds the place of a thread that is being loaded.

import { useTranslate } from '../context.ts';

export function LoadingThread() {
  const t = useTranslate();
  return (
    <div class="loading-thread" role="status">
      <span class="visually-hidden">{t('thread.loading')}</span>
      <i class="bone is-user" />
      <i class="bone" />
      <i class="bone is-short" />
    </div>
  );
}
