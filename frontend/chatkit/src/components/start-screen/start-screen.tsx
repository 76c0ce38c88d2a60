// What a new chat begins with: a greeting and a few ways in.

import type { StartScreenPrompt } from '@openai/chatkit';
import { Icon } from '../../icons/icon.tsx';
import { messageContent } from '../../state/outbound.ts';
import { useActions, useOptions, useTranslate } from '../context.ts';

export function StartScreen() {
  const actions = useActions();
  const options = useOptions();
  const t = useTranslate();
  const { startScreen } = options.value;
  const prompts = startScreen.prompts ?? [];
  const send = ({ prompt }: StartScreenPrompt) => {
    actions.sendPrompt(messageContent(typeof prompt === 'string' ? { text: prompt } : { content: prompt }));
  };
  return (
    <div class="start">
      <slot name="start">
        <h3 class="greeting" part="greeting">
          <bdi>{startScreen.greeting ?? t('greeting.default')}</bdi>
        </h3>
      </slot>
      {prompts.length > 0 && (
        <ul class="prompts" aria-label={t('prompts.label')}>
          {prompts.map((prompt, index) => (
            <li key={index}>
              <button type="button" class="prompt" part="prompt" onClick={() => send(prompt)}>
                {prompt.icon && <Icon name={prompt.icon} />}
                <span dir="auto">{prompt.label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
