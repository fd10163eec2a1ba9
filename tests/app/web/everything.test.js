import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endText, EverythingDesk, jobText, LIMITS, SETTINGS, unfinishedText, wishOf } from '../../../src/dwell/app/web/core/everything.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { changeSet, snapshot, turns } from './snapshots.js';

const job = (parts = {}) => ({
  id: 4, kind: 'everything', state: 'running', what: 'Everything in the video', object_ids: [], span: [0, 100], direction: 'both', backend: 'embedded',
  done: 250, total: 1000, left_s: 50, frame_idx: 7, phase: 'forward', n_objects: 12, error: null, ...parts,
});
const defaults = { step: null, iou_thresh: 0.6, max_masks_per_frame: 32, points_per_side: 32, pred_iou_thresh: null, stability_score_thresh: null, min_area: 0.0005, stride: 1, gaze_weight: 0 };
const typed = (parts = {}) => ({ ...Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value ?? '')])), proposer: 'embedded', ...parts });
const info = (parts = {}) => ({ proposers: [], unfinished: null, defaults, published: defaults, looked: {}, no_gaze: '', ...parts });
const left = { kind: 'everything', phase: 'backward', minutes: null, masks: 60, coverage: 0.9 };

test('how far a job is, in words', () => {
  assert.equal(jobText(job()), 'Everything in the video: 25 %, about 50 s left · tracking forward · 12 objects');
  assert.equal(jobText(job({ phase: 'looking', n_objects: 0, left_s: null })), 'Everything in the video: 25 % · looking for objects');
  assert.equal(jobText(job({ n_objects: 1, phase: null, left_s: null })), 'Everything in the video: 25 % · 1 object');
  assert.equal(jobText(job({ kind: 'track', what: 'Tracking cup', done: 5, total: 10 })), 'Tracking cup: 50 %, about 50 s left');
});

test('how it has ended, in words', () => {
  assert.equal(endText(null), '');
  assert.equal(endText(job()), '');
  assert.equal(endText(job({ kind: 'track', state: 'done' })), '', 'that is said elsewhere');
  assert.equal(endText(job({ state: 'done' })), 'Done: 12 objects made.');
  assert.match(endText(job({ state: 'done', n_objects: 0 })), /Nothing was found/);
  assert.equal(endText(job({ state: 'cancelled', n_objects: 1 })), 'Stopped: 1 object made. What was done is kept.');
  assert.equal(endText(job({ state: 'failed', error: 'The disk is full.' })), 'The disk is full.');
});

test('what was stopped, in words', () => {
  assert.equal(unfinishedText(left), '“Everything in the video” (90 % of what there is, at most 60 objects) was stopped before its end, while tracking backward. What it has made is here.');
  assert.equal(unfinishedText({ ...left, kind: 'gaze-first', phase: 'looking' }), '“What was looked at” was stopped before its end, while looking for objects. What it has made is here.');
});

test('what is typed becomes a request; a limit that is off is not sent', () => {
  assert.deepEqual(wishOf({ kind: 'everything', limits: { coverage: '90', masks: '60' }, settings: null }), { kind: 'everything', coverage: 0.9, masks: 60 });
  assert.deepEqual(wishOf({ kind: 'everything', limits: { minutes: '2.5' }, settings: typed() }), { kind: 'everything', minutes: 2.5, settings: { ...defaults, proposer: 'embedded' } });
  const { settings } = wishOf({ kind: 'everything', limits: { masks: '3' }, settings: typed({ step: ' 5 ', pred_iou_thresh: '0.9' }) });
  assert.deepEqual([settings.step, settings.pred_iou_thresh, settings.stability_score_thresh], [5, 0.9, null]);
  const looked = { window_s: '2', granularities: '1', alike: '0.8' };
  assert.deepEqual(wishOf({ kind: 'gaze-first', limits: { masks: '3' }, settings: looked }), { kind: 'gaze-first', looked: { window_s: 2, granularities: 1, alike: 0.8 } });
});

