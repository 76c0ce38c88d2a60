// Hands the chat to the components below.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Translate } from '../i18n/translate.ts';
import type { Chat } from '../state/chat.ts';

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error('a component needs a chat around it');
  return chat;
}

/** Components that translate are drawn again when the locale changes. */
export function useTranslate(): Translate {
  return useChat().t.value;
}
