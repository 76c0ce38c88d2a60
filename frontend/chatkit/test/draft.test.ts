// Tags stay where they were written, through every kind of edit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InputTag } from '../src/protocol/item.ts';
import {
  contentOf,
  draftOf,
  edited,
  EMPTY_DRAFT,
  joined,
  outsideTags,
  tagBeside,
  triggerAt,
  withTag,
  type Draft,
} from '../src/state/draft.ts';

const tag = (id: string, text: string): InputTag => ({ type: 'input_tag', id, text, data: {}, interactive: false });
const harry = tag('h', 'Harry Potter');
const ron = tag('r', 'Ron');
const text = (value: string) => ({ type: 'input_text' as const, text: value });
const draft = () => draftOf([text('Ask '), harry, text(' about '), ron, text(' today')]);
const words = ({ text: all, tags }: Draft) => tags.map(({ start, end }) => all.slice(start, end));

test('content goes in and comes out in the same order', () => {
  const content = [text('Ask '), harry, text(' about '), ron, text(' today')];
  assert.deepEqual(contentOf(draftOf(content)), content);
  assert.equal(draftOf(content).text, 'Ask @Harry Potter about @Ron today');
  assert.deepEqual(contentOf(draftOf([harry, ron])), [harry, ron]);
  assert.deepEqual(contentOf(draftOf([text('  \n')])), []);
  assert.deepEqual(contentOf(draftOf([text('  '), harry, text(' \n')])), [harry]);
});

test('typing before, between and behind tags leaves them on their words', () => {
  const before = draft();
  for (let position = 0; position <= before.text.length; position++) {
    const typed = `${before.text.slice(0, position)}XY${before.text.slice(position)}`;
    const after = edited(before, typed, position + 2);
    const inside = before.tags.filter(({ start, end }) => start < position && position < end).length;
    assert.equal(after.tags.length, 2 - inside, `at ${position}`);
    for (const word of words(after)) assert.ok(word === '@Harry Potter' || word === '@Ron', word);
  }
});

test('typing the same letter beside a tag does not move it', () => {
  const before = draftOf([ron, text('n')]);
  const after = edited(before, '@Ronnn', 5);
  assert.deepEqual(words(after), ['@Ron']);
});

test('a deletion that cuts into a tag takes the whole of it', () => {
  const before = draft();
  const after = edited(before, 'Ask @Harry Potte about @Ron today', 16);
  assert.equal(after.text, 'Ask  about @Ron today');
  assert.deepEqual(words(after), ['@Ron']);
  assert.equal(edited(before, 'Ask @Harry Potn today', 14).text, 'Ask  today', 'from the middle of one to the middle of the other');
});

test('typing over a part of a tag leaves plain words', () => {
  const after = edited(draft(), 'Ask @Harry X about @Ron today', 12);
  assert.deepEqual(contentOf(after), [text('Ask @Harry X about '), ron, text(' today')]);
});

test('an undo brings a tag back', () => {
  const before = draft();
  const without = edited(before, 'Ask  about @Ron today', 4);
  assert.deepEqual(words(without), ['@Ron']);
  const again = edited(without, before.text, 17, [harry]);
  assert.deepEqual(again, before);
  const twice = edited(again, `${before.text}!`, before.text.length + 1, [harry]);
  assert.equal(twice.tags.length, 2, 'and only once');
});

test('a tag takes the place of the words that asked for it', () => {
  const typed: Draft = { text: 'Ask @ha about it', tags: [] };
  const { draft: after, caret } = withTag(typed, 4, 7, harry);
  assert.deepEqual(contentOf(after), [text('Ask '), harry, text(' about it')]);
  assert.equal(caret, 'Ask @Harry Potter '.length);
  const alone = withTag(EMPTY_DRAFT, 0, 0, ron);
  assert.equal(alone.draft.text, '@Ron ');
});

test('a draft that comes back stands before what was typed since', () => {
  const both = joined(draftOf([text('Hi '), ron]), draftOf([harry, text('?')]));
  assert.equal(both.text, 'Hi @Ron\n@Harry Potter?');
  assert.deepEqual(words(both), ['@Ron', '@Harry Potter']);
  assert.equal(joined(EMPTY_DRAFT, both), both);
});

test('the caret never stands inside a tag', () => {
  const { tags, ...rest } = draft();
  const all = { ...rest, tags };
  assert.equal(outsideTags(all, 5, 4), 17, 'to the right');
  assert.equal(outsideTags(all, 16, 17), 4, 'to the left');
  assert.equal(outsideTags(all, 15, 9), 17, 'to the nearer end');
  assert.equal(outsideTags(all, 2, 1), 2);
  assert.equal(tagBeside(all, 17, false)?.tag, harry);
  assert.equal(tagBeside(all, 4, true)?.tag, harry);
  assert.equal(tagBeside(all, 4, false), undefined);
});

test('a sign opens suggestions at the beginning of a word only', () => {
  const at = (value: string, signs = '@/') => triggerAt({ text: value, tags: [] }, value.length, signs);
  assert.deepEqual(at('@'), { sign: '@', start: 0, end: 1, query: '' });
  assert.deepEqual(at('Ask (@har'), { sign: '@', start: 5, end: 9, query: 'har' });
  assert.equal(at('@harry potter')?.query, 'harry potter', 'names have spaces');
  assert.equal(at('me@example.com'), null);
  assert.equal(at('@ '), null);
  assert.equal(at('@a\nb'), null);
  assert.deepEqual(at('/new'), { sign: '/', start: 0, end: 4, query: 'new' });
  assert.equal(at('and/or'), null);
  assert.equal(at('/new', '@'), null, 'only signs that something listens to');
  assert.equal(triggerAt(draft(), 17, '@'), null, 'a tag is no search');
});
