// A short thread in Arabic, with a card.

import { message, question, widgetItem } from './gallery.mjs';

const text = (value, props = {}) => ({ type: 'Text', value, ...props });
const day = (name, icon, range) => ({
  type: 'Col', align: 'center', gap: 1, flex: 1,
  children: [text(name, { size: 'xs', color: 'tertiary' }), { type: 'Icon', name: icon, size: 'lg', color: 'blue-500' }, text(range, { size: 'xs' })],
});

const CARD = {
  type: 'Card', size: 'sm', padding: 0,
  children: [
    { type: 'Box', padding: 5, background: 'surface-tertiary', gap: 3, children: [
      { type: 'Row', justify: 'between', align: 'center', children: [
        { type: 'Col', gap: 1, children: [text('القاهرة، مصر', { size: 'lg', weight: 'semibold' }), text('الآن', { size: 'xs', color: 'tertiary' })] },
        { type: 'Box', padding: 3, radius: 'full', background: 'blue-100', children: [{ type: 'Icon', name: 'lucide:sun', size: 'xl', color: 'blue-700' }] },
      ] },
      { type: 'Row', align: 'center', gap: 4, children: [{ type: 'Title', value: '31°', size: 'lg', weight: 'semibold' }, text('مشمس، والرياح خفيفة', { color: 'secondary', size: 'sm' })] },
    ] },
    { type: 'Row', padding: 5, children: [day('الأحد', 'lucide:sun', '32° / 21°'), day('الإثنين', 'lucide:cloud-sun', '30° / 20°'), day('الثلاثاء', 'lucide:cloud', '28° / 19°')] },
  ],
};

export const ARABIC = [
  question('q', 'كيف حال الطقس في القاهرة؟'),
  message('m', 'الجو في **القاهرة** مشمس ودافئ، ودرجة الحرارة **31 °م**. لن تحتاج إلى مظلة اليوم، لكن قبعة خفيفة تفيدك عند الظهيرة.'),
  widgetItem('w', CARD),
];
