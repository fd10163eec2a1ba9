import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importedText, importRequest, taken, usualVideo, videoText } from '../../../src/dwell/app/web/core/labels.js';

const video = (name, parts = {}) => ({ name, n_labels: 40, aois: ['cup', 'ball'], n_aois: 2, problem: '', ...parts });
const found = (videos, parts = {}) => ({ path: '/d/a.json', format: 'coco', title: 'COCO', boxes: false, videos, video: null, ...parts });
const HOW = { client: 'c', how: 'masks', existing: 'new' };

test('the video of this recording is chosen, else the first that fits', () => {
  const videos = [video('a', { problem: 'It is 4×3 px.' }), video('b'), video('c')];
  assert.equal(usualVideo(found(videos, { video: 'c' })).name, 'c');
  assert.equal(usualVideo(found(videos)).name, 'b');
  assert.equal(usualVideo(found(videos.slice(0, 1))).name, 'a');
  assert.equal(usualVideo(found([])), null);
});

test('what is in it, and which names the project has', () => {
  assert.equal(videoText(video('a', { n_labels: 1, aois: ['cup'], n_aois: 1 })), '1 label of 1 AOI: cup');
  assert.equal(videoText(video('a', { aois: [...'abcdefg'], n_aois: 120 })), '40 labels of 120 AOIs: a, b, c, d, e, f and 114 more');
  assert.deepEqual(taken(video('a'), [{ name: 'ball' }, { name: 'table' }]), ['ball']);
  assert.deepEqual(taken(null, [{ name: 'ball' }]), []);
});

test('a request; boxes are prompts', () => {
  const request = (parts, how = HOW) => importRequest(found([video('a')], parts), { ...how, video: video('a') });
  assert.deepEqual(request({}), { client: 'c', path: '/d/a.json', format: 'coco', video: 'a', how: 'masks', existing: 'new' });
  assert.equal(request({ boxes: true }).how, 'prompts');
  assert.throws(() => importRequest(found([]), { ...HOW, video: null }), /no video/);
  assert.throws(() => importRequest(found([]), { ...HOW, video: video('a', { problem: 'It is 4×3 px.' }) }), /4×3/);
});

test('what was taken over', () => {
  const result = { rev: 1, title: 'COCO', object_ids: [1, 2], n_frames: 40, n_masks: 80, n_prompts: 0, lines: [], step: null };
  assert.equal(importedText(result), 'COCO: 80 masks of 2 AOIs on 40 frames imported.');
  assert.equal(importedText({ ...result, object_ids: [1], n_masks: 0, n_prompts: 1, n_frames: 1 }), 'COCO: 1 prompt of 1 AOI on 1 frame imported.');
});
