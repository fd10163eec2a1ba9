import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Clock,
  around,
  clampSpan,
  follow,
  frameAt,
  frameTicks,
  pan,
  timeTicks,
  toFrame,
  toX,
  zoomAbout,
} from '../../../src/dwell/app/web/core/timeline.js';

/** @param {number[]} ms time of each frame */
const clockOf = (ms) =>
  new Clock({
    nFrames: ms.length,
    msOf: (frame) => ms[frame],
    frameAt: (at) =>
      Math.max(
        0,
        ms.findLastIndex((time) => time <= at),
      ),
  });
const evenly = (/** @type {number} */ n, /** @type {number} */ step) =>
  clockOf(Array.from({ length: n }, (_, i) => i * step));

test('a span stays inside the recording and is not too short', () => {
  assert.deepEqual(clampSpan([-20, 30], 100), [0, 50]);
  assert.deepEqual(clampSpan([80, 130], 100), [50, 100]);
  assert.deepEqual(clampSpan([50, 52], 100), [50, 60]);
  assert.deepEqual(clampSpan([-5, 500], 100), [0, 100]);
  assert.deepEqual(clampSpan([0, 1], 4), [0, 4]);
});

test('zooming keeps the frame under the pointer', () => {
  const span = zoomAbout([0, 1000], 250, 0.5, 1000);
  assert.deepEqual(span, [125, 625]);
  assert.equal(toX(span, 800, 250), toX([0, 1000], 800, 250));
  assert.deepEqual(zoomAbout(span, 250, 2, 1000), [0, 1000]);
  assert.deepEqual(zoomAbout([0, 1000], 0, 1e-6, 1000), [0, 10]);
});

test('panning stops at the ends', () => {
  assert.deepEqual(pan([100, 200], 50, 1000), [150, 250]);
  assert.deepEqual(pan([100, 200], -500, 1000), [0, 100]);
  assert.deepEqual(pan([100, 200], 5000, 1000), [900, 1000]);
});

test('pixels and frames', () => {
  assert.equal(toX([100, 200], 500, 150), 250);
  assert.equal(toFrame([100, 200], 500, 250), 150);
  assert.equal(frameAt([100, 200], 500, 254.9, 1000), 150);
  assert.equal(frameAt([0, 10], 500, 500, 10), 9);
  assert.equal(frameAt([0, 10], 500, -3, 10), 0);
});

test('the strip follows: like a page while playing, to the middle after a jump', () => {
  const span = /** @type {[number, number]} */ ([0, 100]);
  assert.equal(follow(span, 50, 1000), span);
  assert.equal(follow(span, 99, 1000, true), span);
  assert.deepEqual(follow(span, 100, 1000, true), [95, 195]);
  assert.deepEqual(follow(span, 500, 1000), [450.5, 550.5]);
  assert.deepEqual(follow([500, 600], 3, 1000), [0, 100]);
});

test('a span with room around it', () => {
  assert.deepEqual(around(100, 120, 30, 1000), [70, 150]);
  assert.deepEqual(around(0, 20, 30, 1000), [0, 80]);
});

test('times of fractions of frames, with frames that are not evenly long', () => {
  const clock = clockOf([0, 40, 100, 110]);
  assert.equal(clock.ms(0.5), 20);
  assert.equal(clock.ms(1.5), 70);
  assert.equal(clock.ms(4), 120); // as long as the one before
  assert.equal(clock.ms(-1), -40);
  assert.deepEqual(
    [20, 70, 110, 120].map((ms) => clock.frame(ms)),
    [0.5, 1.5, 3, 4],
  );
});

test('one frame has no length', () => {
  const clock = clockOf([0]);
  assert.equal(clock.ms(1), 0);
  assert.equal(clock.frame(500), 0);
  assert.deepEqual(timeTicks(clock, [0, 1], 100), []);
});

test('ticks at round times', () => {
  // 300 frames of 100 ms on 600 px: 90 px are 4.5 s, so a tick each 5 s
  const ticks = timeTicks(evenly(300, 100), [0, 300], 600);
  assert.deepEqual(
    ticks.map(({ frame }) => frame),
    [0, 50, 100, 150, 200, 250, 300],
  );
  assert.deepEqual(
    ticks.map(({ label }) => label),
    ['0:00', '0:05', '0:10', '0:15', '0:20', '0:25', '0:30'],
  );
});

test('ticks far in have decimals', () => {
  // 20 frames of 100 ms on 900 px: 90 px are 0.2 s
  const ticks = timeTicks(evenly(300, 100), [10, 30], 900);
  assert.equal(ticks[0].label, '0:01.0');
  assert.equal(ticks[1].label, '0:01.2');
  assert.equal(ticks.length, 11);
});

test('ticks sit at times, not at even frames, where frames differ in length', () => {
  // 10 frames of 100 ms, then 10 of 200 ms: 3 s on 300 px, a tick each second
  const ms = Array.from({ length: 20 }, (_, i) => (i < 10 ? i * 100 : 1000 + (i - 10) * 200));
  const ticks = timeTicks(clockOf(ms), [0, 20], 300);
  assert.deepEqual(
    ticks.map(({ frame }) => frame),
    [0, 10, 15, 20],
  );
});

test('ticks at round frames', () => {
  assert.deepEqual(
    frameTicks([0, 100], 400).map(({ frame }) => frame),
    [0, 20, 40, 60, 80],
  );
  assert.deepEqual(
    frameTicks([7, 17], 700).map(({ frame }) => frame),
    [7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  );
  assert.deepEqual(
    frameTicks([0, 72_000], 720)
      .map(({ label }) => label)
      .slice(0, 3),
    ['0', '10000', '20000'],
  );
});
