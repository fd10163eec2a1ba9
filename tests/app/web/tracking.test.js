import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betweenAnchors, estimateText, progressText, spanOf } from '../../../src/dwell/app/web/core/tracking.js';

const lane = (text) => Uint8Array.from([...text].flatMap((letter) => [letter === 'A' ? 9 : 1, 0]));

test('between anchors: the nearest of any AOI on both sides', () => {
  assert.deepEqual(betweenAnchors([lane('A----A----'), lane('--A-------')], 3, 10), [2, 6]);
  assert.deepEqual(betweenAnchors([lane('----------')], 3, 10), [0, 10]);
  assert.deepEqual(betweenAnchors([lane('---A---A--')], 3, 10), [3, 8]);
});

test('spans hold at least one frame and stay inside the video', () => {
  const at = { frameIdx: 9, nFrames: 10, lanes: [], timeline: null, custom: [8, 3] };
  assert.deepEqual(spanOf('all', at), [0, 10]);
  assert.deepEqual(spanOf('fromHere', at), [9, 10]);
  assert.deepEqual(spanOf('toHere', at), [0, 10]);
  assert.deepEqual(spanOf('custom', at), [3, 9]);
  assert.deepEqual(spanOf('timeline', { ...at, timeline: [20, 30] }), [9, 10]);
});

test('words for estimates and progress', () => {
  assert.equal(estimateText({ frames: 0, seconds: 0, encode_s: 0, step_s_per_object: 0, note: '' }), 'Nothing to do: everything there is tracked and up to date.');
  assert.match(estimateText({ frames: 300, seconds: 90, encode_s: 0, step_s_per_object: 0, note: 'One AOI has no anchor.' }), /About 2 min for 300 frames.*One AOI has no anchor/);
  const job = { what: 'Tracking cup', done: 50, total: 200, left_s: 30, state: 'running' };
  assert.equal(progressText(job), 'Tracking cup: 25 %, about 30 s left');
  assert.equal(progressText({ ...job, left_s: null }), 'Tracking cup: 25 %');
});
