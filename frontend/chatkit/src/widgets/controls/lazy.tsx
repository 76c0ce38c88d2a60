// Controls, loaded with the first form. Until then, boxes of their size stand in.

import type { ComponentProps } from 'preact';
import { lazy } from '../../parts/lazy.tsx';
import { oneOf } from '../../safety/style.ts';
import type { NodeProps } from '../registry.ts';
import { CONTROL_SIZES } from '../sizes.ts';
import type { EditableText as EditableTextView } from './editable-text.tsx';

const all = () => import('./all.ts');

export const Input = lazy<NodeProps>({ load: async () => (await all()).Input, Waiting: Line });
export const Select = lazy<NodeProps>({ load: async () => (await all()).Select, Waiting: Line });
export const DatePicker = lazy<NodeProps>({ load: async () => (await all()).DatePicker, Waiting: Line });
export const Textarea = lazy<NodeProps>({ load: async () => (await all()).Textarea, Waiting: Lines });
export const Checkbox = lazy<NodeProps>({ load: async () => (await all()).Checkbox, Waiting: () => <span class="w-choice" /> });
export const RadioGroup = lazy<NodeProps>({ load: async () => (await all()).RadioGroup, Waiting: Choices });
export const EditableText = lazy<ComponentProps<typeof EditableTextView>>({
  load: async () => (await all()).EditableText,
  Waiting: ({ initial, className, style }) => (
    <span class={className} style={style}>
      {initial}
    </span>
  ),
});

function Line({ node }: NodeProps) {
  return <span class={`w-control size-${oneOf(node.size, CONTROL_SIZES) ?? 'lg'}${node.block === true ? ' is-block' : ''}`} />;
}

function Lines({ node }: NodeProps) {
  const rows = typeof node.rows === 'number' ? Math.min(Math.max(node.rows, 1), 50) : 3;
  return <span class="w-control is-multiline" style={{ blockSize: `calc(${rows}lh + 18px)` }} />;
}

function Choices({ node }: NodeProps) {
  const options = Array.isArray(node.options) ? node.options.slice(0, 50) : [];
  return (
    <div class={`w-radios ${node.direction === 'col' ? 'is-col' : 'is-row'}`}>
      {options.map(() => (
        <span class="w-choice" />
      ))}
    </div>
  );
}
