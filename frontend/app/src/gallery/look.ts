// How the chat looks: every choice of the panel, kept in the address so that a look can be linked to.

import type { ChatKitOptions, ThemeOption } from '@openai/chatkit-react';

const oneOf =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value);
const between = (least: number, most: number) => (value: string) =>
  /^-?\d{1,3}$/.test(value) && Number(value) >= least && Number(value) <= most;

/** Raised surfaces and the ground below them; empty keeps the element's own. */
export const SURFACES: Readonly<Record<string, { label: string; background: string; foreground: string }>> = {
  paper: { label: 'Paper', background: '#faf6ee', foreground: '#fffdf8' },
  mist: { label: 'Mist', background: '#eef3f8', foreground: '#ffffff' },
  midnight: { label: 'Midnight', background: '#0d1117', foreground: '#1d222b' },
  plum: { label: 'Plum', background: '#1c1424', foreground: '#2b2036' },
};

export const ACCENTS: Readonly<Record<string, string>> = {
  Blue: '#1d4ed8',
  Violet: '#7c3aed',
  Rose: '#e11d48',
  Orange: '#c2410c',
  Green: '#15803d',
};

export const FONTS: Readonly<Record<string, { label: string; family: string }>> = {
  serif: { label: 'Serif', family: 'ui-serif, Charter, Georgia, "Noto Serif", serif' },
  rounded: { label: 'Rounded', family: 'ui-rounded, "SF Pro Rounded", "Nunito", "Varela Round", sans-serif' },
  mono: { label: 'Mono', family: 'ui-monospace, SFMono-Regular, Menlo, "Noto Sans Mono", monospace' },
};

/** The languages the interface speaks. */
export const LOCALES = [
  'ar', 'de-DE', 'en-US', 'es-ES', 'fr-FR', 'hi-IN', 'it-IT', 'ja-JP', 'ko-KR', 'nl-NL', 'pl-PL', 'pt-BR', 'pt-PT', 'ru-RU',
  'tr-TR', 'uk-UA', 'ur', 'zh-CN', 'zh-TW',
] as const;

export const FEATURES = {
  header: 'Header',
  history: 'History',
  actions: 'Feedback and retry',
  files: 'Attachments',
  tools: 'Tools and models',
  tags: 'Tags and commands',
  dictation: 'Dictation',
  disclaimer: 'Disclaimer',
} as const;
export type Feature = keyof typeof FEATURES;

const features = Object.keys(FEATURES) as Feature[];

/** Each choice: what it begins with, and what it may be. */
const CHOICES = {
  scheme: ['auto', oneOf('light', 'dark', 'auto')],
  accent: ['', (value: string) => /^(?:#[0-9a-f]{6})?$/i.test(value)],
  level: ['1', oneOf('0', '1', '2', '3')],
  hue: ['250', between(0, 360)],
  tint: ['0', between(0, 9)],
  shade: ['0', between(-4, 4)],
  surface: ['', oneOf('', ...Object.keys(SURFACES))],
  radius: ['pill', oneOf('pill', 'round', 'soft', 'sharp')],
  density: ['normal', oneOf('compact', 'normal', 'spacious')],
  size: ['16', oneOf('14', '15', '16', '17', '18')],
  font: ['', oneOf('', ...Object.keys(FONTS))],
  locale: ['', oneOf('', ...LOCALES)],
  width: ['wide', oneOf('wide', 'phone')],
  without: ['', (value: string) => value.split(',').every((name) => name === '' || features.some((feature) => feature === name))],
} as const satisfies Record<string, readonly [string, (value: string) => boolean]>;

export type Choice = keyof typeof CHOICES;
/** Every choice as it stands in the address. */
export type Look = Readonly<Record<Choice, string>>;

const choices = Object.keys(CHOICES) as Choice[];
export const PLAIN_LOOK = Object.fromEntries(choices.map((name) => [name, CHOICES[name][0]])) as Look;

/** The look and the entry that an address names; what it does not know is as it begins. */
export function readAddress(hash: string): { look: Look; entry: string | null } {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const read = choices.map((name) => {
    const [initial, allows] = CHOICES[name];
    const value = given.get(name);
    return [name, value !== null && allows(value) ? value : initial];
  });
  return { look: Object.fromEntries(read) as Look, entry: given.get('show') };
}

export function writeAddress(look: Look, entry: string): string {
  const told = new URLSearchParams({ show: entry });
  for (const name of choices) if (look[name] !== PLAIN_LOOK[name]) told.set(name, look[name]);
  return `#${told}`;
}

export function isOn(look: Look, feature: Feature): boolean {
  return !look.without.split(',').includes(feature);
}

export function switched(look: Look, feature: Feature, on: boolean): Look {
  const without = features.filter((name) => (name === feature ? !on : !isOn(look, name)));
  return { ...look, without: without.join(',') };
}

/** The part of the options that the panel decides; what is as it begins is left out. */
export function lookOptions(look: Look): Pick<ChatKitOptions, 'theme' | 'locale' | 'header' | 'history' | 'threadItemActions' | 'disclaimer'> {
  const surface = SURFACES[look.surface];
  const font = FONTS[look.font];
  const theme = {
    // `auto` is an extension, which the types do not know.
    colorScheme: look.scheme as 'light' | 'dark',
    ...(look.radius !== PLAIN_LOOK.radius && { radius: look.radius as ThemeOption['radius'] }),
    ...(look.density !== PLAIN_LOOK.density && { density: look.density as ThemeOption['density'] }),
    ...((look.size !== PLAIN_LOOK.size || font) && {
      typography: { baseSize: Number(look.size) as 16, ...(font && { fontFamily: font.family }) },
    }),
    ...((look.accent !== '' || surface || look.tint !== '0' || look.shade !== '0') && {
      color: {
        ...(look.accent !== '' && { accent: { primary: look.accent, level: Number(look.level) as 0 | 1 | 2 | 3 } }),
        ...((look.tint !== '0' || look.shade !== '0') && {
          grayscale: { hue: Number(look.hue), tint: Number(look.tint) as 0, shade: Number(look.shade) as 0 },
        }),
        ...(surface && { surface: { background: surface.background, foreground: surface.foreground } }),
      },
    }),
  } satisfies ThemeOption;
  const actions = isOn(look, 'actions');
  return {
    theme,
    ...(look.locale !== '' && { locale: look.locale as ChatKitOptions['locale'] }),
    ...(!isOn(look, 'header') && { header: { enabled: false } }),
    ...(!isOn(look, 'history') && { history: { enabled: false } }),
    ...(actions && { threadItemActions: { feedback: true, retry: true } }),
    ...(isOn(look, 'disclaimer') && { disclaimer: { text: 'Nothing here is fetched, and [nothing is kept](chatkit-link://about).' } }),
  };
}

/** The look as a page would write it. */
export function asCode(look: Look): string {
  const options = { api: { url: '/chatkit', domainKey: 'local' }, ...lookOptions(look), ...(isOn(look, 'files') && { composer: { attachments: { enabled: true } } }) };
  return `chat.setOptions(${JSON.stringify(options, null, 2).replace(/"([a-zA-Z]\w*)":/g, '$1:')});\n`;
}
