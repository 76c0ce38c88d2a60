// Props of widgets as their renderers read them: tolerant, bounded, and without harm from what does not fit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as generated from '../src/protocol/generated/widgets.ts';
import { keyOf, type WidgetNode } from '../src/protocol/widget-node.ts';
import { boxStyle } from '../src/widgets/box-style.ts';
import { chartBox } from '../src/widgets/chart/chart-box.ts';
import { readChart } from '../src/widgets/chart/read-chart.ts';
import { optionsOf } from '../src/widgets/controls/control.ts';

type ReadProps = (node: Readonly<Record<string, unknown>>) => Record<string, unknown>;

const readers = Object.entries(generated).flatMap(([name, read]): [string, ReadProps][] =>
  name.endsWith('Props') ? [[name, read as ReadProps]] : [],
);

/** The props that a reader asks its node for. */
function propsOf(read: ReadProps): string[] {
  const asked: string[] = [];
  read(new Proxy({}, { get: (_, key) => void asked.push(String(key)) }));
  return asked;
}

/** A list whose elements must not be looked into from this place on. */
function longList(fine: number, element: (index: number) => object): object[] {
  const poison = new Proxy({}, { get: () => assert.fail('read beyond the bound') });
  return Array.from({ length: fine + 1000 }, (_, index) => (index < fine ? element(index) : poison));
}

const deep = (depth: number): unknown => (depth === 0 ? 'red' : { light: deep(depth - 1), size: deep(0), children: [] });
const JUNK: unknown[] = [
  null, [], [[]], {}, { toString: null, valueOf: 1 }, { size: {} }, { light: {}, dark: [] }, { __proto__: null }, { constructor: 5 }, { type: 5 }, { text: [] }, { name: {} },
  { label: [], action: [] }, { label: 'L', action: { type: {} } }, { top: [], x: { size: 'x' } }, { dataKey: {} , labels: [] }, { hide: 'yes' }, deep(200), 'constructor', '__proto__',
];

test('what does not fit loses nothing but itself', () => {
  assert.ok(readers.length > 25);
  for (const [name, read] of readers) {
    const props = propsOf(read);
    const fitting = props.map((prop) => {
      const value = [true, 'x', 5, 'start', 'sm', 'md', 'row', 'solid', 'outline', 'light', 'primary', 'wrap', 'cover', 'top', 'number', 'secondary', 'semibold', 'medium', { type: 'a' }, { text: 't' }, { name: 'n' }, { label: 'l', action: { type: 'a' } }]
        .find((value) => prop in read({ [prop]: value }));
      assert.ok(value !== undefined, `${name} takes nothing for ${prop}`);
      return [prop, value] as const;
    });
    for (const prop of props) {
      for (const junk of JUNK) {
        const { [prop]: _, ...rest } = read({ ...Object.fromEntries(fitting), [prop]: junk });
        assert.deepEqual(Object.keys(rest).sort(), props.filter((other) => other !== prop).sort(), `${name}: ${prop}`);
      }
    }
  }
});

test('every control takes the props that all controls share', () => {
  const shared = { name: 'n', ariaLabel: 'A', placeholder: 'P', onChangeAction: { type: 'a' }, disabled: true, variant: 'ghost', size: '3xl', gutterSize: 'sm', pill: true, block: true };
  const { readSelectProps, readDatePickerProps, readCheckboxProps, readRadioGroupProps, readInputProps, readTextareaProps } = generated;
  for (const read of [readSelectProps, readDatePickerProps, readCheckboxProps, readRadioGroupProps, readInputProps, readTextareaProps] as ReadProps[]) {
    assert.deepEqual(Object.keys(read(shared)).sort(), Object.keys(shared).sort());
  }
});

test('numbers are accepted as texts', () => {
  assert.deepEqual(generated.readTextProps({ value: 24 }), { value: '24' });
  assert.deepEqual(generated.readBadgeProps({ label: 0 }), { label: '0' });
  assert.deepEqual(generated.readInputProps({ name: 1, defaultValue: 2.5, placeholder: true }), { name: '1', defaultValue: '2.5' });
});

test('options are cut before they are read, and take their value for a label', () => {
  const list = longList(2000, (index) => ({ value: index }));
  const options = optionsOf({ type: 'Select', options: list });
  assert.equal(options.length, 2000);
  assert.deepEqual(options[7], { value: '7', label: '7', description: '', disabled: false });
  const odd = optionsOf({ type: 'Select', options: [null, 'x', { label: 'None' }, { value: 'a', label: '', description: 5, disabled: 'yes' }, { value: {}, label: [] }] });
  assert.deepEqual(odd, [
    { value: '', label: 'None', description: '', disabled: false },
    { value: 'a', label: 'a', description: '5', disabled: false },
    { value: '', label: '', description: '', disabled: false },
  ]);
  for (const options of [undefined, null, 'x', { length: 3 }]) assert.deepEqual(optionsOf({ type: 'Select', options }), []);
});

