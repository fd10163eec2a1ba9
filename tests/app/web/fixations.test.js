import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  filterFixations,
  listFixations,
  nearBorder,
  stepFixation,
  toggled,
} from '../../../src/dwell/app/web/core/fixations.js';

const eye = /** @type {import('../../../src/dwell/app/web/core/messages.js').Eye} */ ({
  fixation_ids: [1, 2, 3, 4],
  fixation_start_ns: ['1700000000000000000', '1700000000500000000', '1700000001000000000', '1700000002000000000'],
  fixation_end_ns: ['1700000000200000000', '1700000000750000000', '1700000001100000000', '1700000002300000000'],
  fixation_first_frame: [0, 15, 30, -1],
  fixation_stop_frame: [6, 23, 33, -1],
  fixation_x: [1, 2, 3, null],
  fixation_y: [1, 2, 3, null],
  blink_first_frame: [],
  blink_stop_frame: [],
  event_names: [],
  event_frames: [],
});
const marks = new Map([['1700000000500000000', { start_ns: '1700000000500000000', object_ids: [] }]]);
const fixations = listFixations(eye, [[1], [1, 2], []], marks);
const indices = (/** @type {ReturnType<typeof listFixations>} */ list) => list.map(({ index }) => index);

test('by hand beats the rule, and the rule is kept', () => {
  assert.deepEqual(
    fixations.map(({ on }) => on),
    [[1], [], [], []],
  );
  assert.deepEqual(
    fixations.map(({ byRule }) => byRule),
    [[1], [1, 2], [], []],
  );
  assert.deepEqual(
    fixations.map(({ byHand }) => byHand),
    [false, true, false, false],
  );
  assert.deepEqual(
    fixations.map(({ durationMs }) => durationMs),
    [200, 250, 100, 300],
  );
  assert.deepEqual(listFixations(null, [], marks), []);
});

test('filters show only what is in the video', () => {
  const none = new Set();
  assert.deepEqual(indices(filterFixations(fixations, 'all', none)), [0, 1, 2]);
  assert.deepEqual(indices(filterFixations(fixations, 'hand', none)), [1]);
  assert.deepEqual(indices(filterFixations(fixations, 'nothing', none)), [1, 2]);
  assert.deepEqual(indices(filterFixations(fixations, 'border', new Set([0, 3]))), [0]);
});

test('near a border: fixations that share frames with a moment whose gaze is near one', () => {
  const moment = { first_frame: 5, stop_frame: 16, border_deg: 0.3, reason: 'doubtful' };
  const near = (/** @type {object} */ other) => [
    ...nearBorder(fixations, [/** @type {any} */ ({ ...moment, ...other })]),
  ];
  assert.deepEqual(near({}), [0, 1]);
  assert.deepEqual(near({ first_frame: 6, stop_frame: 15 }), []);
  assert.deepEqual(near({ border_deg: null }), []);
  assert.deepEqual(near({ border_deg: null, reason: 'border' }), [0, 1]);
});

test('stepping goes on from where one is, also if that is filtered out', () => {
  const shown = filterFixations(fixations, 'nothing', new Set());
  assert.equal(stepFixation(shown, 0, 1)?.index, 1);
  assert.equal(stepFixation(shown, 1, 1)?.index, 2);
  assert.equal(stepFixation(shown, 2, 1), null);
  assert.equal(stepFixation(shown, 2, -1)?.index, 1);
  assert.equal(stepFixation(shown, 1, -1), null);
});

test('an AOI is switched on and off', () => {
  assert.deepEqual(toggled([1], 2), [1, 2]);
  assert.deepEqual(toggled([1, 2], 1), [2]);
});
