import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneFeed } from '../../../src/dwell/app/web/core/lanefeed.js';
import { Lane, SOME, eachRun, spansWith, toColumns, toDoubt, wordsOf } from '../../../src/dwell/app/web/core/lanes.js';

const VISIBLE = 1;
const ABSENT = 2;
const LOST = 3;
const NO_DOUBT = 255;

/** @param {Array<[number, number]>} frames state byte and doubt byte */
const laneOf = (frames) => new Lane(Uint8Array.from(frames.flat()));

test('a byte is read as state and marks', () => {
  const lane = laneOf([
    [0, NO_DOUBT],
    [VISIBLE | 4 | 8, 0],
    [ABSENT | 16, 127],
    [LOST | 32, 254],
  ]);
  assert.equal(lane.n, 4);
  assert.equal(lane.at(0), SOME.unknown);
  assert.equal(lane.at(1), SOME.visible | SOME.approved | SOME.anchor);
  assert.equal(lane.at(2), SOME.absent | SOME.stale);
  assert.equal(lane.at(3), SOME.lost | SOME.check);
  assert.equal(lane.at(4), 0);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => lane.doubtAt(i)),
    [null, 0, 0.5, 1],
  );
  assert.equal(lane.doubtAt(-1), null);
});

test('half a frame is refused', () => {
  assert.throws(() => new Lane(new Uint8Array(3)), /2 bytes per frame; got 3/);
});

