// The controls of forms, as one lazy chunk.

import { addStyles } from '../../styles/sheet.ts';
import css from './controls.css';

addStyles(css);

export { Checkbox, RadioGroup } from './choices.tsx';
export { DatePicker } from './date-picker.tsx';
export { EditableText } from './editable-text.tsx';
export { Input } from './input.tsx';
export { Select } from './select.tsx';
export { Textarea } from './textarea.tsx';
