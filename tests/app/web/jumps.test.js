import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtStops, fixationAt, next, stopsOf } from '../../../src/dwell/app/web/core/jumps.js';
import { Lane } from '../../../src/dwell/app/web/core/lanes.js';

/** @param {Array<[number, number]>} frames */
const laneOf = (frames) => new Lane(Uint8Array.from(frames.flat()));

/** @param {Partial<import('../../../src/dwell/app/web/core/jumps.js').JumpSources>} some */
const sources = (some) => ({ objectIds: [1], lanes: [], eye: null, info: null, ...some });

const eye = /** @type {import('../../../src/dwell/app/web/core/messages.js').Eye} */ ({
  fixation_first_frame: [-1, 4, 10, 10, 30],
  fixation_stop_frame: [-1, 9, 10, 20, 40],
  event_frames: [25, 3, -1],
});

const info = /** @type {import('../../../src/dwell/app/web/core/messages.js').ResultsInfo} */ (
  /** @type {unknown} */ ({
    hits: {
      1: [
        [5, 8],
        [20, 22],
      ],
      2: [[6, 30]],
    },
    visits: [
      { object_id: 1, first_frame: 5 },
      { object_id: 2, first_frame: 6 },
      { object_id: 1, first_frame: 20 },
    ],
  })
);

test('the next stop, and the one before', () => {
  const stops = [3, 10, 20];
  assert.equal(next(stops, 0, 1), 3);
  assert.equal(next(stops, 3, 1), 10);
  assert.equal(next(stops, 20, 1), null);
  assert.equal(next(stops, 20, -1), 10);
  assert.equal(next(stops, 3, -1), null);
  assert.equal(next(stops, 99, -1), 20);
  assert.equal(next([], 5, 1), null);
});

test('fixations and events in the video, each frame once', () => {
  assert.deepEqual(stopsOf('fixation', sources({ eye })), [4, 10, 30]);
  assert.deepEqual(stopsOf('event', sources({ eye })), [3, 25]);
  assert.deepEqual(stopsOf('fixation', sources({})), []);
});

test('hits and visits of the selected AOI, or of all', () => {
  assert.deepEqual(stopsOf('hit', sources({ info })), [5, 20]);
  assert.deepEqual(stopsOf('hit', sources({ info, objectIds: [1, 2] })), [5, 6, 20]);
  assert.deepEqual(stopsOf('visit', sources({ info })), [5, 20]);
  assert.deepEqual(stopsOf('visit', sources({ info, objectIds: [2] })), [6]);
  assert.deepEqual(stopsOf('visit', sources({ info, objectIds: [3] })), []);
});

test('anchors are frames made by a person; gaps begin where nothing is known', () => {
  const lane = laneOf([
    [1 | 8, 0],
    [1, 0],
    [0, 255],
    [0, 255],
    [2 | 8, 0],
    [0, 255],
  ]);
  assert.deepEqual(stopsOf('anchor', sources({ lanes: [lane] })), [0, 4]);
  assert.deepEqual(stopsOf('gap', sources({ lanes: [lane] })), [2, 5]);
});

test('doubt: the worst frame of each doubtful stretch, and where a loss or a check begins', () => {
  const doubts = [10, 130, 240, 240, 200, 10, 126, 127, 10, 10];
  const frames = doubts.map((doubt, i) => /** @type {[number, number]} */ ([i >= 8 ? 3 : 1, doubt]));
  frames[6][0] |= 32;
  // frames 1–4 are doubtful, worst first at 2; 127 = half is enough at 7; a check begins at 6, a loss at 8
  assert.deepEqual(doubtStops(laneOf(frames)), [2, 6, 7, 8]);
});

test('doubt that reaches the end, and doubt that is not known', () => {
  assert.deepEqual(
    doubtStops(
      laneOf([
        [1, 255],
        [1, 200],
        [1, 254],
      ]),
    ),
    [2],
  );
});

test('the fixation on a frame, or the one before it', () => {
  assert.equal(fixationAt(eye, 3), -1);
  assert.equal(fixationAt(eye, 4), 1);
  assert.equal(fixationAt(eye, 9), 1);
  assert.equal(fixationAt(eye, 10), 3);
  assert.equal(fixationAt(eye, 99), 4);
});
