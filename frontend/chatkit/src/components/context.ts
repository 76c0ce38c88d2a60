// Narrow contexts: a component takes the parts it draws or acts on, and none receives the whole application.

import type { ReadonlySignal } from '@preact/signals';
import { createContext, type Context } from 'preact';
import { useContext } from 'preact/hooks';
import type { Translate } from '../i18n/translate.ts';
import type { ComposerParts } from '../state/composer-parts.ts';
import type { Conversation } from '../state/conversation.ts';
import type { History } from '../state/history.ts';
import type { Language } from '../state/language.ts';
import type { Options } from '../state/options.ts';
import type { Previews } from '../state/previews.ts';
import type { ReaderActions } from '../state/reader-actions.ts';

/** The visible state of the open thread. What can be done with it is in `ReaderActions`. */
export type ConversationView = Pick<
  Conversation,
  'thread' | 'threadId' | 'meta' | 'phase' | 'stopping' | 'lost' | 'loadError' | 'allowCancel' | 'earlier'
> & {
  /** Whether the browser thinks it is online. */
  readonly online: ReadonlySignal<boolean>;
};

export const OptionsContext = createContext<ReadonlySignal<Options> | null>(null);
export const LanguageContext = createContext<Language | null>(null);
export const ConversationContext = createContext<ConversationView | null>(null);
export const ComposerContext = createContext<ComposerParts | null>(null);
export const HistoryContext = createContext<History | null>(null);
export const PreviewsContext = createContext<Previews | null>(null);
export const ActionsContext = createContext<ReaderActions | null>(null);

export const useOptions = () => use(OptionsContext);
export const useLanguage = () => use(LanguageContext);
export const useConversation = () => use(ConversationContext);
export const useComposer = () => use(ComposerContext);
export const useHistory = () => use(HistoryContext);
export const usePreviews = () => use(PreviewsContext);
export const useActions = () => use(ActionsContext);

/** Components that translate are drawn again when the locale changes. */
export function useTranslate(): Translate {
  return useLanguage().t.value;
}

function use<T>(context: Context<T | null>): T {
  const value = useContext(context);
  if (value === null) throw new Error('a component needs a chat around it');
  return value;
}
