// Everything a message is written with: the draft, its files, the microphone, and the field itself.

import { signal, type Signal } from '@preact/signals';
import type { DraftAttachments } from './attachments.ts';
import { Composer } from './composer.ts';

/** What the composer can do for others once it is on screen. */
export interface ComposerHands {
  focus(): void;
  /** Opens the dialog that picks files. */
  pickFiles(): void;
  /** Writes text at the caret, adding spaces where words would run together. */
  insert(text: string): void;
}

const NO_HANDS: ComposerHands = { focus: () => undefined, pickFiles: () => undefined, insert: () => undefined };

export interface ComposerParts {
  readonly composer: Composer;
  readonly attachments: DraftAttachments;
  /** True while the microphone is on or a recording is being transcribed. */
  readonly dictating: Signal<boolean>;
  hands: ComposerHands;
}

export function composerParts(attachments: DraftAttachments): ComposerParts {
  return { composer: new Composer(), attachments, dictating: signal(false), hands: NO_HANDS };
}
