import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames, IDLE_MS } from '../../../src/dwell/app/web/core/frames.js';
import { FakeTimers, turns } from './snapshots.js';

/** A server that answers when told to. */
function reel(options = {}) {
  const timers = new FakeTimers();
  const asked = [];
  const shown = [];
  const closed = [];
  const frames = new Frames({
    nFrames: 100,
    load: (order, signal) => new Promise((resolve, reject) => {
      const one = { frame: order.frameIdx, level: order.level, aborted: false, answer: () => resolve({ width: 10, height: 10, close: () => closed.push(order.frameIdx) }), fail: () => reject(new Error('no')) };
      signal.addEventListener('abort', () => { one.aborted = true; reject(new DOMException('', 'AbortError')); });
      asked.push(one);
    }),
    show: ({ frameIdx, exact }) => shown.push(`${frameIdx}${exact ? '!' : ''}`),
    later: timers.later,
    cancel: timers.cancel,
    ...options,
  });
  const want = async (frameIdx, mode = 'exact', level = 0) => { frames.want({ frameIdx, level, mode }); await turns(2); };
  const answer = async () => { asked.at(-1).answer(); await turns(2); };
  return { frames, timers, asked, shown, closed, want, answer };
}

test('a frame is asked for once and shown', async () => {
  const { asked, shown, want, answer } = reel();
  await want(5);
  await want(5);
  await answer();
  await want(5);
  assert.deepEqual(asked.map((each) => each.frame), [5]);
  assert.deepEqual(shown, ['5!', '5!']);
});

test('neighbours come after 150 ms of rest, one at a time, ahead first', async () => {
  const { timers, asked, want, answer } = reel();
  await want(5);
  await answer();
  await timers.pass(IDLE_MS - 1);
  assert.equal(asked.length, 1);
  await timers.pass(1);
  assert.deepEqual(asked.map((each) => each.frame), [5, 6]);
  for (let round = 0; round < 4; round++) await answer();
  assert.deepEqual(asked.map((each) => each.frame), [5, 6, 7, 4, 8, 9]);
});

test('going back, the frames before come first', async () => {
  const { timers, asked, want, answer } = reel();
  await want(50);
  await answer();
  await want(49);
  await answer();
  await timers.pass(IDLE_MS);
  assert.equal(asked.at(-1).frame, 48);
});

test('a jump drops a neighbour that is on its way, and a frame far away', async () => {
  const { timers, asked, want, answer } = reel();
  await want(5);
  await answer();
  await timers.pass(IDLE_MS);
  await want(80);
  assert.deepEqual(asked.map((each) => [each.frame, each.aborted]), [[5, false], [6, true], [80, false]]);
  await want(20);
  assert.equal(asked[2].aborted, true);
  assert.equal(asked.at(-1).frame, 20);
});

test('a neighbour on its way that is wished for now is waited for', async () => {
  const { timers, asked, shown, want, answer } = reel();
  await want(5);
  await answer();
  await timers.pass(IDLE_MS);
  await want(6);
  assert.equal(asked.length, 2);
  await answer();
  assert.deepEqual(shown, ['5!', '6!']);
});

test('a held key shows what comes, one request at a time', async () => {
  const { asked, shown, want, answer } = reel();
  await want(1);
  await want(2);
  await want(3);
  assert.deepEqual(asked.map((each) => each.frame), [1]);
  await answer();
  await answer();
  assert.deepEqual(asked.map((each) => each.frame), [1, 3]);
  assert.deepEqual(shown, ['1', '3!']);
});

test('dragging shows key frames, settling the frame itself', async () => {
  const { frames, asked, shown, want, answer } = reel();
  frames.keyFrames = [0, 30, 60];
  await want(42, 'drag');
  await answer();
  await want(47, 'drag');
  await want(65, 'drag');
  await answer();
  assert.deepEqual(asked.map((each) => each.frame), [30, 60]);
  assert.deepEqual(shown, ['30', '30', '60']);
  await want(65);
  await answer();
  assert.equal(asked.at(-1).frame, 65);
  assert.equal(shown.at(-1), '65!');
});

test('a small picture is shown until the sharp one is here', async () => {
  const { asked, shown, want, answer } = reel();
  await want(5, 'exact', 2);
  await answer();
  await want(5, 'exact', 0);
  await answer();
  assert.deepEqual(shown, ['5!', '5', '5!']);
  await want(5, 'exact', 1);
  assert.equal(asked.length, 2);
});

test('memory is bounded; the oldest is closed, what is on screen never', async () => {
  const { frames, closed, want, answer } = reel({ maxBytes: 3 * 400 });
  for (const frame of [1, 20, 40, 60, 80]) {
    await want(frame);
    await answer();
  }
  assert.deepEqual(closed, [1, 20]);
  assert.equal(frames.bytes, 1200);
  assert.equal(frames.has(80, 0), true);
  frames.clear();
  assert.equal(frames.bytes, 0);
  assert.deepEqual(closed, [1, 20, 40, 60, 80]);
});

test('what was looked at lately is kept', async () => {
  const { closed, want, answer } = reel({ maxBytes: 2 * 400 });
  for (const frame of [1, 20]) {
    await want(frame);
    await answer();
  }
  await want(1);
  await want(40);
  await answer();
  assert.deepEqual(closed, [20]);
});

test('a frame that failed is asked for again, ever more rarely', async () => {
  const { timers, asked, want } = reel();
  await want(5);
  asked.at(-1).fail();
  await turns();
  assert.equal(asked.length, 1);
  await timers.pass(500);
  assert.equal(asked.length, 2);
  asked.at(-1).fail();
  await turns();
  await timers.pass(500);
  assert.equal(asked.length, 2);
  await timers.pass(500);
  assert.equal(asked.length, 3);
});

test('playing shows all that comes, loads ahead only, and gives nothing up', async () => {
  const { asked, shown, want, answer } = reel();
  await want(5, 'play');
  await answer();
  assert.deepEqual(asked.map((each) => each.frame), [5, 6], 'at once, without a rest');
  await want(7, 'play');
  assert.equal(asked[1].aborted, false);
  await answer();
  assert.deepEqual(shown, ['5!', '6']);
  assert.equal(asked.at(-1).frame, 7);
  await answer();
  assert.equal(asked.at(-1).frame, 8);
});
