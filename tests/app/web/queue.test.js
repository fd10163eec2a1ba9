import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue, borderText, headline, overlap, same, whyEmpty } from '../../../src/dwell/app/web/core/queue.js';

/**
 * @param {number} objectId @param {number} first @param {number} stop @param {number} weight
 * @returns {import('../../../src/dwell/app/web/core/messages.js').Moment}
 */
const moment = (objectId, first, stop, weight = 0.25) => ({
  object_id: objectId,
  first_frame: first,
  stop_frame: stop,
  frame_idx: first,
  start_ns: '0',
  end_ns: '1',
  weight,
  cumulative: weight,
  doubt: 0.5,
  border_deg: 0.4,
  affected_ms: 100,
  reason: 'doubtful',
  why: '',
});

/**
 * @param {number} rev @param {import('../../../src/dwell/app/web/core/messages.js').Moment[]} moments
 * @returns {import('../../../src/dwell/app/web/core/messages.js').ReviewQueue}
 */
const answer = (rev, moments, total = 1000) => ({
  rev,
  moments,
  total_ms: total,
  minutes: 1,
  target: 0.95,
  n_for_target: moments.length,
});

const cup = moment(1, 10, 20, 0.5);
const plate = moment(2, 10, 20, 0.3);
const late = moment(1, 50, 60, 0.2);

function loaded() {
  const queue = new Queue();
  queue.load(answer(1, [cup, plate, late]));
  return queue;
}

test('moments overlap only within one AOI', () => {
  assert.equal(overlap(cup, plate), 0);
  assert.equal(overlap(cup, moment(1, 15, 35)), 0.5);
  assert.equal(overlap(cup, moment(1, 12, 16)), 1);
  assert.equal(overlap(cup, late), 0);
});

test('a moment is found again though its frames moved a little', () => {
  const moved = moment(1, 12, 23);
  assert.equal(same([plate, late, moved], cup), moved);
  assert.equal(same([plate, late], cup), null);
  assert.equal(same([], cup), null);
  assert.equal(same([cup], null), null);
});

test('of two that overlap as much, the one with the nearer frame is it', () => {
  const near = moment(1, 10, 15);
  const far = moment(1, 15, 20);
  assert.equal(same([far, near], cup), near);
});

test('forward, to the end, and back', () => {
  const queue = loaded();
  assert.equal(queue.next(), cup);
  assert.equal(queue.next(), plate);
  assert.equal(queue.next(), late);
  assert.equal(queue.next(), null);
  assert.equal(queue.back(), plate);
  assert.equal(queue.back(), cup);
  assert.equal(queue.back(), null);
  assert.equal(queue.index(), 0);
});

test('the place is kept when a newer queue comes', () => {
  const queue = loaded();
  queue.go(plate);
  const newer = moment(2, 11, 19, 0.4);
  queue.load(answer(2, [moment(3, 0, 5), cup, newer]));
  assert.equal(queue.current, newer);
  assert.equal(queue.index(), 2);
});

test('after a moment was dealt with, the next one takes its place', () => {
  const queue = loaded();
  queue.next();
  queue.next();
  queue.deal(plate, 'approved', 2);
  assert.deepEqual(queue.open, [cup, late]);
  assert.equal(queue.index(), -1);
  assert.equal(queue.next(), late);
});

test('a moment dealt with stays away while the queue is older, and is back if it is found again later', () => {
  const queue = loaded();
  queue.deal(cup, 'corrected', 5);
  queue.load(answer(4, [cup, plate]));
  assert.deepEqual(queue.open, [plate]);
  queue.load(answer(5, [cup, plate]));
  assert.deepEqual(queue.open, [cup, plate]);
});

test('taking it back opens it again', () => {
  const queue = loaded();
  const done = queue.deal(cup, 'absent', 5, 31);
  assert.equal(done.step, 31);
  queue.reopen(done);
  assert.deepEqual(queue.open, [cup, plate, late]);
  assert.equal(queue.progress(), 0);
});

test('skipped moments go last, once, and also after a newer queue', () => {
  const queue = loaded();
  queue.next();
  queue.skip(cup);
  queue.skip(cup);
  assert.deepEqual(queue.open, [plate, late, cup]);
  assert.equal(queue.next(), plate);
  queue.load(answer(2, [cup, plate, late]));
  assert.deepEqual(queue.open, [plate, late, cup]);
  assert.equal(queue.back(), cup);
});

test('progress: what was cleared of what was and is open', () => {
  const queue = loaded();
  assert.equal(queue.progress(), 0);
  queue.deal(cup, 'approved', 2);
  assert.equal(queue.progress(), 0.5);
  queue.load(answer(2, [moment(2, 10, 20, 0.6), moment(1, 50, 60, 0.4)], 500));
  assert.equal(queue.progress(), 0.5);
  queue.deal(queue.open[0], 'approved', 3);
  assert.equal(queue.progress(), 0.8); // 500 + 300 of 1000 ms
});

test('how many of the open ones reach the target', () => {
  const queue = loaded();
  assert.equal(queue.within(), 3);
  queue.load({ ...answer(2, [cup, plate, late]), target: 0.8 });
  assert.equal(queue.within(), 2);
  assert.equal(new Queue().within(), 0);
});

test('the headline says how many, how long and how much', () => {
  const moments = [cup, { ...plate, cumulative: 0.953 }, late];
  const queue = { ...answer(1, moments), n_for_target: 2, minutes: 3.8 };
  assert.equal(headline(queue), '2 moments, about 4 minutes, cover 95\u00a0% of the possible error');
  const one = { ...queue, n_for_target: 1, minutes: 0.3 };
  assert.equal(headline(one), '1 moment, under a minute, covers 50\u00a0% of the possible error');
  assert.equal(headline({ ...one, minutes: 1.2 }), '1 moment, about 1 minute, covers 50\u00a0% of the possible error');
});

test('an empty queue says why, and what to do', () => {
  const project = { hasGaze: true, nAois: 2, nKnown: 100 };
  assert.match(whyEmpty({ ...project, nAois: 0 }).next, /n to name/);
  assert.match(whyEmpty({ ...project, nKnown: 0 }).title, /No masks/);
  assert.match(whyEmpty({ ...project, hasGaze: false }).title, /no gaze/);
  assert.match(whyEmpty(project).next, /results/);
});

test('distance to the border', () => {
  assert.equal(borderText(0.44, true), '0.4° from the border');
  assert.equal(borderText(12.6, false), '13 px from the border');
  assert.equal(borderText(null, true), '');
});
