// The options of the chat on show: all that a page can give it, with answers made up on the spot.

import type { ChatKitOptions, Command, Entity } from '@openai/chatkit-react';
import { isOn, lookOptions, type Look } from './look.ts';

/** Tells the panel of something that reached the page. */
export type Tell = (name: string, detail?: unknown) => void;

const PEOPLE: readonly Entity[] = [
  { id: 'ada', title: 'Ada Lovelace', group: 'People', icon: 'user', interactive: true, data: { role: 'Analyst' } },
  { id: 'grace', title: 'Grace Hopper', group: 'People', icon: 'user', interactive: true, data: { role: 'Rear admiral' } },
  { id: 'report', title: 'Annual report', group: 'Documents', icon: 'document', interactive: true, data: { role: 'PDF, 48 pages' } },
];

const COMMANDS: readonly Command[] = [
  { id: 'greet', label: 'Greet', description: 'Tells the page', icon: 'confetti', group: 'Gallery' },
  { id: 'mention', label: 'Mention someone', description: 'Opens another menu', icon: 'user', group: 'Gallery' },
];

const matching = <T>(list: readonly T[], query: string, text: (one: T) => string) =>
  list.filter((one) => text(one).toLowerCase().includes(query.toLowerCase()));

export function chatOptions(look: Look, tell: Tell): ChatKitOptions {
  const tags = isOn(look, 'tags');
  return {
    api: { url: '/chatkit', domainKey: 'local', uploadStrategy: { type: 'two_phase' } },
    frameTitle: 'Chat on show',
    ...lookOptions(look),
    startScreen: {
      greeting: 'Everything there is to see',
      prompts: [
        { label: 'All that Markdown has', prompt: 'markdown', icon: 'square-text' },
        { label: 'Every widget component', prompt: 'widgets', icon: 'cube' },
        { label: 'Work, step by step', prompt: 'workflow', icon: 'bolt' },
        { label: 'A form to fill in', prompt: 'form', icon: 'notebook-pencil' },
      ],
    },
    composer: {
      placeholder: 'Type “help”',
      ...(isOn(look, 'files') && { attachments: { enabled: true, maxSize: 20 * 1024 * 1024 } }),
      ...(isOn(look, 'tools') && {
        tools: [
          { id: 'search', label: 'Search the web', shortLabel: 'Search', icon: 'globe', placeholderOverride: 'Search for…', pinned: true },
          { id: 'draw', label: 'Make a picture', shortLabel: 'Picture', icon: 'square-image', persistent: true },
        ],
        models: [
          { id: 'swift', label: 'Swift', description: 'For most things', default: true },
          { id: 'deep', label: 'Deep', description: 'Thinks for longer' },
          { id: 'vast', label: 'Vast', description: 'Not today', disabled: true },
        ],
      }),
      ...(isOn(look, 'dictation') && { dictation: { enabled: true } }),
    },
    ...(tags && {
      entities: {
        showComposerMenu: true,
        onTagSearch: async (query) => matching(PEOPLE, query, ({ title }) => title),
        onClick: (entity) => tell('entities.onClick', { id: entity.id }),
        onRequestPreview: async ({ title, data }) => ({
          preview: {
            type: 'Basic',
            direction: 'col',
            gap: 1,
            children: [
              { type: 'Title', value: title, size: 'sm' },
              { type: 'Text', value: data?.role ?? 'Nothing more is known', size: 'sm', color: 'secondary' },
            ],
          },
        }),
      },
      commands: {
        enabled: true,
        onSearch: async (query) => matching(COMMANDS, query, ({ label }) => label),
        onSelect: async ({ id }) => {
          tell('commands.onSelect', { id });
          const person = PEOPLE.find((entity) => entity.id === id);
          if (person) return { type: 'entity', entity: person };
          if (id !== 'mention') return undefined;
          return { type: 'menu', commands: PEOPLE.map((entity) => ({ id: entity.id, label: entity.title, icon: 'user' })) };
        },
      },
    }),
    widgets: { onAction: async (action) => tell('widgets.onAction', action) },
    thread: { autoScroll: false },
    onClientTool: ({ name, params }) => {
      tell('onClientTool', { name, params });
      return { theme: look.scheme };
    },
  };
}
