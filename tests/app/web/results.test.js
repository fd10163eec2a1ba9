import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bars, cell, COLUMNS, heading, matrix, sorted, tsv, unknownShare } from '../../../src/dwell/app/web/core/results.js';
import { linePath, scale, spread, strips, ticks } from '../../../src/dwell/app/web/core/charts.js';

const CUP = { object_id: 1, 'aoi label': 'cup', 'dwell time [ms]': 1500, 'gaze time [ms]': 10_000, 'unknown gaze time [ms]': 1200, 'dwell share': 0.15, 'dwell per visible time': 0.3, visits: 4, 'total fixations': 3, 'time to first fixation [ms]': 820 };
const BOOK = { object_id: 2, 'aoi label': 'book', 'dwell time [ms]': 3000, 'gaze time [ms]': 10_000, 'unknown gaze time [ms]': 0, 'dwell share': 0.3, 'dwell per visible time': null, visits: 2, 'total fixations': null, 'time to first fixation [ms]': null };

const cells = (row) => COLUMNS.map((col) => cell(col, row));

test('cells have units, and unknown is never 0', () => {
  assert.deepEqual(COLUMNS.map(heading), ['AOI', 'Dwell [s]', 'Share [%]', 'Per visible [%]', 'Visits', 'Fixations', 'First fixation [s]', 'Unknown gaze [%]']);
  assert.deepEqual(cells(CUP), ['cup', '1.50', '15.0', '30.0', '4', '3', '0.82', '12.0']);
  assert.deepEqual(cells(BOOK), ['book', '3.00', '30.0', '—', '2', '—', '—', '0.0']);
  assert.deepEqual(cells({ 'aoi label': 'x', visits: NaN }), ['x', '—', '—', '—', '—', '—', '—', '—']);
  assert.equal(unknownShare({ 'unknown gaze time [ms]': 0, 'gaze time [ms]': 0 }), null);
});

test('sorting keeps unknown values last, both ways', () => {
  const names = (id, down) => sorted([CUP, BOOK], id, down).map((row) => row['aoi label']);
  assert.deepEqual(names('dwell', true), ['book', 'cup']);
  assert.deepEqual(names('ttff', false), ['cup', 'book']);
  assert.deepEqual(names('ttff', true), ['cup', 'book']);
  assert.deepEqual(names('aoi', false), ['book', 'cup']);
  assert.deepEqual(names(null, false), ['cup', 'book']);
});

test('the copied table leaves unknown cells empty and names clean', () => {
  const lines = tsv([{ ...BOOK, 'aoi label': 'red\tbook\n' }]).split('\n');
  assert.equal(lines[0], 'AOI\tDwell [s]\tShare [%]\tPer visible [%]\tVisits\tFixations\tFirst fixation [s]\tUnknown gaze [%]');
  assert.equal(lines[1], 'red book \t3.00\t30.0\t\t2\t\t\t0.0');
});

test('bars: dwell and what may come on top, as shares of the longest', () => {
  assert.deepEqual(bars([{ ...CUP, 'unknown gaze time [ms]': 750 }, BOOK]).map(({ known, maybe }) => [known, maybe]), [[0.5, 0.25], [1, 0]]);
  assert.deepEqual(bars([{ object_id: 1 }])[0], { objectId: 1, name: '', dwellS: null, unknownS: null, known: 0, maybe: 0 });
});

test('transitions as a heat table', () => {
  const found = matrix({ names: ['cup', 'book'], counts: [[0, 4], [2, 1]] });
  assert.equal(found.total, 7);
  assert.deepEqual(found.weights, [[0, 1], [0.5, 0.25]]);
  assert.equal(matrix({}), null);
  assert.equal(matrix({ names: ['cup'], counts: [[3]] }), null);
  assert.equal(matrix({ names: ['cup', 'book'], counts: [[0, 0], [0, 0]] }), null);
});

test('ticks are round numbers inside the range', () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(-1, 3, 5), [-1, 0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 0.37, 4), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(2, 2), [2]);
});

test('lines have gaps where values are missing', () => {
  assert.equal(linePath([0, 1, 2, 3, 4], [1, 2, null, 4, 5]), 'M0 1L1 2M3 4L4 5');
  assert.equal(linePath([], []), '');
  assert.equal(scale([0, 10], [100, 0])(2.5), 75);
  assert.equal(scale([5, 5], [10, 20])(7), 10);
});

test('spans become rectangles; those that touch are joined, none vanishes', () => {
  assert.deepEqual(strips([[0, 10], [50, 100]], 100, 200), [{ x: 0, width: 20 }, { x: 100, width: 100 }]);
  assert.deepEqual(strips([[500, 501]], 1000, 100), [{ x: 50, width: 1 }]);
  assert.deepEqual(strips([[0, 5], [6, 10]], 1000, 100), [{ x: 0, width: 1.6 }]);
});

test('labels are moved apart and stay inside', () => {
  assert.deepEqual(spread([10, 11, 50], 5, 0, 100), [10, 15, 50]);
  assert.deepEqual(spread([99, 98], 5, 0, 100), [100, 95]);
  assert.deepEqual(spread([], 5, 0, 100), []);
});
