// The controls of forms, with their styles. They are loaded together with the widgets, because a form must not be submitted without its controls.

import { addStyles } from '../../styles/sheet.ts';
import css from './controls.css';

addStyles(css);

export { Checkbox, RadioGroup } from './choices.tsx';
export { DatePicker } from './date-picker.tsx';
export { Input } from './input.tsx';
export { Select } from './select.tsx';
export { Textarea } from './textarea.tsx';
