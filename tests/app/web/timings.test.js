// How long people wait is measured from what they did to what they see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timings } from '../../../src/dwell/app/web/core/timings.js';

const near = (value, expected) => assert.ok(Math.abs(value - expected) < 50, `${value} is about ${expected}`);

test('a click is measured from when it began to when its mask is painted', () => {
  const timings = new Timings();
  timings.begin('click', 7, performance.now() - 120);
  assert.deepEqual(timings.click, []);
  timings.end('click', 7);
  near(timings.click[0], 120);
  timings.end('click', 7);
  assert.equal(timings.click.length, 1, 'once');
});

test('only the newest seek counts: the frames passed over were never wanted', () => {
  const timings = new Timings();
  timings.begin('seek', 1, performance.now() - 500);
  timings.begin('seek', 2, performance.now() - 40);
  timings.end('seek', 1);
  timings.end('seek', 2);
  assert.equal(timings.seek.length, 1);
  near(timings.seek[0], 40);
});

test('what was never begun is not measured, and no more than 2000 are kept', () => {
  const timings = new Timings();
  timings.end('click', 1);
  assert.deepEqual(timings.click, []);
  for (let at = 0; at < 2005; at += 1) {
    timings.begin('click', at);
    timings.end('click', at);
  }
  assert.equal(timings.click.length, 2000);
});
