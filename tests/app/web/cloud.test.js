import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, failedOf, isPicture, outcomesOf, outcomeWords, planRows, planWords, tokenWords, toSend } from '../../../src/dwell/app/web/core/cloud.js';

const ours = (object_id, name, what) => ({ object_id, name, what, to_do: what !== 'unchanged', aoi_id: what === 'create' ? null : `id-${object_id}` });
const PLAN = {
  url: 'u',
  aois: [ours(1, 'bottle', 'create'), ours(2, 'flag', 'unchanged')],
  without_mask: ['cup'],
  others: [{ aoi_id: 'x-1', name: 'theirs', why: 'made by others' }],
};
const outcome = (object_id, done) => ({ object_id, name: `n${object_id}`, what: 'create', done, aoi_id: null, why: done ? '' : 'too large' });

test('only a picture can be sent', () => {
  assert.equal(isPicture({ n_frames: 1 }), true);
  assert.equal(isPicture({ n_frames: 2 }), false);
});

test('a plan is a table: ours, then those that are left alone', () => {
  assert.deepEqual(planRows(PLAN), [
    { aoiId: null, name: 'bottle', what: 'create', objectId: 1 },
    { aoiId: 'id-2', name: 'flag', what: 'unchanged', objectId: 2 },
    { aoiId: 'x-1', name: 'theirs', what: 'left alone: made by others', objectId: null },
  ]);
  assert.deepEqual(toSend(PLAN), [1]);
});

test('a plan in words', () => {
  assert.equal(planWords(PLAN), '1 AOI to send. Not sent, as they have no mask: cup.');
  assert.equal(planWords({ ...PLAN, aois: [ours(2, 'flag', 'unchanged')], without_mask: [] }), 'Everything is in Pupil Cloud as it is here.');
  assert.equal(planWords({ ...PLAN, aois: [], without_mask: [] }), 'There is no AOI with a mask to send.');
});

test('what became of it, and what is left to do', () => {
  const outcomes = [outcome(1, true), outcome(2, false), outcome(3, false)];
  assert.deepEqual(outcomesOf({ result: { outcomes } }), outcomes);
  assert.deepEqual(outcomesOf({ result: null }), []);
  assert.deepEqual(failedOf(outcomes), [2, 3]);
  assert.equal(outcomeWords(outcomes), '2 of 3 AOIs failed. The others are in Pupil Cloud.');
  assert.equal(outcomeWords([outcome(1, true), outcome(2, true)]), 'All 2 AOIs are in Pupil Cloud.');
  assert.equal(outcomeWords([outcome(1, true)]), 'The AOI is in Pupil Cloud.');
});

test('words', () => {
  assert.equal(count(1), '1 AOI');
  assert.equal(count(0), '0 AOIs');
  assert.equal(tokenWords({ token: 'none' }), '');
  assert.match(tokenWords({ token: 'keyring' }), /keyring/);
});
