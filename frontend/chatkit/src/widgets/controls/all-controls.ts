// The controls of forms, with their styles. They come with the widgets: a form without its controls could be sent.

import { addStyles } from '../../styles/sheet.ts';
import css from './controls.css';

addStyles(css);

export { Checkbox, RadioGroup } from './choices.tsx';
export { DatePicker } from './date-picker.tsx';
export { Input } from './input.tsx';
export { Select } from './select.tsx';
export { Textarea } from './textarea.tsx';
