// What rendered Markdown needs from its surroundings.

import type { ComponentChildren } from 'preact';
import type { Translate } from '../i18n/translate.ts';
import type { ImagePolicy } from '../safety/url.ts';

export interface MarkdownScope {
  readonly t: Translate;
  readonly images: ImagePolicy;
  readonly onDeeplink: (name: string, data: Record<string, string>) => void;
  readonly renderCitation: (annotation: number) => ComponentChildren;
  readonly insideLink?: boolean;
  /** Set for the last block of a text that is being written. */
  readonly growing?: boolean;
}