test('what cannot be used says which field, and what was expected', () => {
  const wish = (limits, settings = null) => () => wishOf({ kind: 'everything', limits, settings });
  assert.throws(wish({}), /at least one limit/);
  assert.throws(wish({ coverage: '' }), /Coverage: expected a whole number from 1 to 100/);
  assert.throws(wish({ coverage: '101' }), /Coverage/);
  assert.throws(wish({ masks: '2.5' }), /Objects: expected a whole number/);
  assert.throws(wish({ minutes: '0' }), /Time: expected a number from 0.1/);
  assert.throws(wish({ masks: '2' }, typed({ iou_thresh: 'much' })), /IoU threshold: expected a number from 0.05 to 0.95/);
  assert.throws(wish({ masks: '2' }, typed({ points_per_side: '' })), /Points per side/);
});

test('the values that are there to begin with can be sent', () => {
  const limits = Object.fromEntries(LIMITS.filter((each) => each.on).map((each) => [each.limit, String(each.value)]));
  assert.deepEqual(Object.keys(limits), ['coverage', 'masks']);
  assert.ok(wishOf({ kind: 'everything', limits, settings: typed() }));
  assert.deepEqual(SETTINGS.map((each) => each.name).sort(), Object.keys(defaults).sort());
});

function page(parts = {}) {
  const asked = [];
  const said = [];
  const store = new Store(snapshot(parts));
  const state = { info: info(), refuse: null };
  const api = {
    get: async (path) => { asked.push(path); return state.info; },
    post: async (path, body) => { asked.push(body === undefined ? path : [path, body]); if (state.refuse) throw state.refuse; return job(); },
  };
  const desk = new EverythingDesk({ api, client: 'me', store, say: { info: () => {}, success: () => {}, error: (error) => said.push(error.message) } });
  return { desk, store, asked, said, state };
}

test('a run is begun and stopped; one that is refused says why', async () => {
  const { desk, asked, said, state } = page();
  state.info = info({ unfinished: left });
  await desk.load();
  assert.equal(await desk.start({ kind: 'everything', go_on: true }), true);
  assert.equal(desk.info.unfinished, null, 'it is under way again');
  await desk.stop();
  assert.deepEqual(asked, ['everything', ['everything', { client: 'me', kind: 'everything', go_on: true }], 'job/cancel?client=me']);
  state.refuse = new Error('Tracking is under way.');
  assert.equal(await desk.start({ kind: 'everything' }), false);
  assert.deepEqual(said, ['Tracking is under way.']);
  assert.equal(desk.asking, false);
});

test('it knows whose job it is that runs', () => {
  const { desk, store } = page();
  assert.equal(desk.running, null);
  store.apply(changeSet(6, { job: job() }));
  assert.equal(desk.running.id, 4);
  assert.equal(desk.busy, false);
  store.apply(changeSet(7, { job: job({ id: 5, kind: 'track' }) }));
  assert.equal(desk.running, null);
  assert.equal(desk.busy, true);
  store.apply(changeSet(8, { job: job({ id: 5, kind: 'track', state: 'done' }) }));
  assert.equal(desk.busy, false);
});

test('when a run begins or ends it is asked anew what can be gone on with; progress asks nobody', async () => {
  const { desk, store, asked, state } = page();
  await desk.load();
  store.apply(changeSet(6, { job: job() }));
  store.apply(changeSet(7, { job: job({ done: 300 }) }));
  store.apply(changeSet(8, { job: job({ done: 400 }) }));
  await turns();
  assert.deepEqual(asked, ['everything', 'everything']);
  state.info = info({ unfinished: left });
  store.apply(changeSet(9, { job: job({ state: 'cancelled' }) }));
  await turns();
  assert.deepEqual(desk.info.unfinished, left);
  desk.off();
  store.apply(changeSet(10, { job: job({ id: 9 }) }));
  await turns();
  assert.equal(asked.length, 3);
});
