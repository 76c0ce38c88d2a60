// Says in plain words what went wrong.

import { ApiError, NetworkError } from '../client/errors.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { Translate } from '../i18n/translate.ts';
import { retryHelps, wordsFor } from './error-words.ts';
import type { ThreadError } from './thread-state.ts';

const BY_STATUS: Readonly<Record<number, MessageKey>> = {
  404: 'error.not_found',
  409: 'error.conflict',
  413: 'error.too_large',
  429: 'error.busy',
};

/** Words for the code come first, in the reader's language; then the server's own, which know more than a status. */
export function explain(error: unknown, t: Translate): ThreadError {
  if (error instanceof NetworkError) return { code: 'network', message: t('error.network'), allowRetry: true };
  if (error instanceof ApiError) {
    const words = wordsFor(error.code, error.params, t);
    const key = BY_STATUS[error.status] ?? (error.status >= 500 ? 'error.server' : 'error.refused');
    const passing = retryHelps(error.code) ?? (error.status >= 500 || error.status === 429);
    const code = error.status === 404 ? 'not_found' : error.code;
    return { code, message: words ?? (error.words || t(key)), allowRetry: passing };
  }
  return { code: 'client', message: error instanceof Error ? error.message : String(error), allowRetry: false };
}
