// The field of the draft. Its tags are words of the text, marked by a layer behind it that wraps exactly alike.

import type { RefObject, TargetedClipboardEvent, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { entityOfTag } from '../../state/entity.ts';
import { outsideTags, tagBeside, triggerAt, type DraftTag, type Trigger } from '../../state/draft.ts';
import { useActions, useComposer, useOptions, usePreviews, useTranslate } from '../context.ts';

/** What the open list of suggestions tells the field. */
export interface OpenList {
  id: string;
  active: string | undefined;
}

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  locked: string | null;
  list: OpenList | null;
  /** True when the list of suggestions has taken the key. */
  onListKey: (event: KeyboardEvent) => boolean;
  onSend: () => void;
}

export function DraftInput({ field, locked, list, onListKey, onSend }: Props) {
  const actions = useActions();
  const { composer, attachments } = useComposer();
  const previews = usePreviews();
  const t = useTranslate();
  const { composer: options, entities, commands } = useOptions().value;
  const marks = useRef<HTMLDivElement>(null);
  const before = useRef({ caret: 0, dismissed: null as Trigger | null });
  const { text, tags } = composer.draft.value;
  const tool = options.tools?.find((candidate) => candidate.id === composer.toolId.value);
  const signs = (entities.onTagSearch ? '@' : '') + (commands.enabled ? '/' : '');

  /** Looks at where the caret is now. */
  const look = (input: HTMLTextAreaElement) => {
    const memory = before.current;
    const { selectionStart: start, selectionEnd: end } = input;
    if (start !== end) composer.trigger.value = null;
    else {
      const caret = outsideTags(composer.draft.peek(), end, memory.caret);
      if (caret !== end) input.setSelectionRange(caret, caret);
      memory.caret = caret;
      const trigger = signs === '' ? null : triggerAt(composer.draft.peek(), caret, signs);
      if (trigger?.start !== memory.dismissed?.start) memory.dismissed = null;
      composer.trigger.value = memory.dismissed ? null : trigger;
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, keys choose a candidate; Safari says so only by the key code.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape' && composer.trigger.value && !onListKey(event)) {
      before.current.dismissed = composer.trigger.value;
      composer.trigger.value = null;
    } else if (event.key !== 'Escape' && onListKey(event)) {
      event.preventDefault();
      return;
    } else if (event.key === 'Enter' && !event.shiftKey) onSend();
    else {
      if (event.key === 'Backspace' || event.key === 'Delete') selectTagBeside(event.currentTarget, event.key === 'Delete');
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  /** A tag is deleted as one; selected first, so that the deletion is the browser's own and can be undone. */
  const selectTagBeside = (input: HTMLTextAreaElement, forward: boolean) => {
    if (input.selectionStart !== input.selectionEnd) return;
    const tag = tagBeside(composer.draft.peek(), input.selectionEnd, forward);
    if (tag) input.setSelectionRange(tag.start, tag.end);
  };
  const onPaste = (event: TargetedClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData?.files;
    if (!options.attachments?.enabled || !pasted || pasted.length === 0) return;
    event.preventDefault();
    attachments.add(pasted);
  };
  const markAt = ({ clientX: x, clientY: y }: MouseEvent) => {
    const found = Array.from(marks.current?.querySelectorAll<HTMLElement>('.mark') ?? []).findIndex((mark) =>
      Array.from(mark.getClientRects()).some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom),
    );
    const tag = tags[found];
    const mark = marks.current?.querySelectorAll<HTMLElement>('.mark')[found];
    return tag?.tag.interactive && mark ? { entity: entityOfTag(tag.tag), mark } : null;
  };
  const onPointerMove = (event: TargetedPointerEvent<HTMLTextAreaElement>) => {
    if (!tags.some(({ tag }) => tag.interactive)) return;
    const found = markAt(event);
    if (found) previews.enter(found.entity, found.mark);
    else previews.leave();
  };

  return (
    <div class="composer-text">
      <div ref={marks} class="composer-marks" dir="auto" aria-hidden="true">
        {segmentsOf(text, tags).map((segment, index) => (segment.tag ? <span key={index} class="mark">{segment.text}</span> : segment.text))}
        {/* A line that has just been begun has a height as well. */}
        {'\u200b'}
      </div>
      <textarea
        ref={field}
        class="composer-input"
        part="input"
        rows={1}
        dir="auto"
        value={text}
        disabled={locked !== null}
        enterkeyhint="send"
        autocapitalize="sentences"
        aria-label={t('composer.label')}
        placeholder={locked ?? tool?.placeholderOverride ?? options.placeholder ?? t('composer.placeholder')}
        {...(list && comboboxProps(list))}
        onInput={(event) => {
          composer.edit(event.currentTarget.value, event.currentTarget.selectionEnd);
          before.current.caret = event.currentTarget.selectionEnd;
          look(event.currentTarget);
        }}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => look(event.currentTarget)}
        onClick={(event) => {
          look(event.currentTarget);
          const found = markAt(event);
          if (found) actions.openEntity(found.entity);
        }}
        onPointerMove={onPointerMove}
        onPointerLeave={() => previews.leave()}
        onBlur={() => (composer.trigger.value = null)}
        onPaste={onPaste}
      />
    </div>
  );
}

/** While a list is open the field is its combobox; the rest of the time it is a plain field of many lines. */
function comboboxProps({ id, active }: OpenList) {
  return {
    // HTML gives a field of many lines no role but its own; screen readers follow this one, and only while it is open.
    role: 'combobox' as 'textbox',
    'aria-autocomplete': 'list' as const,
    'aria-haspopup': 'listbox' as const,
    'aria-expanded': true,
    'aria-controls': id,
    'aria-activedescendant': active,
  };
}

function segmentsOf(text: string, tags: readonly DraftTag[]): { text: string; tag: boolean }[] {
  const segments: { text: string; tag: boolean }[] = [];
  let position = 0;
  for (const { start, end } of tags) {
    segments.push({ text: text.slice(position, start), tag: false }, { text: text.slice(start, end), tag: true });
    position = end;
  }
  return [...segments, { text: text.slice(position), tag: false }];
}
