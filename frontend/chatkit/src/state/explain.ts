// Says in plain words what went wrong.

import { ApiError, NetworkError } from '../client/errors.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { Translate } from '../i18n/translate.ts';
import type { ThreadError } from './thread-state.ts';

const BY_STATUS: Readonly<Record<number, MessageKey>> = {
  404: 'error.not_found',
  409: 'error.conflict',
  413: 'error.too_large',
  429: 'error.busy',
};

/** The server's own words come first: it knows more than a status does. */
export function explain(error: unknown, t: Translate): ThreadError {
  if (error instanceof NetworkError) return { code: 'network', message: t('error.network'), allowRetry: true };
  if (error instanceof ApiError) {
    const key = BY_STATUS[error.status] ?? (error.status >= 500 ? 'error.server' : 'error.refused');
    const passing = error.status >= 500 || error.status === 429;
    const code = error.status === 404 ? 'not_found' : error.code;
    return { code, message: error.words || t(key), allowRetry: passing };
  }
  return { code: 'client', message: error instanceof Error ? error.message : String(error), allowRetry: false };
}
