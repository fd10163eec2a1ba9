import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editedText, endsAround, framesOf, othersOf, scopesOf, scopeText, toolOf, toolRequest, TOOLS, toolsFor } from '../../../src/dwell/app/web/core/tools.js';

const PLACE = { frameIdx: 12, nFrames: 100, span: { start: 20, stop: 31 } };
const HOW = { client: 'c', objectIds: [1], place: PLACE, scope: 'all', first: 5, last: 9, other: 2, px: '', absent: true, overwrite: true, approved: true };

test('frames of each scope', () => {
  const of = (scope, place = PLACE, typed = { first: 5, last: 9 }) => Object.values(framesOf(scope, place, typed));
  assert.deepEqual(of('here'), [12, 13]);
  assert.deepEqual(of('on'), [12, 100]);
  assert.deepEqual(of('to'), [0, 13]);
  assert.deepEqual(of('span'), [20, 31]);
  assert.deepEqual(of('all'), [0, 100]);
  assert.deepEqual(of('frames'), [5, 10]);
  assert.throws(() => of('span', { ...PLACE, span: null }), /No span is marked/);
  for (const typed of [{ first: 9, last: 5 }, { first: -1, last: 5 }, { first: 0, last: 100 }, { first: 0.5, last: 3 }, { first: NaN, last: 3 }])
    assert.throws(() => of('frames', PLACE, typed), /whole numbers from 0 to 99/);
});

test('scopes are said in frame numbers, and only those that are there', () => {
  const texts = (place, word = 'frame') => scopesOf(toolOf('swap'), place).map((scope) => scopeText(scope, place, word));
  assert.deepEqual(texts(PLACE), ['From here on (12–99)', 'Up to here (0–12)', 'The marked span (20–30)', 'Frames from … to …']);
  assert.deepEqual(texts({ ...PLACE, span: null, frameIdx: 99 }, 'slice'), ['From here on (99)', 'Up to here (0–99)', 'Slices from … to …']);
  assert.deepEqual(scopesOf(toolOf('grow'), { frameIdx: 0, nFrames: 1, span: null }), ['all']);
});

test('a request has what its tool needs, and nothing else', () => {
  const request = (id, how = {}) => toolRequest(toolOf(id), { ...HOW, ...how });
  assert.deepEqual(request('swap', { scope: 'on' }), { client: 'c', tool: 'swap', object_ids: [1], start: 12, stop: 100, other: 2 });
  assert.deepEqual(request('grow', { px: '1,5' }), { client: 'c', tool: 'grow', object_ids: [1], start: 0, stop: 100, px: 1.5, approved: true });
  assert.deepEqual(request('copy', { scope: 'frames' }), { client: 'c', tool: 'copy', object_ids: [1], start: 5, stop: 10, approved: true, frame_idx: 12 });
  assert.deepEqual(request('interpolate', { scope: 'frames' }), { client: 'c', tool: 'interpolate', object_ids: [1], start: 5, stop: 10, overwrite: true });
  assert.deepEqual(request('intersect'), { client: 'c', tool: 'intersect', object_ids: [1], start: 0, stop: 100, other: 2, absent: true, approved: true });
  assert.equal('px' in request('fill-holes'), false); // empty: holes of any size
  assert.throws(() => request('swap', { other: null }), /other AOI/);
  assert.throws(() => request('grow'), /by how many pixels/);
  for (const px of ['0', '-2', 'two']) assert.throws(() => request('shrink', { px }), /above 0/);
});

test('on a single picture there is nothing to swap, copy or interpolate', () => {
  const ids = toolsFor(1).flat().map((tool) => tool.id);
  assert.deepEqual(TOOLS.flat().filter((tool) => !ids.includes(tool.id)).map((tool) => tool.id), ['swap', 'copy', 'interpolate']);
  assert.deepEqual(toolsFor(50).flat(), TOOLS.flat());
});

test('what was done is said with its counts', () => {
  const lines = ['grow cup by 2 px: 12 masks.', 'cup, 3 frames left alone: approved.'];
  const step = { id: 4, label: 'grow cup by 2 px' };
  assert.equal(editedText({ rev: 1, n_masks: 12, n_left: 3, made: [], lines, step }), 'Grow cup by 2 px: 12 masks. cup, 3 frames left alone: approved.');
  assert.equal(editedText({ rev: 1, n_masks: 0, n_left: 3, made: [], lines, step: null }), 'Nothing was to be changed. cup, 3 frames left alone: approved.');
});

test('the AOI that is nearest here comes first, those that are not here last', () => {
  const aois = new Map([1, 2, 3, 4].map((id) => [id, { object_id: id, name: `aoi ${id}` }]));
  const boxes = { 1: [0, 0, 10, 10], 2: [80, 0, 90, 10], 4: [8, 0, 18, 10] };
  assert.deepEqual(othersOf(aois, 1, (id) => boxes[id]).map((aoi) => aoi.object_id), [4, 2, 3]);
  assert.deepEqual(othersOf(aois, 3, (id) => boxes[id]).map((aoi) => aoi.object_id), [1, 2, 4]);
});

test('a gap is filled between the masks around it; elsewhere the anchors count', () => {
  const ends = (lane, frame) => endsAround(lane.length, frame, (at) => 'mA'.includes(lane[at]), (at) => lane[at] === 'A');
  assert.deepEqual(ends('Amm...mmA', 4), [2, 6]);
  assert.deepEqual(ends('Amm...mmA', 1), [0, 8]);
  assert.deepEqual(ends('AmmmAmmmA', 4), [4, 8]); // from the anchor that one is on
  assert.equal(ends('Amm...', 4), null);
  assert.equal(ends('..mmmA', 3), null);
});
