import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Player } from '../../../src/dwell/app/web/core/player.js';
import { FakeTimers } from './snapshots.js';

/** A clock that moves when told to. */
function fakeClock() {
  const timers = new FakeTimers();
  const ticks = [];
  return {
    timers,
    clock: { now: () => timers.now, tick: (run) => ticks.push(run), later: timers.later, cancel: timers.cancel },
    async picture(ms) {
      await timers.pass(ms);
      for (const run of ticks.splice(0)) run();
    },
  };
}

const ns = (...ms) => BigInt64Array.from(ms, (each) => 1_700_000_000_000_000_000n + BigInt(each) * 1_000_000n);

test('seeking stays inside the video and says that it has settled', () => {
  const player = new Player(10, { clock: fakeClock().clock });
  const seen = [];
  player.subscribe((position) => seen.push(position));
  player.seek(99);
  player.step(-3);
  player.seek(-1);
  assert.deepEqual(seen, [{ frameIdx: 9, settled: true }, { frameIdx: 6, settled: true }, { frameIdx: 0, settled: true }]);
});

test('dragging settles 150 ms after the last move', async () => {
  const { timers, clock } = fakeClock();
  const player = new Player(10, { clock });
  const seen = [];
  player.subscribe(({ frameIdx, settled }) => seen.push(`${frameIdx}${settled ? '!' : ''}`));
  player.seek(3, { settle: false });
  await timers.pass(100);
  player.seek(4, { settle: false });
  await timers.pass(149);
  assert.deepEqual(seen, ['3', '4']);
  await timers.pass(1);
  assert.deepEqual(seen, ['3', '4', '4!']);
});

test('playing goes by the frames\' own times, and drops frames rather than lagging', async () => {
  const { clock, picture } = fakeClock();
  const player = new Player(5, { clock });
  player.setTimes(ns(0, 10, 500, 520, 540)); // a pause after the second frame
  const seen = [];
  player.subscribe(({ frameIdx }) => seen.push(frameIdx));
  player.play();
  await picture(16);
  await picture(300);
  assert.deepEqual(seen, [0, 1]);
  await picture(210); // 526 ms: frame 2 was on screen between two pictures
  assert.deepEqual(seen, [0, 1, 3]);
  await picture(100);
  assert.equal(player.frameIdx, 4);
  assert.equal(player.playing, false);
  assert.equal(player.settled, true);
});

test('seeking stops playing; playing at the end begins again', async () => {
  const { clock, picture } = fakeClock();
  const player = new Player(4, { durationNs: '400000000', clock });
  player.play();
  player.seek(3);
  await picture(1000);
  assert.equal(player.frameIdx, 3);
  player.play();
  assert.equal(player.frameIdx, 0);
  await picture(110);
  assert.equal(player.frameIdx, 1);
  player.pause();
  await picture(1000);
  assert.equal(player.frameIdx, 1);
});

test('times beyond what a float holds keep their differences', () => {
  const player = new Player(2);
  player.setTimes(BigInt64Array.from([1_700_000_000_000_000_001n, 1_700_000_000_033_333_334n]));
  assert.equal(player.msOf(1), 33.333333);
  assert.equal(player.frameAt(33.4), 1);
  assert.equal(player.frameAt(33.3), 0);
});
