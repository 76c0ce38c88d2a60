// Everything that draws widgets, as one lazy chunk.

import { addStyles } from '../styles/sheet.ts';
import { registerBuiltInWidgets } from './built-in.ts';
import controls from './controls.css';
import widgets from './widgets.css';

addStyles(widgets + controls);
registerBuiltInWidgets();

export { Widget } from './widget.tsx';
