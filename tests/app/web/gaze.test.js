import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeGaze, fixationAt, GazeFeed, stretches } from '../../../src/dwell/app/web/core/gaze.js';
import { turns } from './snapshots.js';

/** @param {[number, number, number, number][]} rows */
function encoded(rows) {
  const view = new DataView(new ArrayBuffer(rows.length * 16));
  rows.forEach(([frame, x, y, status], at) => {
    view.setInt32(at * 16, frame, true);
    view.setFloat32(at * 16 + 4, x, true);
    view.setFloat32(at * 16 + 8, y, true);
    view.setUint8(at * 16 + 12, status);
  });
  return view.buffer;
}

test('records are read as they were written', () => {
  const samples = decodeGaze(encoded([[3, 1.5, 2.5, 0], [4, NaN, NaN, 2]]));
  assert.deepEqual([...samples.frames], [3, 4]);
  assert.deepEqual([...samples.x], [1.5, NaN]);
  assert.deepEqual([...samples.status], [0, 2]);
});

test('chunks come once, and samples are found across them', async () => {
  const asked = [];
  const feed = new GazeFeed({ bytes: async (path) => {
    asked.push(path);
    return encoded(path.includes('start=0&') ? [[298, 1, 1, 0], [299, 2, 2, 0], [299, 3, 3, 0]] : [[300, 4, 4, 0], [301, 5, 5, 0]]);
  } }, 320);
  let told = 0;
  feed.subscribe(() => (told += 1));
  feed.want(290, 310);
  feed.want(290, 400);
  await turns();
  assert.deepEqual(asked, ['gaze?start=0&stop=300', 'gaze?start=300&stop=320']);
  assert.equal(told, 2);
  assert.deepEqual(feed.between(299, 301).map((sample) => sample.x), [2, 3, 4]);
  assert.deepEqual(feed.between(310, 320), []);
});

test('a chunk that failed is asked for again', async () => {
  let n = 0;
  const feed = new GazeFeed({ bytes: async () => { if (n++ === 0) throw new Error('no'); return encoded([]); } }, 10);
  feed.want(0, 1);
  await turns();
  feed.want(0, 1);
  await turns();
  assert.equal(n, 2);
});

test('a blink breaks the trail', () => {
  const sample = (x, status) => ({ frameIdx: 0, x, y: 0, status });
  const lines = stretches([sample(1, 0), sample(2, 0), sample(NaN, 2), sample(3, 0), sample(NaN, 0)]);
  assert.deepEqual(lines.map((line) => line.map((each) => each.x)), [[1, 2], [3]]);
});

test('the fixation of a frame', () => {
  const eye = { fixation_first_frame: [5, 20], fixation_stop_frame: [10, 21] };
  assert.deepEqual([4, 5, 9, 10, 20, 21].map((frame) => fixationAt(eye, frame)), [null, 0, 0, null, 1, null]);
  assert.equal(fixationAt(null, 5), null);
});

test('fixations outside the video do not hide those inside', () => {
  const eye = { fixation_first_frame: [-1, 0, 10, 20, -1, -1, -1], fixation_stop_frame: [-1, 6, 15, 28, -1, -1, -1] };
  assert.deepEqual([0, 5, 6, 12, 27, 28].map((frame) => fixationAt(eye, frame)), [1, 1, null, 2, 3, null]);
});
