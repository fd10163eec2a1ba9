// How long people wait is measured from what they did to what they see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timings } from '../../../src/dwell/app/web/core/timings.js';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
/** Timers may be late on a busy machine, never early by more than a tick. */
const near = (value, expected) => assert.ok(value > expected - 5 && value < expected + 2000, `${value} is at least ${expected}`);

test('a click is measured from when it began to when its mask is painted', async () => {
  const timings = new Timings();
  timings.begin('click', 7);
  await wait(120);
  assert.deepEqual(timings.click, []);
  timings.end('click', 7);
  near(timings.click[0], 120);
  timings.end('click', 7);
  assert.equal(timings.click.length, 1, 'once');
});

test('only the newest seek counts: the frames passed over were never wanted', async () => {
  const timings = new Timings();
  timings.begin('seek', 1);
  await wait(200);
  timings.begin('seek', 2);
  await wait(40);
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
