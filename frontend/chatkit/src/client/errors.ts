// Failures of a request, with what a person may be told about them.

/** The server answered, but not with success. `words` are the server's own, meant for people, or empty. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: string,
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

/** Reads `{"error":{"code","message"}}`; other bodies give a bare code made from the status. */
export function apiErrorFrom(status: number, body: string): ApiError {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = (parsed as { error?: unknown } | null)?.error;
    if (typeof error === 'string') return new ApiError(status, `http_${status}`, error);
    if (typeof error === 'object' && error !== null) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      return new ApiError(
        status,
        typeof code === 'string' ? code : `http_${status}`,
        typeof message === 'string' ? message : '',
      );
    }
  } catch {
    // Not JSON: a proxy's error page. Its text is not for people.
  }
  return new ApiError(status, `http_${status}`, '');
}
