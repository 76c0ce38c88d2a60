// The component's one style sheet, shared by all elements of a page.

import chat from '../components/chat/chat.css';
import composer from '../components/composer/composer.css';
import header from '../components/header/header.css';
import history from '../components/history/history.css';
import message from '../components/message/message.css';
import startScreen from '../components/start-screen/start-screen.css';
import thread from '../components/thread/thread.css';
import markdown from '../markdown/markdown.css';
import parts from '../parts/parts.css';
import controls from '../widgets/controls.css';
import widgets from '../widgets/widgets.css';
import base from './base.css';
import tokens from './tokens.css';

let sheet: CSSStyleSheet | null = null;

/** A constructed sheet needs no permission of the page's content security policy. */
export function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [tokens, base, parts, chat, header, startScreen, thread, message, markdown, widgets, controls, composer, history].join('\n'),
    );
  }
  return sheet;
}
