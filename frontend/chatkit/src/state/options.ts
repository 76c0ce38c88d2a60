// The page's options with every default filled in, and the reason when they cannot work.

import type { ChatKitOptions, ColorScheme, ThemeOption, ThreadOption } from '@openai/chatkit';
import { resolveLocale, type Locale } from '../i18n/locales.ts';

export type ColorSchemeOption = ColorScheme | 'auto';

/** How the assistant's reasoning is shown: always, folded once it is done, or not at all. */
export type ReasoningOption = 'show' | 'collapsed' | 'hidden';

/** The theme as an object; `auto` is our extension and follows the reader's system. */
export type Theme = Omit<ThemeOption, 'colorScheme'> & { colorScheme: ColorSchemeOption };

/** The options of `@openai/chatkit`, plus our extensions. */
export type ExtendedOptions = Omit<ChatKitOptions, 'theme' | 'thread'> & {
  theme?: ColorSchemeOption | (Omit<ThemeOption, 'colorScheme'> & { colorScheme?: ColorSchemeOption });
  thread?: ThreadOption & { reasoning?: ReasoningOption };
};

/** Every known option. Others are reported, because they are mostly typos. */
export const OPTION_KEYS: Readonly<Record<keyof ChatKitOptions, true>> = {
  api: true, locale: true, theme: true, frameTitle: true, initialThread: true, onClientTool: true, header: true,
  history: true, startScreen: true, threadItemActions: true, composer: true, disclaimer: true, entities: true,
  commands: true, widgets: true, thread: true,
};

export const DEFAULT_MAX_FILE_BYTES = 100 * 1024 * 1024;
export const DEFAULT_MAX_FILES = 10;

export type ClientSecretGetter = (current: string | null) => Promise<string>;

export interface Options {
  apiUrl: string;
  /** Hosted mode: asks the page for the secret that goes with every request. */
  getClientSecret: ClientSecretGetter | undefined;
  /** Why this configuration cannot work. The reader sees the reason instead of a blank frame. */
  problem: 'hosted' | 'url' | null;
  fetch: typeof fetch | undefined;
  /** Null: files are uploaded in two phases, to an address that the server provides. */
  directUploadUrl: string | null;
  locale: Locale;
  theme: Theme;
  frameTitle: string | undefined;
  initialThread: string | null;
  header: NonNullable<ChatKitOptions['header']>;
  headerEnabled: boolean;
  history: { enabled: boolean; showDelete: boolean; showRename: boolean };
  startScreen: NonNullable<ChatKitOptions['startScreen']>;
  feedback: boolean;
  retry: boolean;
  composer: NonNullable<ChatKitOptions['composer']>;
  disclaimer: ChatKitOptions['disclaimer'];
  entities: NonNullable<ChatKitOptions['entities']>;
  commands: NonNullable<ChatKitOptions['commands']>;
  onClientTool: ChatKitOptions['onClientTool'];
  onWidgetAction: NonNullable<ChatKitOptions['widgets']>['onAction'];
  autoScroll: boolean;
  reasoning: ReasoningOption;
}

/**
 * Options come from JavaScript as often as from TypeScript, so wrong shapes read as absent. `hostedUrl` is the
 * address for hosted mode, whose options name none.
 */
export function readOptions(raw: ExtendedOptions | null, hostedUrl = ''): Options {
  const options: Partial<ExtendedOptions> = isObject(raw) ? raw : {};
  const api = (isObject(options.api) ? options.api : {}) as Record<string, unknown>;
  const strategy = isObject(api.uploadStrategy) ? (api.uploadStrategy as Record<string, unknown>) : {};
  const ownUrl = typeof api.url === 'string' ? api.url : '';
  const hosted = ownUrl === '' && typeof api.getClientSecret === 'function';
  const apiUrl = hosted ? hostedUrl : ownUrl;
  const history = options.history ?? {};
  return {
    apiUrl,
    getClientSecret: hosted ? (api.getClientSecret as ClientSecretGetter) : undefined,
    problem: apiUrl !== '' ? null : hosted ? 'hosted' : 'url',
    fetch: typeof api.fetch === 'function' ? (api.fetch as typeof fetch) : undefined,
    directUploadUrl: strategy.type === 'direct' && typeof strategy.uploadUrl === 'string' ? strategy.uploadUrl : null,
    locale: resolveLocale(options.locale),
    theme: readTheme(options.theme),
    frameTitle: options.frameTitle,
    initialThread: options.initialThread ?? null,
    header: options.header ?? {},
    headerEnabled: options.header?.enabled !== false,
    history: {
      enabled: history.enabled !== false,
      showDelete: history.showDelete !== false,
      showRename: history.showRename !== false,
    },
    startScreen: options.startScreen ?? {},
    feedback: options.threadItemActions?.feedback === true,
    retry: options.threadItemActions?.retry === true,
    composer: options.composer ?? {},
    disclaimer: options.disclaimer,
    entities: options.entities ?? {},
    commands: options.commands ?? { enabled: false },
    onClientTool: options.onClientTool,
    onWidgetAction: options.widgets?.onAction,
    autoScroll: options.thread?.autoScroll === true,
    reasoning: readReasoning(options.thread?.reasoning),
  };
}

export function unknownKeys(raw: unknown): string[] {
  return isObject(raw) ? Object.keys(raw).filter((key) => !Object.hasOwn(OPTION_KEYS, key)) : [];
}

function readReasoning(value: unknown): ReasoningOption {
  return value === 'show' || value === 'hidden' ? value : 'collapsed';
}

function readTheme(theme: ExtendedOptions['theme']): Theme {
  const given: Exclude<ExtendedOptions['theme'], string | undefined> = typeof theme === 'string' ? { colorScheme: theme } : isObject(theme) ? theme : {};
  const scheme: string = given.colorScheme ?? 'light';
  return { ...given, colorScheme: scheme === 'dark' || scheme === 'auto' ? scheme : 'light' };
}

/** Equal but for the identity of functions: pages often make a new closure on every render. */
export function sameOptions(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (typeof a === 'function' && typeof b === 'function')) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameOptions(left[key], right[key]))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
