import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, dayOf, roughly, timeLeft } from '../../../src/dwell/app/web/core/time.js';

test('time left is said as people would say it', () => {
  assert.equal(timeLeft(null), '');
  assert.equal(timeLeft(Infinity), '');
  assert.equal(timeLeft(1), 'almost done');
  assert.equal(timeLeft(8.2), 'about 8 s left');
  assert.equal(timeLeft(43), 'about 45 s left');
  assert.equal(timeLeft(59), 'about 1 min left');
  assert.equal(timeLeft(240), 'about 4 min left');
  assert.equal(roughly(4800), '1 h 20 min');
  assert.equal(roughly(7200), '2 h');
});

test('a place in the video', () => {
  assert.equal(clock(62.46, 1), '1:02.5');
  assert.equal(clock(5), '0:05');
  assert.equal(clock(59.96, 1), '1:00.0');
  assert.equal(clock(3602), '1:00:02');
});

test('the day of a file', () => {
  const now = new Date(2026, 1, 3, 18);
  const ns = (/** @type {Date} */ date) => `${BigInt(date.getTime()) * 1_000_000n}`;
  assert.equal(dayOf(ns(new Date(2026, 1, 3, 9, 5)), now), 'today 09:05');
  assert.equal(dayOf(ns(new Date(2026, 0, 31)), now), '31 Jan');
  assert.equal(dayOf(ns(new Date(2024, 0, 31)), now), '31 Jan 2024');
  assert.equal(dayOf(null, now), '');
});
