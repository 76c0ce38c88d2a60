// One item or more of every type that a thread can hold.

import { item, message, question } from './gallery.mjs';

export const url = { type: 'url', title: 'A guide to fjords', url: 'https://example.com/fjords', attribution: 'Example', description: 'Where they are, and how deep.', timestamp: '2026-01-05T00:00:00Z' };
const file = { type: 'file', title: 'Annual report', filename: 'report-2025.pdf' };
const entity = { type: 'entity', id: 'e', title: 'Order 1004', icon: 'suitcase', label: 'Order', inline_label: 'Order 1004', description: 'Shipped on Monday', interactive: false, data: {} };
export const note = (source, index) => ({ type: 'annotation', source, index });
const task = (type, status_indicator, props) => ({ type, status_indicator, ...props });

export const ITEMS = [
  question('q', 'Tell me about fjords'),
  item('w', 'workflow', { workflow: { type: 'custom', expanded: true, summary: { title: 'Looked things up', icon: 'search' }, tasks: [
    task('custom', 'complete', { title: 'Read the request', content: 'With **care**.' }),
    task('web_search', 'complete', { title_query: 'fjord depth', queries: ['fjord depth', 'deepest fjord'], sources: [url] }),
    task('file', 'loading', { sources: [file] }),
    task('image', 'none', {}),
    task('hologram', 'none', { title: 'From the future' }),
  ] } }),
  item('r', 'workflow', { workflow: { type: 'reasoning', expanded: false, summary: { duration: 7 }, tasks: [task('thought', 'complete', { content: 'Fjords are deep.' })] } }),
  item('t', 'task', { task: task('custom', 'none', { title: 'On its own', icon: 'lucide:anchor' }) }),
  message('m', 'They are deep. See the report, and the order.', [note(url, 14), note(file, 29), note(entity, 45)]),
  item('i', 'generated_image', { image: { id: 'x', url: 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#88a"/></svg>') } }),
  item('h', 'hologram', {}),
  item('a', 'structured_input', { status: 'answered', inputs: [{ type: 'freeform', id: 'x', question: 'How many?', answer: { values: ['Two'], skipped: false } }, { type: 'freeform', id: 'y', question: 'Why?', answer: { values: [], skipped: true } }] }),
  item('s', 'structured_input', { status: 'pending', inputs: [
    { type: 'multiple_choice', id: 'p', question: 'Which one?', options: [{ value: 'Geiranger' }, { value: 'Hardanger' }], multiple: false },
    { type: 'freeform', id: 'f', question: 'Anything else?', description: 'In your own words' },
  ] }),
];
