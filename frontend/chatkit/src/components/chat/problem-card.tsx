// Says why the chat cannot work as the page has set it up, instead of showing nothing.

import { Icon } from '../../icons/icon.tsx';
import { useTranslate } from '../context.ts';

export function ProblemCard({ problem }: { problem: 'hosted' | 'url' }) {
  const t = useTranslate();
  return (
    <div class="center-card" role="alert">
      <Icon name="warning" />
      <p>{t(problem === 'hosted' ? 'error.hosted' : 'error.url')}</p>
    </div>
  );
}
