// Clears a choice.

import { Icon } from '../../icons/icon.tsx';
import { useWidget } from '../widget-scope.ts';

export function ClearButton({ onClear }: { onClear: () => void }) {
  const { markdown } = useWidget();
  return (
    <button type="button" class="w-picker-clear" aria-label={markdown.t('widget.clear')} title={markdown.t('widget.clear')} onClick={onClear}>
      <Icon name="close" />
    </button>
  );
}
