// Edits the draft through the field itself, so that the browser's undo covers the change.

import type { RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InputTag } from '../../protocol/item.ts';
import type { Composer } from '../../state/composer.ts';
import { withTag } from '../../state/draft.ts';

export interface Editor {
  focus(): void;
  /** Where the next character would go. */
  caret(): number;
  /** Replaces a part of the text. */
  write(from: number, to: number, text: string): void;
  /** Replaces a part of the text with a tag. */
  writeTag(from: number, to: number, tag: InputTag): void;
  /** Writes at the caret, adding spaces where words would run together. */
  insert(text: string): void;
}

export function useEditor(field: RefObject<HTMLTextAreaElement | null>, composer: Composer): Editor {
  return useMemo(() => {
    const caret = () => field.current?.selectionEnd ?? composer.text.peek().length;
    const write = (from: number, to: number, text: string) => {
      const input = field.current;
      if (!input) return;
      input.focus();
      input.setSelectionRange(from, to);
      // Deprecated, but supported by every browser, and the only way for a script to write text that can be undone.
      const written = text === '' ? from === to || document.execCommand('delete') : document.execCommand('insertText', false, text);
      if (written) return;
      input.setRangeText(text, from, to, 'end');
      composer.edit(input.value, input.selectionEnd);
    };
    return {
      caret,
      write,
      focus: () => field.current?.focus(),
      writeTag: (from, to, tag) => {
        const made = withTag(composer.draft.peek(), from, to, tag);
        write(from, to, made.written);
        composer.draft.value = made.draft;
        composer.trigger.value = null;
        field.current?.setSelectionRange(made.caret, made.caret);
      },
      insert: (text) => {
        const all = composer.text.peek();
        const from = field.current?.selectionStart ?? all.length;
        const to = caret();
        const before = from > 0 && !/\s$/.test(all.slice(0, from)) ? ' ' : '';
        const after = /^\S/.test(all.slice(to)) ? ' ' : '';
        write(from, to, before + text + after);
      },
    };
  }, [field, composer]);
}
