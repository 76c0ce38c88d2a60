// Keeps the open thread over a reload, in this tab alone.

const KEY = 'chatkit-demo.thread';

export function rememberedThread(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; then every load starts a new chat.
    return null;
  }
}

export function rememberThread(threadId: string | null): void {
  try {
    if (threadId === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, threadId);
  } catch {
    return;
  }
}
