// Failures of a request, with what a person may be told about them.

import { isRecord, map, members, number, text } from '../protocol/read.ts';

/** The server answered, but not with success. `words` are the server's own, meant for people, or empty. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: string,
    /** Numbers that the words for the code need. */
    readonly params: ErrorParams = {},
  ) {
    super(words || `The server answered ${status} (${code}).`);
  }
}

/** The server could not be reached, or the connection broke. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Numbers that the words for a code need, by name. */
export type ErrorParams = Readonly<Record<string, number>>;

const readDetail = members<{ code?: string; message?: string; ext_params?: ErrorParams }>({
  code: text,
  message: text,
  ext_params: map(number),
});

/** Reads `{"error":{"code","message"}}`; other bodies give a bare code made from the status. */
export function apiErrorFrom(status: number, body: string): ApiError {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = isRecord(parsed) ? parsed.error : undefined;
    if (typeof error === 'string') return new ApiError(status, `http_${status}`, error);
    if (isRecord(error)) {
      const { code = `http_${status}`, message = '', ext_params = {} } = readDetail(error);
      return new ApiError(status, code, message, ext_params);
    }
  } catch {
    // Not JSON: a proxy's error page. Its text is not for people.
  }
  return new ApiError(status, `http_${status}`, '');
}
