// Where suggestions come from: the page's entities, its commands, and what the composer can do by itself.

import type { Command, CommandSelection, Entity, ToolOption } from '@openai/chatkit';
import { readEntities, tagFor } from '../../../state/entity.ts';
import type { Chat } from '../../../state/chat.ts';
import type { InputTag } from '../../../protocol/item.ts';

/** What choosing a suggestion does to the words that asked for it. */
export type Outcome = { type: 'tag'; tag: InputTag } | { type: 'text'; text: string } | { type: 'menu'; suggestions: Suggestion[] };

export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  readonly group?: string;
  readonly checked?: boolean;
  choose(): Outcome | Promise<Outcome>;
}

const MAX_SHOWN = 100;
const GONE: Outcome = { type: 'text', text: '' };

export async function findEntities(chat: Chat, query: string): Promise<Suggestion[]> {
  const found = readEntities(await chat.options.peek().entities.onTagSearch?.(query));
  return found.slice(0, MAX_SHOWN).map((entity: Entity) => ({
    id: `entity ${entity.id}`,
    label: entity.title,
    icon: entity.icon,
    group: entity.group,
    choose: () => ({ type: 'tag', tag: tagFor(entity) }),
  }));
}

export async function findCommands(chat: Chat, query: string): Promise<Suggestion[]> {
  const found = await chat.options.peek().commands.onSearch?.(query);
  return readCommands(found).slice(0, MAX_SHOWN).map((command) => suggestionOf(chat, command));
}

/** The composer's own actions that its options allow, under the same rules as its buttons. */
export function builtInCommands(chat: Chat): Suggestion[] {
  const { composer, entities } = chat.options.peek();
  const t = chat.t.peek();
  const group = t('command.composer');
  const own: Suggestion[] = [];
  const add = (id: string, label: string, icon: string, choose: () => Outcome, checked?: boolean) => {
    own.push({ id: `composer ${id}`, label, icon, group, checked, choose });
  };
  if (composer.attachments?.enabled) {
    add('files', t('composer.attach'), 'paperclip', () => {
      chat.hands.pickFiles();
      return GONE;
    });
  }
  if (entities.onTagSearch) add('mention', t('composer.mention'), 'at-sign', () => ({ type: 'text', text: '@' }));
  for (const tool of composer.tools ?? []) {
    const chosen = chat.composer.toolId.peek() === tool.id;
    add(`tool ${tool.id}`, tool.label, tool.icon, () => toggleTool(chat, tool, chosen), chosen);
  }
  const models = (composer.models ?? []).filter((model) => !model.disabled);
  if (models.length > 1) {
    add('model', t('composer.model'), 'sparkle', () => ({
      type: 'menu',
      suggestions: models.map(({ id, label, description }) => ({
        id: `model ${id}`,
        label,
        description,
        checked: chat.composer.selectedModel(models)?.id === id,
        choose: () => {
          chat.composer.modelId.value = id;
          return GONE;
        },
      })),
    }));
  }
  if (composer.dictation?.enabled) {
    add('dictation', t('dictation.start'), 'microphone', () => {
      chat.dictating.value = true;
      return GONE;
    });
  }
  return own;
}

/** Every word of the query begins a word of the label or stands in it. */
export function matching(suggestions: readonly Suggestion[], query: string): Suggestion[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  return suggestions.filter(({ label, description }) => {
    const text = `${label} ${description ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function suggestionOf(chat: Chat, command: Command): Suggestion {
  const { id, label, description, icon, group } = command;
  const choose = async (): Promise<Outcome> => {
    const selection: CommandSelection | void = await chat.options.peek().commands.onSelect?.(command);
    if (selection?.type === 'menu') {
      return { type: 'menu', suggestions: readCommands(selection.commands).map((next) => suggestionOf(chat, next)) };
    }
    const [entity] = selection?.type === 'entity' ? readEntities([selection.entity]) : [];
    return entity ? { type: 'tag', tag: tagFor(entity) } : GONE;
  };
  return { id: `command ${id}`, label, description, icon, group, choose };
}

function readCommands(value: unknown): Command[] {
  if (!Array.isArray(value)) return [];
  return value.filter((command: unknown): command is Command => {
    const { id, label } = (command ?? {}) as Partial<Command>;
    return typeof id === 'string' && typeof label === 'string';
  });
}

function toggleTool(chat: Chat, tool: ToolOption, chosen: boolean): Outcome {
  chat.composer.toolId.value = chosen ? null : tool.id;
  return GONE;
}
