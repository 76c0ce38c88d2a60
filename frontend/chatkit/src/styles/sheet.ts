// The component's one style sheet, shared by all elements of a page.

import chat from '../components/chat/chat.css';
import composer from '../components/composer/composer.css';
import header from '../components/header/header.css';
import message from '../components/message/message.css';
import startScreen from '../components/start-screen/start-screen.css';
import thread from '../components/thread/thread.css';
import parts from '../parts/parts.css';
import base from './base.css';
import tokens from './tokens.css';

const texts = [tokens, base, parts, chat, header, startScreen, thread, message, composer];
let sheet: CSSStyleSheet | null = null;

/** A constructed sheet needs no permission from the page's content security policy. */
export function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(texts.join('\n'));
  }
  return sheet;
}

/** Adds the styles of a lazy chunk for all elements of the page. Several chunks may add the same ones. */
export function addStyles(text: string): void {
  if (texts.includes(text)) return;
  texts.push(text);
  sheet?.replaceSync(texts.join('\n'));
}
