// The languages that are highlighted, each in its own chunk, and their aliases.

import type { LanguageFn } from 'highlight.js';

type Load = () => Promise<{ default: LanguageFn }>;

const LANGUAGES: Readonly<Record<string, Load>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  elixir: () => import('highlight.js/lib/languages/elixir'),
  go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  http: () => import('highlight.js/lib/languages/http'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  nginx: () => import('highlight.js/lib/languages/nginx'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  protobuf: () => import('highlight.js/lib/languages/protobuf'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scala: () => import('highlight.js/lib/languages/scala'),
  scss: () => import('highlight.js/lib/languages/scss'),
  shell: () => import('highlight.js/lib/languages/shell'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const ALIASES: Readonly<Record<string, string>> = {
  'c#': 'csharp', 'c++': 'cpp', cc: 'cpp', cjs: 'javascript', console: 'shell', cs: 'csharp', docker: 'dockerfile', ex: 'elixir',
  golang: 'go', h: 'c', hpp: 'cpp', hs: 'haskell', html: 'xml', js: 'javascript', json5: 'json', jsonc: 'json', jsx: 'javascript',
  kt: 'kotlin', make: 'makefile', md: 'markdown', mjs: 'javascript', patch: 'diff', pl: 'perl', proto: 'protobuf', ps1: 'powershell',
  py: 'python', rb: 'ruby', rs: 'rust', sh: 'bash', svelte: 'xml', svg: 'xml', tex: 'latex', toml: 'ini', ts: 'typescript', tsx: 'typescript',
  vue: 'xml', yml: 'yaml', zsh: 'bash',
};

/** Languages that can be embedded in another one. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  xml: ['css', 'javascript'], markdown: ['xml'], php: ['xml'], http: ['json'], shell: ['bash'], typescript: ['xml', 'css'], javascript: ['xml', 'css'],
};

/** The canonical name of a language, or null if it is not highlighted. */
export function languageOf(info: string): string | null {
  const name = info.toLowerCase();
  const known = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  return Object.hasOwn(LANGUAGES, known) ? known : null;
}

export function loaderOf(name: string): Load | undefined {
  return Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined;
}

export function insideOf(name: string): readonly string[] {
  return INSIDE[name] ?? [];
}
