import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keymap } from '../../../src/dwell/app/web/core/keys.js';
import { Player } from '../../../src/dwell/app/web/core/player.js';
import { ReviewDesk } from '../../../src/dwell/app/web/views/review_desk.js';
import { bindReviewKeys } from '../../../src/dwell/app/web/views/review_keys.js';

/** @param {number} first @param {number} stop @param {number} [weight] */
const moment = (first, stop, weight = 0.5) => ({
  object_id: 1,
  first_frame: first,
  stop_frame: stop,
  frame_idx: first + 2,
  start_ns: '0',
  end_ns: '1',
  weight,
  cumulative: weight,
  doubt: 0.5,
  border_deg: 0.4,
  affected_ms: 100,
  reason: 'doubtful',
  why: 'Unsure.',
});

/** 300 frames of 100 ms, one AOI, two moments. */
function deskOn() {
  const sent = /** @type {Array<[string, any]>} */ ([]);
  const said = /** @type {string[]} */ ([]);
  const words = /** @type {string[]} */ ([]);
  const job = { span: [0, 300] }; // what tracking that was asked for will cover
  let observer = (/** @type {any} */ _change) => {};
  const state = /** @type {Record<string, any>} */ ({ panel: 'review', autoTrack: false });
  const store = {
    rev: 1,
    aois: new Map([[1, { name: 'cup' }]]),
    view: {},
    job: null,
    steps: /** @type {any} */ ({ undo: null, redo: null }),
    subscribe: (/** @type {any} */ fn) => ((observer = fn), () => {}),
  };
  const player = new Player(300, {
    durationNs: '30000000000',
    clock: { now: () => 0, tick: () => 0, later: () => 0, cancel: () => {} },
  });
  const ctx = /** @type {any} */ ({
    client: 'me',
    player,
    store,
    keys: new Keymap(false),
    api: {
      get: async () => ({
        rev: 1,
        moments: [moment(100, 110), moment(200, 220)],
        total_ms: 1000,
        minutes: 1,
        target: 0.95,
        n_for_target: 2,
      }),
      post: async (/** @type {string} */ path, /** @type {any} */ body) => (sent.push([path, body]), { rev: 2, n: 10, span: job.span }),
    },
    ui: {
      get: (/** @type {string} */ key) => state[key],
      set: (/** @type {string} */ key, /** @type {any} */ value) => (state[key] = value),
      subscribe: () => () => {},
    },
    say: {
      info: (/** @type {string} */ text) => said.push(text),
      success: () => {},
      error: (/** @type {any} */ error) => said.push(String(error)),
    },
  });
  const desk = new ReviewDesk(ctx, { changed: () => {}, announce: (text) => words.push(text) });
  const change = (/** @type {any} */ some) => {
    store.rev = some.rev;
    observer(some);
  };
  return { desk, job, ctx, sent, said, words, state, store, change };
}

test('next goes to the worst frame, selects the AOI, and shows two seconds around', async () => {
  const { desk, ctx, state, words } = deskOn();
  await desk.load();
  desk.next();
  assert.equal(ctx.player.frameIdx, 102);
  assert.equal(state.selected, 1);
  assert.deepEqual(state.timelineSpan.map(Math.round), [80, 130]);
  assert.deepEqual(words, ['Moment 1 of 2: cup, doubtful. Unsure.']);
  desk.close();
});

test('approve approves the frames of the moment and goes on', async () => {
  const { desk, ctx, sent } = deskOn();
  await desk.load();
  desk.next();
  await desk.approve();
  assert.deepEqual(sent, [['approve', { client: 'me', object_ids: [1], start: 100, stop: 110, approved: true }]]);
  assert.equal(ctx.player.frameIdx, 202);
  assert.equal(desk.queue.dealt[0].outcome, 'approved');
  desk.close();
});

test('without a moment it says what to do', async () => {
  const { desk, said, sent } = deskOn();
  await desk.load();
  await desk.approve();
  assert.deepEqual([sent, said], [[], ['Go to a moment first: Enter.']]);
  desk.close();
});

test('a prompt made here in the current moment corrects it; one made elsewhere does not', async () => {
  const { desk, change } = deskOn();
  await desk.load();
  desk.next();
  const prompts = { created: [{ kind: 'point', object_id: 1, frame_idx: 105 }], updated: [], deleted: [] };
  change({ rev: 2, origin: 'other page', prompts });
  change({ rev: 3, origin: 'me', prompts: { ...prompts, created: [{ kind: 'point', object_id: 1, frame_idx: 110 }] } });
  assert.equal(desk.queue.dealt.length, 0);
  change({ rev: 4, origin: 'me', prompts });
  assert.deepEqual([desk.queue.dealt[0].outcome, desk.queue.dealt[0].rev], ['corrected', 4]);
  desk.close();
});

