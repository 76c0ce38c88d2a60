// The page's options with every default filled in, and what to do when they cannot work.

import type { ChatKitOptions, ColorScheme, ThemeOption } from '@openai/chatkit';
import { resolveLocale } from '../i18n/translate.ts';

export type ColorSchemeOption = ColorScheme | 'auto';

/** The theme as an object; `auto` is our extension and follows the reader's system. */
export type Theme = Omit<ThemeOption, 'colorScheme'> & { colorScheme: ColorSchemeOption };

export const DEFAULT_MAX_FILE_BYTES = 100 * 1024 * 1024;
export const DEFAULT_MAX_FILES = 10;

export interface Options {
  apiUrl: string;
  /** Why this configuration cannot work; shown instead of a blank frame. */
  problem: 'hosted' | 'url' | null;
  fetch: typeof fetch | undefined;
  /** Null: two phases, with the address given by the server. */
  directUploadUrl: string | null;
  locale: string;
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
  onClientTool: ChatKitOptions['onClientTool'];
  onWidgetAction: NonNullable<ChatKitOptions['widgets']>['onAction'];
  autoScroll: boolean;
}

/** Options come from JavaScript as often as from TypeScript, so wrong shapes read as absent. */
export function readOptions(raw: ChatKitOptions | null): Options {
  const options: Partial<ChatKitOptions> = isObject(raw) ? raw : {};
  const api = (isObject(options.api) ? options.api : {}) as Record<string, unknown>;
  const strategy = isObject(api.uploadStrategy) ? (api.uploadStrategy as Record<string, unknown>) : {};
  const apiUrl = typeof api.url === 'string' ? api.url : '';
  const history = options.history ?? {};
  return {
    apiUrl,
    problem: apiUrl !== '' ? null : 'getClientSecret' in api ? 'hosted' : 'url',
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
    onClientTool: options.onClientTool,
    onWidgetAction: options.widgets?.onAction,
    autoScroll: options.thread?.autoScroll === true,
  };
}

function readTheme(theme: ChatKitOptions['theme']): Theme {
  const given: ThemeOption = typeof theme === 'string' ? { colorScheme: theme } : isObject(theme) ? theme : {};
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