const chart = (props: object): WidgetNode => ({ type: 'Chart', xAxis: 'x', data: [{ x: 'a', y: 1 }], series: [{ type: 'bar', dataKey: 'y' }], ...props });

test('rows and series of a chart are cut before they are read', () => {
  const data = readChart(chart({ data: longList(500, (index) => ({ x: index, y: index })) }));
  assert.deepEqual([data.rows.length, data.rows[499]], [500, { name: '499', values: [499] }]);
  assert.equal(readChart(chart({ series: longList(20, () => ({ type: 'line', dataKey: 'y' })) })).series.length, 20);
});

test('series keep the colours of their places, also behind one that cannot be read', () => {
  const { series } = readChart(chart({ series: [{ type: 'pie', dataKey: 'y' }, { type: 'bar', dataKey: 'y', label: '', stack: 1 }, { type: 'bar' }, { type: 'line', dataKey: 'y', label: 8, stack: 's', color: { dark: 'green' } }] }));
  assert.deepEqual(
    series.map(({ label, stack, color }) => [label, stack, color]),
    [['y', 'bar 1', 'var(--ck-chart-purple)'], ['8', undefined, 'var(--ck-chart-green)']],
  );
});

test('an axis can be hidden without a field, and labels go by their own names only', () => {
  const hidden = readChart(chart({ xAxis: { hide: true } }));
  assert.deepEqual([hidden.showXAxis, hidden.rows[0]?.name], [false, '']);
  const labelled = readChart(chart({ xAxis: { dataKey: 'x', labels: { a: 7, b: {} } }, data: [{ x: 'a' }, { x: 'b' }, { x: 'constructor' }, { x: '__proto__' }] }));
  assert.deepEqual(labelled.rows.map(({ name }) => name), ['7', 'b', 'constructor', '__proto__']);
});

test('a legend is shown for several series, unless the widget says anything about it', () => {
  const two = [{ type: 'bar', dataKey: 'y' }, { type: 'line', dataKey: 'y' }];
  const shown = (props: object) => readChart(chart(props)).showLegend;
  assert.deepEqual([shown({ series: two }), shown({}), shown({ showLegend: true })], [true, false, true]);
  for (const showLegend of [false, null, 'yes', 1]) assert.equal(shown({ series: two, showLegend }), false, String(showLegend));
});

test('a colour for one scheme is used in both', () => {
  const background = (value: unknown) => boxStyle(generated.readBoxProps({ background: value })).background;
  assert.equal(background({ light: '#fff' }), '#fff');
  assert.equal(background({ light: 5, dark: '#000' }), '#000');
  assert.equal(background({ light: '#fff', dark: '#000' }), 'light-dark(#fff, #000)');
  for (const none of [{}, { light: {} }, [], ['#fff'], 5]) assert.equal(background(none), undefined);
});

test('space and borders are read side by side', () => {
  const style = (props: object) => boxStyle(generated.readBoxProps({ type: 'Box', ...props })) as Record<string, unknown>;
  assert.deepEqual(style({ padding: { x: 2, left: '3px', y: {} } }), { paddingRight: 'calc(2 * var(--ck-unit))', paddingLeft: '3px' });
  assert.deepEqual(style({ border: { size: 2, style: 'odd', color: [] } }), { border: '2px solid var(--ck-border-default)' });
  assert.deepEqual(style({ border: { top: 1, x: { size: -1 }, y: { size: 99, style: 'dashed', color: 'red' } } }), {
    borderTop: '1px solid var(--ck-border-default)',
    borderBottom: '64px dashed red',
  });
  assert.deepEqual(style({ border: { size: '3' }, margin: [1], align: 'constructor', justify: 'toString', width: {} }), {});
  assert.deepEqual(style({ width: 30 }), { width: '30px', maxWidth: '100%' });
  assert.deepEqual(chartBox({ type: 'Chart', aspectRatio: 2, flex: 1 }), { aspectRatio: '2', flex: '1' });
});

test('a node is told apart by texts only', () => {
  const keys = [{ key: 'a', id: 'b' }, { id: 3 }, { key: {}, id: 'c' }, { key: { toString: 1 } }].map((node) => keyOf({ type: 'Box', ...node }));
  assert.deepEqual(keys, ['a', '3', 'c', undefined]);
});
