// Proves to the compiler that our element is the one the npm types describe. Nothing here runs.

import type { ChatKitOptions, OpenAIChatKit } from '@openai/chatkit';
import type { ChatKitElement } from '../src/element/element.ts';

type Extends<A, B> = A extends B ? true : false;
type Same<A, B> = [A, B] extends [B, A] ? true : false;

export const isTheirElement: Extends<ChatKitElement, OpenAIChatKit> = true;
export const takesTheirOptions: Same<Parameters<ChatKitElement['setOptions']>[0], ChatKitOptions> = true;

export function asThePageUsesIt(element: ChatKitElement): OpenAIChatKit {
  element.addEventListener('chatkit.thread.change', ({ detail }) => void detail.threadId);
  element.addEventListener('chatkit.error', ({ detail }) => void detail.error.message);
  return element;
}