test('any stretch is summed up as by looking at each frame', () => {
  let seed = 7;
  const random = (/** @type {number} */ n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (const n of [1, 2, 3, 13, 64, 100]) {
    const lane = laneOf(Array.from({ length: n }, () => [random(64), random(256)]));
    for (let round = 0; round < 60; round++) {
      const start = random(n + 2) - 1;
      const stop = start + random(n + 2);
      let some = 0;
      let doubt = 0;
      for (let i = Math.max(0, start); i < Math.min(n, stop); i++) {
        some |= lane.at(i);
        doubt = Math.max(doubt, lane.doubts[n + i]);
      }
      assert.equal(lane.over(start, stop), some | (doubt << 8), `${n}: [${start}, ${stop})`);
    }
  }
});

test('an empty lane has nothing', () => {
  const lane = new Lane(new ArrayBuffer(0));
  assert.equal(lane.over(0, 10), 0);
  assert.deepEqual(spansWith(lane, SOME.unknown), []);
});

test('six frames on three columns: each sums up two, so a single lost frame is never missed', () => {
  const lane = laneOf([
    [VISIBLE, 10],
    [VISIBLE, 20],
    [VISIBLE, 0],
    [LOST, 200],
    [ABSENT, NO_DOUBT],
    [0, NO_DOUBT],
  ]);
  const { some, doubts } = toColumns(lane, [0, 6], 3);
  assert.deepEqual([...some], [SOME.visible, SOME.visible | SOME.lost, SOME.absent | SOME.unknown]);
  assert.deepEqual([...doubts], [21, 201, 0]);
});

test('two frames on five columns: columns repeat frames', () => {
  const lane = laneOf([
    [VISIBLE, 0],
    [ABSENT, 0],
  ]);
  const { some } = toColumns(lane, [0, 2], 5);
  // columns begin at frames 0, 0.4, 0.8, 1.2, 1.6
  assert.deepEqual(
    [...some],
    [VISIBLE, VISIBLE, VISIBLE, ABSENT, ABSENT].map((state) => 1 << state),
  );
});

test('columns can be written where others were', () => {
  const lane = laneOf([[VISIBLE, 0]]);
  const out = { some: new Uint8Array(4), doubts: new Uint8Array(4) };
  assert.equal(toColumns(lane, [0, 1], 3, out), out);
  assert.notEqual(toColumns(lane, [0, 1], 5, out), out);
});

test('columns that look alike are one run', () => {
  const some = Uint8Array.from([2, 2, 2 | 32, 4, 4, 1]);
  /** @type {number[][]} */
  const runs = [];
  eachRun(some, 6, SOME.visible | SOME.absent, (...run) => runs.push(run));
  assert.deepEqual(runs, [
    [0, 3, 2],
    [3, 5, 4],
    [5, 6, 0],
  ]);
});

test('spans of a bit are half-open and reach the end', () => {
  const lane = laneOf([
    [0, 0],
    [VISIBLE, 0],
    [VISIBLE, 0],
    [0, 0],
    [VISIBLE, 0],
  ]);
  assert.deepEqual(spansWith(lane, SOME.visible), [
    [1, 3],
    [4, 5],
  ]);
  assert.deepEqual(spansWith(lane, SOME.lost), []);
});

test('doubt as kept, and words for a frame', () => {
  assert.equal(toDoubt(0), null);
  assert.equal(toDoubt(1), 0);
  assert.equal(toDoubt(255), 1);
  assert.equal(wordsOf(0), '');
  assert.equal(wordsOf(SOME.unknown), 'not tracked');
  assert.equal(wordsOf(SOME.visible | SOME.approved | SOME.anchor), 'visible, approved, set by hand');
  assert.equal(wordsOf(SOME.lost | SOME.stale | SOME.check), 'lost, out of date, to be checked');
});

/** A store and a server by hand, and a clock that stands. */
function feedOn(/** @type {Record<number, number>} */ versions) {
  const lanes = new Map(Object.entries(versions).map(([id, version]) => [Number(id), lane(Number(id), version)]));
  /** @type {(() => void) | undefined} */
  let observer;
  /** @type {Array<{run: () => void, ms: number}>} */
  const timers = [];
  const world = {
    lanes,
    asked: /** @type {string[]} */ ([]),
    failing: false,
    time: 0,
    timers,
    change(/** @type {number} */ id, /** @type {number} */ version) {
      lanes.set(id, lane(id, version));
      observer?.();
    },
  };
  const feed = new LaneFeed(
    {
      bytes: async (path) => {
        world.asked.push(path);
        if (world.failing) throw new Error('offline');
        return Uint8Array.from([VISIBLE, 0]);
      },
    },
    { lanes, subscribe: (fn) => ((observer = fn), () => (observer = undefined)) },
    { everyMs: 500, later: (run, ms) => timers.push({ run, ms }), now: () => world.time },
  );
  return { feed, world };
}

/** @param {number} id @param {number} version */
const lane = (id, version) => ({ object_id: id, version, n_known: 0 });
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('lanes are fetched once, and again only when their version changes', async () => {
  const { feed, world } = feedOn({ 1: 1, 2: 1 });
  assert.equal(feed.get(1), null);
  await settle();
  assert.deepEqual(world.asked, ['lanes/1', 'lanes/2']);
  assert.equal(feed.get(2)?.n, 1);
  world.time = 1000;
  world.change(2, 2);
  await settle();
  assert.deepEqual(world.asked, ['lanes/1', 'lanes/2', 'lanes/2']);
});

test('a lane that changes all the time is fetched every half second', async () => {
  const { world } = feedOn({ 1: 1 });
  await settle();
  world.time = 100;
  for (let version = 2; version < 20; version++) world.change(1, version);
  await settle();
  assert.equal(world.asked.length, 1);
  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [400],
  );
  world.time = 500;
  world.timers[0].run();
  await settle();
  assert.equal(world.asked.length, 2);
  assert.equal(world.timers.length, 1);
});

test('when the server does not answer, it is asked again; what was known stays', async () => {
  const { feed, world } = feedOn({ 1: 1 });
  await settle();
  world.failing = true;
  world.time = 1000;
  world.change(1, 2);
  await settle();
  assert.equal(feed.get(1)?.n, 1);
  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [2000],
  );
  world.failing = false;
  world.time = 3000;
  world.timers[0].run();
  await settle();
  assert.equal(world.asked.length, 3);
});

test('lanes of AOIs that are gone are forgotten, and a closed feed asks no more', async () => {
  const { feed, world } = feedOn({ 1: 1, 2: 1 });
  await settle();
  world.lanes.delete(1);
  world.time = 1000;
  world.change(2, 2);
  await settle();
  assert.equal(feed.get(1), null);
  feed.close();
  world.change(2, 3);
  await settle();
  assert.equal(world.asked.length, 3);
});
