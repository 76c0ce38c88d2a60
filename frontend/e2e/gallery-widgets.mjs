// One widget or more of every component, with the props that change how it looks.

const photo =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#7aa7d9"/><stop offset="1" stop-color="#e7b58f"/></linearGradient></defs><rect width="640" height="360" fill="url(#g)"/><circle cx="470" cy="110" r="46" fill="#fff6d8"/><path d="M0 300 180 150 320 280 430 190 640 330V360H0Z" fill="#2d4a5f"/></svg>',
  );

const text = (value, props = {}) => ({ type: 'Text', value, ...props });
const row = (children, props = {}) => ({ type: 'Row', children, ...props });
const col = (children, props = {}) => ({ type: 'Col', children, ...props });
const card = (children, props = {}) => ({ type: 'Card', children, ...props });
const act = (type, props = {}) => ({ type, ...props });

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug'];
const sales = months.map((month, i) => ({ month, desktop: [186, 305, 237, 73, 209, 214, 190, 260][i], mobile: [80, 200, 120, 190, 130, 140, 95, 170][i], change: [12, -8, 15, -22, 6, 18, -4, 9][i] }));

const chart = (series, props = {}) => ({ type: 'Chart', data: sales, xAxis: 'month', series, height: 200, ...props });

const cities = ['Amsterdam', 'Athens', 'Berlin', 'Brussels', 'Copenhagen', 'Dublin', 'Helsinki', 'Lisbon', 'Ljubljana', 'London', 'Madrid', 'Oslo', 'Paris', 'Prague', 'Rome', 'Stockholm', 'Vienna', 'Warsaw'];

