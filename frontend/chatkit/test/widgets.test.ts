// The arithmetic behind widgets: days, options, charts, patterns, labels.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WidgetNode } from '../src/protocol/widget-node.ts';
import { areaPath, linePath, type CurveName } from '../src/widgets/chart/curves.ts';
import { layOut } from '../src/widgets/chart/lay-out.ts';
import { readChart } from '../src/widgets/chart/read-chart.ts';
import { labelStep, niceScale, spansOf } from '../src/widgets/chart/scale.ts';
import { optionsOf, safePattern } from '../src/widgets/controls/control.ts';
import { addMonths, dateOf, dayOf, firstWeekdayOf, isoOf, readDay, weekday, weeksOf } from '../src/widgets/controls/days.ts';
import { findByLetters, matching, nextEnabled } from '../src/widgets/controls/option-search.ts';
import { isTooLarge, labelledNames } from '../src/widgets/node.tsx';

test('days are read from ISO dates, and from nothing else', () => {
  assert.equal(isoOf(readDay('2026-03-14') ?? 0), '2026-03-14T00:00:00.000Z');
  assert.equal(readDay('2026-03-14T10:00:00+09:00'), dayOf(2026, 2, 14));
  for (const wrong of ['2026-02-30', '2026-13-01', 'tomorrow', '', null, 5]) assert.equal(readDay(wrong), null);
});

test('a month later is never two', () => {
  assert.equal(isoOf(addMonths(dayOf(2026, 0, 31), 1)).slice(0, 10), '2026-02-28');
  assert.equal(isoOf(addMonths(dayOf(2024, 1, 29), 12)).slice(0, 10), '2025-02-28');
  assert.equal(isoOf(addMonths(dayOf(2026, 0, 15), -1)).slice(0, 10), '2025-12-15');
});

test('weekdays are those of the calendar, also before 1970', () => {
  for (const day of [0, 1, -1, -400, dayOf(2026, 2, 14), dayOf(1899, 11, 31)]) assert.equal(weekday(day), dateOf(day).getUTCDay());
  assert.equal(firstWeekdayOf('en-US'), 0);
  assert.equal(firstWeekdayOf('de-DE'), 1);
});

test('a month is laid out in whole weeks', () => {
  const weeks = weeksOf(dayOf(2026, 2, 20), 1);
  assert.equal(weeks.length, 6);
  assert.deepEqual(weeks[0], [null, null, null, null, null, null, dayOf(2026, 2, 1)]);
  assert.deepEqual(weeks.flat().filter((day) => day !== null).length, 31);
});

const options = optionsOf({ type: 'Select', options: ['Ålesund', 'Bergen', 'Berlin', { value: 'x' }, null, { value: 'Bodø', label: 'Bodø', disabled: true }].map((value) => (typeof value === 'string' ? { value, label: value } : value)) });

test('options are found without regard to case and accents', () => {
  assert.deepEqual(matching(options, 'ales').map(({ value }) => value), ['Ålesund']);
  assert.equal(matching(options, ' ').length, options.length);
  assert.equal(matching(options, 'zz').length, 0);
});

test('letters find options, and the same letter goes on to the next', () => {
  assert.equal(findByLetters(options, 'ber', 0), 1);
  assert.equal(findByLetters(options, 'b', 1), 2);
  assert.equal(findByLetters(options, 'b', 2), 1);
  assert.equal(findByLetters(options, 'q', 0), -1);
  assert.equal(nextEnabled(options, 3, 1), 3, 'the last one is disabled');
  assert.equal(nextEnabled([], -1, 1), 0);
});

const chart = (extra: object = {}): WidgetNode => ({
  type: 'Chart',
  xAxis: { dataKey: 'm', labels: { a: 'Alpha' } },
  data: [{ m: 'a', x: 3, y: '4', z: -2 }, { m: 'b', x: 'none', y: 6 }],
  series: [{ type: 'bar', dataKey: 'x', stack: 's' }, { type: 'bar', dataKey: 'y', label: 'Y', stack: 's' }, { type: 'line', dataKey: 'z', curveType: 'nope' }, { type: 'pie', dataKey: 'x' }, null],
  ...extra,
});

