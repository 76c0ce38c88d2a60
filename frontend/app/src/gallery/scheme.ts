// The scheme of the page around the chat: the one chosen, or the system's.

import { useEffect } from 'react';
import type { Look } from './look.ts';

export function useScheme({ scheme }: Look): void {
  useEffect(() => {
    document.documentElement.dataset.scheme = scheme;
  }, [scheme]);
}