export const widgets = {
  texts: card([
    { type: 'Title', value: 'Quarterly review', size: 'lg' },
    { type: 'Caption', value: 'Updated two minutes ago' },
    text('Body text in its usual size, long enough that it has to break into a second line on every screen there is.'),
    text('Secondary, small', { size: 'sm', color: 'secondary' }),
    text('Struck through', { lineThrough: true, color: 'tertiary' }),
    text('Italic and semibold', { italic: true, weight: 'semibold' }),
    text('Cut after a single line, as it says far more than anyone would like to read in one go, on and on', { truncate: true }),
    text('Two lines at most: what follows after them is not shown, however much of it there may be, because it was asked for so. And on it goes, and on, and on, until nobody listens.', { maxLines: 2 }),
    row([{ type: 'Title', value: '24°', size: '3xl' }, col([text('Sunny', { weight: 'medium' }), { type: 'Caption', value: 'Feels like 26°' }], { gap: 0 })], { gap: 4 }),
    { type: 'Markdown', value: 'Some **Markdown** with a [link](https://example.com), `code`, and\n\n- one\n- two' },
  ]),
  badges: card([
    row(['secondary', 'success', 'danger', 'warning', 'info', 'discovery'].map((color) => ({ type: 'Badge', label: color, color })), { wrap: 'wrap' }),
    row(['secondary', 'success', 'danger', 'warning', 'info', 'discovery'].map((color) => ({ type: 'Badge', label: color, color, variant: 'solid', pill: true })), { wrap: 'wrap' }),
    row(['secondary', 'success', 'danger', 'warning', 'info', 'discovery'].map((color) => ({ type: 'Badge', label: color, color, variant: 'outline', size: 'md' })), { wrap: 'wrap' }),
    row(['sm', 'md', 'lg'].map((size) => ({ type: 'Badge', label: `Size ${size}`, size, color: 'info' }))),
    { type: 'Divider' },
    row(['sparkle', 'calendar', 'lab', 'wreath', 'lucide:rocket', 'lucide:coffee', 'vendor:slack', 'no-such-icon'].map((name, i) => ({ type: 'Icon', name, size: 'lg', color: ['primary', 'success', 'danger', 'warning', 'secondary', 'discovery', 'info', 'tertiary'][i] })), { wrap: 'wrap', gap: 4 }),
    row([text('Left'), { type: 'Divider' }, text('Right'), { type: 'Spacer' }, text('Far right', { color: 'secondary' })], { gap: 3 }),
  ]),
  images: card([
    { type: 'Image', src: photo, alt: 'Mountains', flush: true, height: 150 },
    { type: 'Title', value: 'Weekend in the Alps', size: 'sm' },
    row([
      { type: 'Image', src: photo, alt: 'Small', size: 64, radius: 'xl', frame: true },
      { type: 'Image', src: photo, alt: 'Round', size: 64, radius: 'full', position: 'right' },
      { type: 'Image', src: photo, alt: 'Wide', width: 110, aspectRatio: '16 / 9', radius: 'md' },
      { type: 'Image', src: 'javascript:alert(1)', alt: 'Missing', size: 64, radius: 'md' },
    ], { gap: 3, wrap: 'wrap' }),
  ], { size: 'sm' }),
  buttons: card([
    row(['solid', 'soft', 'outline', 'ghost'].map((variant) => ({ type: 'Button', label: variant, variant, color: 'primary', onClickAction: act('a') })), { wrap: 'wrap' }),
    row(['info', 'discovery', 'success', 'caution', 'warning', 'danger'].map((color) => ({ type: 'Button', label: color, color, variant: 'solid', size: 'md' })), { wrap: 'wrap' }),
    row(['info', 'discovery', 'success', 'caution', 'warning', 'danger'].map((color) => ({ type: 'Button', label: color, color, size: 'md' })), { wrap: 'wrap' }),
    row(['3xs', '2xs', 'xs', 'sm', 'md', 'lg', 'xl', '2xl', '3xl'].map((size) => ({ type: 'Button', label: size, size, variant: 'outline' })), { wrap: 'wrap' }),
    row([
      { type: 'Button', label: 'Book', iconStart: 'calendar', style: 'primary' },
      { type: 'Button', label: 'More', iconEnd: 'chevron-right' },
      { type: 'Button', iconStart: 'star', uniform: true, variant: 'outline' },
      { type: 'Button', label: 'Disabled', disabled: true },
      { type: 'Button', label: 'Pill', pill: true, variant: 'outline' },
    ], { wrap: 'wrap' }),
    row([{ type: 'Button', label: 'Decline', block: true, variant: 'outline' }, { type: 'Button', label: 'Accept', block: true, style: 'primary' }]),
  ], { size: 'lg' }),
  form: card([
    { type: 'Title', value: 'Plan a trip', size: 'sm' },
    col([{ type: 'Label', value: 'Name', fieldName: 'trip.name' }, { type: 'Input', name: 'trip.name', placeholder: 'Summer in the north', required: true }], { gap: 1 }),
    row([
      col([{ type: 'Label', value: 'City', fieldName: 'trip.city' }, { type: 'Select', name: 'trip.city', block: true, clearable: true, defaultValue: 'Oslo', options: cities.map((label) => ({ value: label, label, description: label === 'Oslo' ? 'Norway' : undefined, disabled: label === 'Rome' })) }], { gap: 1, flex: 1 }),
      col([{ type: 'Label', value: 'Day', fieldName: 'trip.day' }, { type: 'DatePicker', name: 'trip.day', block: true, clearable: true, defaultValue: '2026-03-14', min: '2026-03-05', max: '2026-05-20' }], { gap: 1, flex: 1 }),
    ], { gap: 3 }),
    col([{ type: 'Label', value: 'Notes', fieldName: 'trip.notes' }, { type: 'Textarea', name: 'trip.notes', rows: 2, autoResize: true, maxRows: 6, placeholder: 'Anything we should know' }], { gap: 1 }),
    { type: 'RadioGroup', name: 'trip.class', ariaLabel: 'Class', defaultValue: 'b', options: [{ value: 'a', label: 'First class' }, { value: 'b', label: 'Second class' }, { value: 'c', label: 'Sold out', disabled: true }] },
    { type: 'Checkbox', name: 'trip.window', label: 'A seat at the window', defaultChecked: true },
  ], { asForm: true, confirm: { label: 'Save', action: act('trip.save') }, cancel: { label: 'Cancel', action: act('trip.cancel') }, size: 'md', status: { text: 'Travel desk', icon: 'suitcase' } }),
  fields: card([
    row([{ type: 'Input', name: 'a', placeholder: 'Outline' }, { type: 'Input', name: 'b', placeholder: 'Soft', variant: 'soft' }, { type: 'Input', name: 'c', placeholder: 'Pill', pill: true, inputType: 'email' }], { wrap: 'wrap' }),
    row([{ type: 'Select', name: 'd', placeholder: 'Choose a size', options: [{ value: 's', label: 'Small' }, { value: 'm', label: 'Medium' }] }, { type: 'Select', name: 'e', variant: 'soft', pill: true, placeholder: 'Soft pill', options: [] }, { type: 'DatePicker', name: 'f', variant: 'ghost' }], { wrap: 'wrap' }),
    row(['3xs', 'xs', 'sm', 'md', 'lg', 'xl', '3xl'].map((size) => ({ type: 'Select', name: `size${size}`, size, placeholder: size, options: [] })), { wrap: 'wrap' }),
    { type: 'Textarea', name: 'g', placeholder: 'Soft, three rows', variant: 'soft' },
    { type: 'Input', name: 'h', placeholder: 'Disabled', disabled: true },
  ], { size: 'lg' }),
  editable: card([
    text('A title that can be changed', { size: 'lg', weight: 'semibold', editable: { name: 'title', required: true } }),
    text('', { editable: { name: 'body', placeholder: 'Write something…' }, minLines: 2 }),
    row([{ type: 'Button', submit: true, label: 'Send', style: 'primary' }, { type: 'Button', label: 'Discard', variant: 'ghost', onClickAction: act('discard') }]),
  ], { asForm: true, confirm: undefined }),
  list: {
    type: 'ListView',
    limit: 'auto',
    status: { text: 'Seven results', icon: 'search' },
    children: ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth', 'Tony Hoare'].map((name, i) => ({
      type: 'ListViewItem',
      onClickAction: act('open', { payload: { i } }),
      gap: 3,
      children: [
        { type: 'Box', size: 36, radius: 'full', background: ['blue-100', 'green-100', 'purple-100', 'orange-100', 'pink-100', 'yellow-100', 'red-100'][i], align: 'center', justify: 'center', children: [text(name[0], { weight: 'semibold', size: 'sm' })] },
        col([text(name, { weight: 'medium', truncate: true }), { type: 'Caption', value: 'Programmer', truncate: true }], { gap: 0, flex: 1 }),
        { type: 'Badge', label: `#${i + 1}` },
      ],
    })),
  },
  bars: card([{ type: 'Title', value: 'Visitors', size: 'sm' }, chart([{ type: 'bar', dataKey: 'desktop', label: 'Desktop' }, { type: 'bar', dataKey: 'mobile', label: 'Mobile' }], { showYAxis: true, showLegend: true })], { size: 'lg' }),
  stacked: card([chart([{ type: 'bar', dataKey: 'desktop', label: 'Desktop', stack: 'a' }, { type: 'bar', dataKey: 'mobile', label: 'Mobile', stack: 'a', color: 'orange' }, { type: 'line', dataKey: 'change', label: 'Change', color: 'green' }], { showYAxis: true })], { size: 'lg' }),
  areas: card([chart([{ type: 'area', dataKey: 'desktop', label: 'Desktop', stack: 'a' }, { type: 'area', dataKey: 'mobile', label: 'Mobile', stack: 'a' }])], { size: 'lg' }),
  lines: card([chart([{ type: 'line', dataKey: 'desktop', label: 'Desktop', curveType: 'natural' }, { type: 'area', dataKey: 'change', label: 'Change', curveType: 'step', color: { light: '#c2410c', dark: '#fdba74' } }], { showYAxis: true, xAxis: { dataKey: 'month', labels: { Jan: 'January' } } })], { size: 'lg' }),
  table: card([
    { type: 'Table', children: [
      { type: 'Table.Row', header: true, children: [{ type: 'Table.Cell', children: [text('Item', { size: 'sm', color: 'secondary' })] }, { type: 'Table.Cell', align: 'end', children: [text('Price', { size: 'sm', color: 'secondary' })] }] },
      ...[['Train ticket', '€ 89.00'], ['Seat', '€ 4.50']].map(([a, b]) => ({ type: 'Table.Row', children: [{ type: 'Table.Cell', children: [text(a, { size: 'sm' })] }, { type: 'Table.Cell', align: 'end', children: [text(b, { size: 'sm' })] }] })),
      { type: 'Table.Row', children: [{ type: 'Table.Cell', colSpan: 2, align: 'end', children: [text('€ 93.50', { weight: 'semibold' })] }] },
    ] },
  ]),
  themed: card([{ type: 'Title', value: 'Always dark', size: 'sm' }, text('Whatever the theme of the page is.', { color: 'secondary' }), row([{ type: 'Button', label: 'Play', iconStart: 'play', style: 'primary' }, { type: 'Badge', label: 'Live', color: 'danger' }, { type: 'Spacer' }, { type: 'Button', label: 'Later', variant: 'ghost' }])], { theme: 'dark', size: 'sm' }),
  coloured: card([text('On a primitive colour', { weight: 'medium' }), row([{ type: 'Box', background: 'surface-tertiary', padding: 3, radius: 'lg', flex: 1, children: [text('One')] }, { type: 'Box', border: { size: 1, style: 'dashed', color: 'strong' }, padding: 3, radius: 'lg', flex: 1, children: [text('Two')] }, { type: 'Box', border: { left: { size: 3, color: 'blue-500' } }, padding: { x: 3, y: 2 }, flex: 1, children: [text('Three')] }])], { background: 'blue-100' }),
  confirm: card([{ type: 'Title', value: 'Send the invoice?', size: 'sm' }, text('It goes to anna@example.com at once.', { color: 'secondary' })], { confirm: { label: 'Send', action: act('send') }, cancel: { label: 'Not now', action: act('no') } }),
  collapsed: card([{ type: 'Title', value: 'Invoice 1004', size: 'sm' }, text('Sent to anna@example.com')], { collapsed: true, status: { text: 'Invoice sent', icon: 'check' } }),
  basic: { type: 'Basic', gap: 3, children: [text('A bare widget, without a frame'), row([{ type: 'Button', label: 'Yes', style: 'primary', pill: true }, { type: 'Button', label: 'No', pill: true }])] },
  unknown: card([{ type: 'Hologram', children: [text('Its children are shown')] }, { type: 'Transition', children: text('In a transition') }]),
};