test('a chart is read tolerantly', () => {
  const data = readChart(chart());
  assert.deepEqual(data.rows, [{ name: 'Alpha', values: [3, 4, -2] }, { name: 'b', values: [null, 6, null] }]);
  assert.deepEqual(data.series.map(({ label, curve }) => [label, curve]), [['x', 'monotone'], ['Y', 'monotone'], ['z', 'monotone']]);
  assert.equal(data.showLegend, true);
  for (const broken of [{ data: 'x' }, { series: {} }, { xAxis: null }, { data: [{ __proto__: 1 }] }]) assert.ok(readChart(chart(broken)));
});

test('stacks grow on each other, values below zero on their own side', () => {
  const data = readChart(chart({ data: [{ m: 'a', x: 3, y: -4 }, { m: 'b', x: 2, y: 5 }] }));
  assert.deepEqual(spansOf(data).slice(0, 2), [[[0, 3], [0, 2]], [[0, -4], [2, 7]]]);
});

test('axes end on round numbers', () => {
  assert.deepEqual(niceScale([[[0, 305]]]).ticks, [0, 100, 200, 300, 400]);
  assert.deepEqual(niceScale([[[0, 0.3]]]).ticks, [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(niceScale([[[0, -12]]]).ticks, [-15, -10, -5, 0]);
  assert.deepEqual(niceScale([[null]]), { ticks: [0, 0.25, 0.5, 0.75, 1], min: 0, max: 1 });
  assert.equal(niceScale([[[0, 1e300]]]).ticks.length < 8, true);
  assert.equal(labelStep(['January', 'February'], 400), 1);
  assert.ok(labelStep(Array<string>(300).fill('a long label'), 400) > 50);
});

test('every curve of the protocol draws lines and areas', () => {
  const points = [{ x: 0, y: 5, base: 10 }, { x: 5, y: 2, base: 10 }, { x: 10, y: null, base: 10 }, { x: 15, y: 3, base: 10 }, { x: 20, y: 4, base: 10 }];
  const names: CurveName[] = [
    'basis', 'basisClosed', 'basisOpen', 'bumpX', 'bumpY', 'bump', 'linear', 'linearClosed', 'natural', 'monotoneX', 'monotoneY', 'monotone', 'step', 'stepBefore', 'stepAfter',
  ];
  for (const name of names) {
    assert.ok(linePath(points, name).startsWith('M') || name === 'basisOpen', name);
    assert.ok(!/NaN/.test(areaPath(points, name)), name);
  }
  assert.equal(readChart(chart({ series: [{ type: 'line', dataKey: 'x', curveType: 'constructor' }] })).series[0]?.curve, 'monotone');
});

test('nothing of a chart lies outside of it', () => {
  const layout = layOut(readChart(chart({ showYAxis: true })), 300, 200, String);
  for (const bar of layout.bars.flat()) {
    if (bar) assert.ok(bar.x >= layout.left && bar.x + bar.width <= 300 && bar.y >= 0 && bar.y + bar.height <= layout.bottom + 0.01);
  }
  assert.equal(layout.nearest(-50), 0);
  assert.equal(layout.nearest(5000), 1);
  assert.ok(layOut(readChart(chart({ data: [] })), 0, 0, String));
});

test('patterns that do not compile or run for ever are left out', () => {
  assert.equal(safePattern('[a-z]+'), '[a-z]+');
  for (const bad of ['(', '(a+)+$', '(x*)*', '(\\d{1,})+', 'a'.repeat(501), '']) assert.equal(safePattern(bad), undefined, bad);
});

test('a tree is counted, and its labels found, without going deep on the stack', () => {
  const root: Record<string, unknown> = { type: 'Box' };
  let at = root;
  for (let depth = 0; depth < 20_000; depth++) at = (at.children = [{ type: 'Box' }] as Record<string, unknown>[])[0] as Record<string, unknown>;
  assert.ok(isTooLarge(root as WidgetNode));
  assert.ok(isTooLarge({ type: 'Box', children: Array(100_000).fill({ type: 'Text' }) }));
  assert.deepEqual(labelledNames({ type: 'Card', children: [{ type: 'Row', children: { type: 'Label', fieldName: 'a' } }] }), ['a']);
});
