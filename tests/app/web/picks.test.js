import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picks } from '../../../src/dwell/app/web/core/picks.js';

const order = [7, 3, 9, 1, 5];

test('they are chosen in the order of the clicks, and left again', () => {
  const picks = new Picks();
  for (const id of [9, 7, 5]) picks.toggle(id);
  assert.deepEqual(picks.chosen, [9, 7, 5]);
  picks.toggle(7);
  assert.deepEqual(picks.chosen, [9, 5]);
  assert.equal(picks.has(5), true);
  assert.equal(picks.has(7), false);
});

test('a range goes from the last click, either way, and another one takes its place', () => {
  const picks = new Picks();
  picks.toggle(9);
  picks.extend(5, order);
  assert.deepEqual(picks.chosen, [9, 1, 5]);
  picks.extend(1, order);
  assert.deepEqual(picks.chosen, [9, 1]);
  picks.extend(7, order);
  assert.deepEqual(picks.chosen, [9, 3, 7], 'the first click stays the first: things are merged into it');
});

test('what was chosen before a range stays chosen', () => {
  const picks = new Picks();
  picks.toggle(5);
  picks.toggle(7);
  picks.extend(9, order);
  assert.deepEqual(picks.chosen, [5, 7, 3, 9]);
  picks.extend(3, order);
  assert.deepEqual(picks.chosen, [5, 7, 3]);
});

test('a range without a beginning, or from one that is filtered away, is a click', () => {
  const picks = new Picks();
  picks.extend(3, order);
  assert.deepEqual(picks.chosen, [3]);
  picks.extend(9, [9, 1]);
  assert.deepEqual(picks.chosen, [3, 9]);
  picks.extend(4, order);
  assert.deepEqual(picks.chosen, [3, 9], 'it is not listed');
});

test('all and none', () => {
  const picks = new Picks();
  picks.toggle(1);
  picks.all(order);
  assert.deepEqual(picks.chosen, [1, 7, 3, 9, 5]);
  picks.clear();
  assert.deepEqual(picks.chosen, []);
  picks.extend(3, order);
  assert.deepEqual(picks.chosen, [3]);
});

test('those that are no more are not chosen', () => {
  const picks = new Picks();
  for (const id of [9, 7]) picks.toggle(id);
  assert.equal(picks.keep((id) => id !== 7), true);
  assert.equal(picks.keep((id) => id !== 7), false);
  assert.deepEqual(picks.chosen, [9]);
  picks.extend(1, order);
  assert.deepEqual(picks.chosen, [9, 1], 'the range begins anew, since what it began with is gone');
});
