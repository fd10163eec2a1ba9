import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MaskCache } from '../../../src/dwell/app/web/core/maskcache.js';
import { turns } from './snapshots.js';

const mask = (objectId, counts = '414') => ({ object_id: objectId, state: 'visible', counts, area: 1, stale: false });

function cache() {
  const asked = [];
  const answers = [];
  const masks = new MaskCache({ get: (path) => new Promise((resolve, reject) => { asked.push(path); answers.push({ resolve, reject }); }) });
  const told = [];
  masks.subscribe((frame) => told.push(frame));
  const answer = async (at, list) => { answers[at].resolve({ frame_idx: 3, rev: 1, masks: list }); await turns(2); };
  return { masks, asked, answers, told, answer };
}

test('masks are fetched once, until they are out of date', async () => {
  const { masks, asked, told, answer } = cache();
  void masks.want(3);
  void masks.want(3);
  await answer(0, [mask(1)]);
  await masks.want(3);
  assert.deepEqual(asked, ['frames/3/masks']);
  masks.outdate();
  assert.equal(masks.get(3).masks.size, 1, 'shown until the new answer is here');
  void masks.want(3);
  await answer(1, [mask(1), mask(2)]);
  assert.equal(masks.get(3).masks.size, 2);
  assert.deepEqual(told, [3, 3]);
});

test('a mask that came with a click is not overwritten by an older answer', async () => {
  const { masks, answer } = cache();
  void masks.want(3);
  masks.put(3, mask(1, 'new'));
  await answer(0, [mask(1, 'old'), mask(2)]);
  assert.equal(masks.get(3).masks.get(1).counts, 'new');
  assert.equal(masks.get(3).masks.has(2), true);
  assert.equal(masks.get(3).stale, true);
  void masks.want(3);
  await answer(1, [mask(1, 'newest')]);
  assert.equal(masks.get(3).masks.get(1).counts, 'newest');
});

test('an answer that a change has overtaken is shown but asked for again', async () => {
  const { masks, asked, answer } = cache();
  void masks.want(3);
  masks.outdate();
  await answer(0, [mask(1)]);
  assert.equal(masks.get(3).stale, true);
  void masks.want(3);
  assert.equal(asked.length, 2);
});

test('how it was before a step is kept apart and does not grow old', async () => {
  const { masks, asked, answer } = cache();
  void masks.want(3, 12);
  await answer(0, [mask(1, 'before')]);
  masks.outdate();
  await masks.want(3, 12);
  assert.deepEqual(asked, ['frames/3/masks?before=12']);
  assert.equal(masks.get(3, 12).masks.get(1).counts, 'before');
  assert.equal(masks.get(3), null);
});

test('an AOI that is gone is gone at once; a failed request may be repeated', async () => {
  const { masks, asked, answers, answer } = cache();
  void masks.want(3);
  await answer(0, [mask(1), mask(2)]);
  masks.outdate([2]);
  assert.deepEqual([...masks.get(3).masks.keys()], [1]);
  void masks.want(3);
  answers[1].reject(new Error('gone'));
  await turns();
  void masks.want(3);
  assert.equal(asked.length, 3);
});
