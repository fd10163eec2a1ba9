import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFamilies, possibleWholes, wholeOf } from '../../../src/dwell/app/web/core/families.js';

/** AOIs by object_id: `[id, part_of]` in the order they were made. */
const family = (...rows) => new Map(rows.map(([object_id, part_of = null]) => [object_id, { object_id, name: `n${object_id}`, colour: '#000000', category: null, part_of }]));
const listed = (aois) => inFamilies(aois).map(({ aoi, depth }) => `${' '.repeat(depth)}${aoi.object_id}`);

test('parts are listed below their whole, a step deeper, in the order they were made', () => {
  assert.deepEqual(listed(family([1, 4], [2], [3, 2], [4, 2], [5])), ['2', ' 3', ' 4', '  1', '5']);
  assert.deepEqual(listed(family([1], [2], [3])), ['1', '2', '3']);
  assert.deepEqual(listed(new Map()), []);
});

test('the part of one that is no more stands for itself', () => {
  const aois = family([1, 9], [2]);
  assert.deepEqual(listed(aois), ['1', '2']);
  assert.equal(wholeOf(aois.get(1), aois), null);
});

test('nothing can be a part of itself or of one of its own parts', () => {
  const aois = family([1], [2, 1], [3, 2], [4]);
  const possible = (...ids) => possibleWholes(aois, ids).map((aoi) => aoi.object_id);
  assert.deepEqual(possible(1), [4]);
  assert.deepEqual(possible(2), [1, 4]);
  assert.deepEqual(possible(3), [1, 2, 4]);
  assert.deepEqual(possible(2, 4), [1]);
});
