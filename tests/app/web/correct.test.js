import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Corrector, gapAround } from '../../../src/dwell/app/web/core/correct.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { changeSet, snapshot, turns } from './snapshots.js';

/** A letter per frame: v visible, s out of date, A anchor, p approved, - unknown. */
function lane(text) {
  const bytes = { v: 1, s: 1 | 16, A: 1 | 8, p: 1 | 4, '-': 0 };
  return Uint8Array.from([...text].flatMap((letter) => [bytes[letter], 255]));
}

test('the gap lies between the anchors around a correction', () => {
  assert.deepEqual(gapAround(lane('vvAsssAssAvv'), 6), { start: 3, stop: 9 });
  assert.deepEqual(gapAround(lane('ssAssv--'), 2), { start: 0, stop: 5 });
  assert.deepEqual(gapAround(lane('ssspAsss'), 4), { start: 4, stop: 8 }, 'what is approved is not tracked again');
});

test('a first click corrects nothing', () => {
  assert.equal(gapAround(lane('---A---'), 3), null);
  assert.equal(gapAround(lane('vvvA'), 3), null);
});

function desk({ autoTrack = true } = {}) {
  const asked = [];
  const state = { autoTrack, before: null };
  const server = { job: 1, lane: 'AsssAsss', tracked: Promise.resolve() };
  const store = new Store(snapshot());
  const corrector = new Corrector({
    client: 'me', store,
    api: {
      bytes: async () => lane(server.lane).buffer,
      post: async (path, body) => {
        asked.push([path, body]);
        if (path !== 'track') return { rev: 9, n: 7 };
        await server.tracked;
        return server.job && { id: server.job, state: 'running' };
      },
    },
    ui: { get: (key) => state[key], set: (key, value) => { state[key] = value; } },
    say: { info: () => {}, success: () => {}, error: (error) => { throw error; } },
  });
  const answer = (id) => ({ rev: 6, mask: { object_id: 1 }, step: { id, label: 'Prompt cup' } });
  const job = (state, id = 1) => ({ id, state, what: 'Tracking cup', object_ids: [1], span: [1, 8], direction: 'both', backend: 'embedded', done: 0, total: 9, left_s: null, frame_idx: null, error: null });
  return { corrector, asked, state, server, store, answer, job };
}

test('a correction tracks its gap, is compared, and undone as a whole', async () => {
  const { corrector, asked, state, server, store, answer, job } = desk();
  await corrector.after(answer(12), 4);
  assert.deepEqual(asked, [['track', { client: 'me', object_ids: [1], start: 1, stop: 8, direction: 'both', join: true }]]);
  assert.equal(corrector.now.phase, 'tracking');
  server.lane = 'AvvvAvvv';
  store.apply(changeSet(6, { job: job('done'), steps: { undo: { id: 13, label: 'Track cup' }, redo: null } }));
  await turns();
  assert.equal(corrector.now.phase, 'done');
  corrector.toggleBefore();
  assert.equal(state.before, 12);
  corrector.toggleBefore();
  assert.equal(state.before, null);
  await corrector.undo();
  assert.deepEqual(asked.at(-1), ['undo', { client: 'me', expect: 12, through: true, newest: 13 }]);
  assert.equal(corrector.now, null);
});

test('a second click on the same frame belongs to the same correction', async () => {
  const { corrector, answer } = desk();
  await corrector.after(answer(12), 4);
  await corrector.after(answer(14), 4);
  assert.equal(corrector.now.stepId, 12);
});

test('without the setting it is only offered; approving approves the gap', async () => {
  const { corrector, asked, answer } = desk({ autoTrack: false });
  await corrector.after(answer(12), 4);
  assert.equal(corrector.now.phase, 'offered');
  assert.deepEqual(asked, []);
  await corrector.approve();
  assert.deepEqual(asked, [['approve', { client: 'me', object_ids: [1], start: 1, stop: 8, approved: true }]]);
});

test('the bar leaves when the correction is undone elsewhere; a cancelled job offers it again', async () => {
  const { corrector, store, answer, job } = desk();
  await corrector.after(answer(12), 4);
  store.apply(changeSet(6, { job: job('cancelled') }));
  assert.equal(corrector.now.phase, 'offered');
  store.apply(changeSet(7, { steps: { undo: { id: 11, label: 'Name' }, redo: { id: 12, label: 'Prompt cup' } } }));
  await turns();
  assert.equal(corrector.now, null);
});

test('a correction during tracking is taken up by it; what is left over is tracked after it', async () => {
  const { corrector, asked, server, store, answer, job } = desk();
  store.apply(changeSet(6, { job: job('running') }));
  await corrector.after(answer(12), 4);
  assert.equal(corrector.now.phase, 'tracking');
  assert.deepEqual(asked, []);
  server.job = 2;
  store.apply(changeSet(7, { job: job('done') }));
  await turns();
  assert.deepEqual(asked.map(([path]) => path), ['track']);
  server.lane = 'AvvvAvvv';
  store.apply(changeSet(8, { job: job('done', 2) }));
  await turns();
  assert.equal(corrector.now.phase, 'done');
  assert.equal(asked.length, 1);
});

test('while another AOI is tracked the gap is only offered', async () => {
  const { corrector, asked, store, answer, job } = desk();
  store.apply(changeSet(6, { job: { ...job('running'), object_ids: [2] } }));
  await corrector.after(answer(12), 4);
  assert.equal(corrector.now.phase, 'offered');
  assert.deepEqual(asked, []);
});

test('a second click while tracking is being asked for waits for that job, and asks again', async () => {
  const { corrector, asked, server, store, answer, job } = desk();
  let answered = () => {};
  server.tracked = new Promise((done) => { answered = done; });
  const first = corrector.after(answer(12), 4);
  await turns();
  await corrector.after(answer(14), 4);
  assert.equal(asked.length, 1, 'nothing is asked for twice');
  answered();
  await first;
  await corrector.after(answer(16), 4);
  assert.equal(asked.length, 1, 'the answer was faster than the news');
  store.apply(changeSet(6, { job: job('running') }));
  server.job = 2;
  store.apply(changeSet(7, { job: job('done') }));
  await turns();
  assert.equal(asked.length, 2);
  assert.equal(corrector.now.phase, 'tracking');
});

test('the news may be faster than the answer', async () => {
  const { corrector, server, store, answer, job } = desk();
  let answered = () => {};
  server.tracked = new Promise((done) => { answered = done; });
  const first = corrector.after(answer(12), 4);
  await turns();
  server.lane = 'AvvvAvvv';
  store.apply(changeSet(6, { job: job('done') }));
  answered();
  await first;
  await turns();
  assert.equal(corrector.now.phase, 'done');
});

test('a gap that is tracked already is done, not an error', async () => {
  const { corrector, server, answer } = desk();
  server.job = null;
  let answered = () => {};
  server.tracked = new Promise((done) => { answered = done; });
  const asked = corrector.after(answer(12), 4);
  await turns();
  server.lane = 'AvvvAvvv';
  answered();
  await asked;
  assert.equal(corrector.now.phase, 'done');
});

test('a server that comes back without the job does not leave the bar waiting', async () => {
  const { corrector, server, store, answer } = desk();
  await corrector.after(answer(12), 4);
  server.lane = 'AvvvAvvv';
  store.replace({ ...snapshot(), rev: 9, steps: { undo: { id: 13, label: 'Track cup' }, redo: null } });
  await turns();
  assert.equal(corrector.now.phase, 'done');
});
