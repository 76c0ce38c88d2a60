// What can be added to a message: files, a tool, a model.

import type { RefObject, TargetedEvent } from 'preact';
import { Icon } from '../../icons/icon.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { Menu, type MenuItem } from '../../parts/menu.tsx';
import { acceptAttribute, maxCount } from '../../state/file-rules.ts';
import { useComposer, useOptions, useTranslate } from '../context.ts';

interface PickerProps {
  disabled: boolean;
}

/** A plain button when files are all that can be added, a menu when there are tools as well. */
export function AddMenu({ disabled, picker }: PickerProps & { picker: RefObject<HTMLInputElement | null> }) {
  const parts = useComposer();
  const options = useOptions();
  const t = useTranslate();
  const { attachments, tools = [] } = options.value.composer;
  const unpinned = tools.filter((tool) => !tool.pinned);
  const withFiles = attachments?.enabled === true;
  if (!withFiles && unpinned.length === 0) return null;
  const pick = () => picker.current?.click();
  const onChange = (event: TargetedEvent<HTMLInputElement>) => {
    parts.attachments.add(Array.from(event.currentTarget.files ?? []));
    // The same file may be chosen again after it was removed.
    event.currentTarget.value = '';
    parts.hands.focus();
  };
  const items: MenuItem[] = unpinned.map((tool) => ({
    id: tool.id,
    label: tool.label,
    icon: tool.icon,
    checked: parts.composer.toolId.value === tool.id,
    onSelect: () => {
      // Choosing the same tool again deselects it.
      parts.composer.toolId.value = parts.composer.toolId.value === tool.id ? null : tool.id;
      parts.hands.focus();
    },
  }));
  if (withFiles) items.unshift({ id: 'files', label: t('composer.attach'), icon: 'paperclip', onSelect: pick });
  return (
    <>
      {withFiles && (
        <input
          ref={picker}
          class="visually-hidden"
          type="file"
          tabIndex={-1}
          aria-label={t('composer.attach')}
          multiple={maxCount(attachments) > 1}
          accept={acceptAttribute(attachments.accept)}
          disabled={disabled}
          onChange={onChange}
        />
      )}
      {unpinned.length === 0 ? (
        <IconButton icon="plus" label={t('composer.attach')} disabled={disabled} onClick={pick} />
      ) : (
        <Menu icon="plus" label={t('composer.menu')} items={items} place="above-start" disabled={disabled} />
      )}
    </>
  );
}

export function PinnedTools({ disabled }: PickerProps) {
  const { composer } = useComposer();
  const options = useOptions();
  const pinned = (options.value.composer.tools ?? []).filter((tool) => tool.pinned);
  return (
    <>
      {pinned.map((tool) => {
        const chosen = composer.toolId.value === tool.id;
        return (
          <button
            key={tool.id}
            type="button"
            class="tool"
            title={tool.label}
            aria-pressed={chosen}
            disabled={disabled}
            onClick={() => (composer.toolId.value = chosen ? null : tool.id)}
          >
            <Icon name={tool.icon} />
            <span class="tool-label">{tool.shortLabel ?? tool.label}</span>
          </button>
        );
      })}
    </>
  );
}

/** The tool chosen from the menu. Pinned tools show their state themselves. */
export function SelectedTool() {
  const { composer } = useComposer();
  const options = useOptions();
  const t = useTranslate();
  const tool = options.value.composer.tools?.find((candidate) => candidate.id === composer.toolId.value);
  if (!tool || tool.pinned) return null;
  const label = tool.shortLabel ?? tool.label;
  return (
    <button
      type="button"
      class="tool is-chosen"
      aria-label={t('composer.tool.clear', { name: label })}
      onClick={() => (composer.toolId.value = null)}
    >
      <Icon name={tool.icon} />
      <span class="tool-label">{label}</span>
      <Icon name="close" class="tool-clear" />
    </button>
  );
}

export function ModelMenu({ disabled }: PickerProps) {
  const { composer } = useComposer();
  const options = useOptions();
  const t = useTranslate();
  const models = options.value.composer.models ?? [];
  const chosen = composer.selectedModel(models);
  if (!chosen) return null;
  const items = models.map((model) => ({
    id: model.id,
    label: model.label,
    hint: model.description,
    disabled: model.disabled,
    checked: model.id === chosen.id,
    onSelect: () => {
      composer.modelId.value = model.id;
    },
  }));
  return (
    <Menu icon="chevron-down" label={`${t('composer.model')}: ${chosen.label}`} items={items} place="above-end" disabled={disabled}>
      <span class="model-name">{chosen.label}</span>
      <Icon name="chevron-down" />
    </Menu>
  );
}
