// The sources of suggestions: the page's entities, its commands, and the composer's own actions.

import type { Command, CommandSelection, Entity, ToolOption } from '@openai/chatkit';
import { readEntities, tagFor } from '../../../state/entity.ts';
import type { ComposerParts } from '../../../state/composer-parts.ts';
import type { Options } from '../../../state/options.ts';
import type { Translate } from '../../../i18n/translate.ts';
import type { InputTag } from '../../../protocol/item.ts';

/** What replaces the typed trigger when a suggestion is chosen. */
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

export async function findEntities({ entities }: Options, query: string): Promise<Suggestion[]> {
  const found = readEntities(await entities.onTagSearch?.(query));
  return found.slice(0, MAX_SHOWN).map((entity: Entity) => ({
    id: `entity ${entity.id}`,
    label: entity.title,
    icon: entity.icon,
    group: entity.group,
    choose: () => ({ type: 'tag', tag: tagFor(entity) }),
  }));
}

export async function findCommands({ commands }: Options, query: string): Promise<Suggestion[]> {
  const found = await commands.onSearch?.(query);
  return readCommands(found).slice(0, MAX_SHOWN).map((command) => suggestionOf(commands, command));
}

/** The composer's own actions that its options allow, under the same rules as its buttons. */
export function builtInCommands({ composer, entities }: Options, parts: ComposerParts, t: Translate): Suggestion[] {
  const group = t('command.composer');
  const own: Suggestion[] = [];
  const add = (id: string, label: string, icon: string, choose: () => Outcome, checked?: boolean) => {
    own.push({ id: `composer ${id}`, label, icon, group, checked, choose });
  };
  if (composer.attachments?.enabled) {
    add('files', t('composer.attach'), 'paperclip', () => {
      parts.hands.pickFiles();
      return GONE;
    });
  }
  if (entities.onTagSearch) add('mention', t('composer.mention'), 'at-sign', () => ({ type: 'text', text: '@' }));
  for (const tool of composer.tools ?? []) {
    const chosen = parts.composer.toolId.peek() === tool.id;
    add(`tool ${tool.id}`, tool.label, tool.icon, () => toggleTool(parts, tool, chosen), chosen);
  }
  const models = (composer.models ?? []).filter((model) => !model.disabled);
  if (models.length > 1) {
    add('model', t('composer.model'), 'sparkle', () => ({
      type: 'menu',
      suggestions: models.map(({ id, label, description }) => ({
        id: `model ${id}`,
        label,
        description,
        checked: parts.composer.selectedModel(models)?.id === id,
        choose: () => {
          parts.composer.modelId.value = id;
          return GONE;
        },
      })),
    }));
  }
  if (composer.dictation?.enabled) {
    add('dictation', t('dictation.start'), 'microphone', () => {
      parts.dictating.value = true;
      return GONE;
    });
  }
  return own;
}

/** Matches suggestions that contain every word of the query. */
export function matching(suggestions: readonly Suggestion[], query: string): Suggestion[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  return suggestions.filter(({ label, description }) => {
    const text = `${label} ${description ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function suggestionOf(commands: Options['commands'], command: Command): Suggestion {
  const { id, label, description, icon, group } = command;
  const choose = async (): Promise<Outcome> => {
    const selection: CommandSelection | void = await commands.onSelect?.(command);
    if (selection?.type === 'menu') {
      return { type: 'menu', suggestions: readCommands(selection.commands).map((next) => suggestionOf(commands, next)) };
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

function toggleTool(parts: ComposerParts, tool: ToolOption, chosen: boolean): Outcome {
  parts.composer.toolId.value = chosen ? null : tool.id;
  return GONE;
}
