// Light or dark: as the system says, until the reader chooses.

import { useCallback, useEffect, useState } from 'react';

type Scheme = 'light' | 'dark';

const KEY = 'chatkit-demo.scheme';
const system = matchMedia('(prefers-color-scheme: dark)');

export function useColorScheme(): [Scheme, () => void] {
  const [chosen, setChosen] = useState<Scheme | null>(readChoice);
  const [systemScheme, setSystemScheme] = useState<Scheme>(system.matches ? 'dark' : 'light');
  useEffect(() => {
    const follow = () => setSystemScheme(system.matches ? 'dark' : 'light');
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, []);
  const scheme = chosen ?? systemScheme;
  useEffect(() => {
    document.documentElement.dataset.scheme = scheme;
  }, [scheme]);
  const toggle = useCallback(() => {
    const next = scheme === 'dark' ? 'light' : 'dark';
    setChosen(next);
    try {
      sessionStorage.setItem(KEY, next);
    } catch {
      return;
    }
  }, [scheme]);
  return [scheme, toggle];
}

function readChoice(): Scheme | null {
  try {
    const stored = sessionStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null;
  }
}