test('undo takes back the very step if it is the newest, else what it did', async () => {
  const { desk, sent, store, change } = deskOn();
  await desk.load();
  desk.next();
  await desk.approve();
  store.steps.undo = { id: 7, label: 'Approve' };
  change({ rev: 2, origin: 'me' });
  const done = desk.queue.dealt[0];
  assert.equal(done.step, 7);
  await desk.undo(done);
  assert.deepEqual(sent.at(-1), ['undo', { client: 'me', expect: 7 }]);
  assert.equal(desk.queue.dealt.length, 0);

  await desk.approve();
  store.steps.undo = { id: 9, label: 'Something else' };
  await desk.undo(desk.queue.dealt[0]);
  assert.equal(sent.at(-1)?.[0], 'approve');
  assert.equal(sent.at(-1)?.[1].approved, false);
  desk.close();
});

test('skip puts it last and goes on; back returns to it', async () => {
  const { desk, ctx } = deskOn();
  await desk.load();
  desk.next();
  desk.skip();
  assert.equal(ctx.player.frameIdx, 202);
  desk.back();
  assert.equal(ctx.player.frameIdx, 102);
  assert.equal(desk.queue.index(), 1);
  desk.close();
});

test('what is undone elsewhere is open again, and counts as no correction', async () => {
  const { desk, store, change } = deskOn();
  await desk.load();
  desk.next();
  await desk.approve();
  store.steps = { undo: { id: 7, label: 'Approve' }, redo: null };
  change({ rev: 2, origin: 'me', steps: store.steps });
  assert.equal(desk.queue.dealt.length, 1);
  store.steps = { undo: null, redo: { id: 7, label: 'Approve' } };
  const prompts = { created: [{ kind: 'point', object_id: 1, frame_idx: 205 }], updated: [], deleted: [] };
  change({ rev: 3, origin: 'me', steps: store.steps, prompts });
  assert.equal(desk.queue.dealt.length, 0);
  desk.close();
});

test('absent is taken back on the frame it was said for', async () => {
  const { desk, ctx, sent } = deskOn();
  await desk.load();
  desk.next();
  ctx.player.seek(107);
  await desk.absent();
  await desk.undo(desk.queue.dealt[0]);
  assert.deepEqual(sent.at(-1), ['prompts/clear', { client: 'me', object_id: 1, frame_idx: 107 }]);
  desk.close();
});

test('a gap waits until tracking has ended; stopping it stops that too', async () => {
  const { desk, ctx, sent, state, store, change } = deskOn();
  state.autoTrack = true;
  const lane = Uint8Array.from({ length: 600 }, (_, i) => (i % 2 ? 255 : 1 | 16));
  ctx.api.bytes = async () => lane;
  store.job = { state: 'running' };
  await desk.retrack(1, 50);
  assert.equal(sent.length, 0);
  store.job = { state: 'done' };
  change({ rev: 2, origin: 'tracking', job: store.job });
  await new Promise((done) => setTimeout(done));
  assert.equal(sent.at(-1)?.[0], 'track');
  store.job = { state: 'running' };
  await desk.retrack(1, 50);
  store.job = { state: 'cancelled' };
  change({ rev: 3, origin: 'tracking', job: store.job });
  await new Promise((done) => setTimeout(done));
  assert.equal(sent.length, 1);
  desk.close();
});

test('a gap that another tracking covers in part only waits for the rest', async () => {
  const { desk, ctx, sent, said, job, state, store, change } = deskOn();
  state.autoTrack = true;
  ctx.api.bytes = async () => Uint8Array.from({ length: 600 }, (_, i) => (i % 2 ? 255 : 1 | 16));
  job.span = [0, 40];
  await desk.retrack(1, 50);
  job.span = [0, 300];
  store.job = { state: 'done' };
  change({ rev: 2, origin: 'tracking', job: store.job });
  await new Promise((done) => setTimeout(done));
  assert.deepEqual(sent.map(([path, body]) => [path, body.join]), [['track', true], ['track', true]]);
  change({ rev: 3, origin: 'tracking', job: store.job });
  await new Promise((done) => setTimeout(done));
  assert.equal(sent.length, 2);
  assert.deepEqual(said, []);
  desk.close();
});

test('S never swaps identities while the queue is open, also when nothing is left to skip', async () => {
  const { desk, ctx, said } = deskOn();
  const swapped = /** @type {string[]} */ ([]);
  ctx.keys.bind({ id: 'swap', label: '', group: '', keys: ['s', 'a'], run: () => swapped.push('swapped') });
  ctx.api.get = async () => ({ rev: 1, moments: [], total_ms: 0, minutes: 1, target: 0.95, n_for_target: 0 });
  let open = true;
  const offs = bindReviewKeys(desk, () => open);
  await desk.load();
  ctx.keys.handle({ key: 's' });
  assert.deepEqual([said, swapped], [['No moment is left to skip.'], []]);
  ctx.keys.handle({ key: 'a' }); // with nothing to review it does what it does elsewhere
  open = false;
  ctx.keys.handle({ key: 's' });
  assert.deepEqual(swapped, ['swapped', 'swapped']);
  for (const off of offs) off();
  desk.close();
});
