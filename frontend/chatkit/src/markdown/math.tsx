// A formula. The typesetter is loaded with the first one. Until then, or if it fails, the source is shown.

import { lazy } from '../parts/lazy.tsx';

export interface MathProps {
  tex: string;
  display: boolean;
}

export const Formula = lazy<MathProps>({
  load: async () => (await import('./math-view.tsx')).MathView,
  Waiting: MathSource,
});

export function MathSource({ tex, display }: MathProps) {
  return (
    <code class={`md-tex${display ? ' is-display' : ''}`} dir="ltr">
      {tex}
    </code>
  );
}
