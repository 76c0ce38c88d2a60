// Everything that draws widgets, as one lazy chunk.

import { addStyles } from '../styles/sheet.ts';
import { registerBuiltInWidgets } from './built-in.ts';
import button from './button.css';
import widgets from './widgets.css';

addStyles(widgets);
addStyles(button);
registerBuiltInWidgets();

export { Widget } from './widget.tsx';
