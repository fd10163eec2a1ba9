import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barOf, Gallery, inOrder, matching, noteOf, pictureOf, whenOf } from '../../../src/dwell/app/web/core/gallery.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { change, changeSet, FakeTimers, snapshot } from './snapshots.js';

const aoi = (object_id, name, parts = {}) => ({ object_id, name, colour: '#e69f00', category: null, part_of: null, ...parts });
const item = (object_id, parts = {}) => ({ object_id, frame_idx: 12, tag: 'ab', spans: [[10, 30]], n_frames: 20, size: 0.1, importance: 0.02, gaze_share: 0.25, dwell_ms: 1500, ...parts });
const card = (id, name, parts = {}, whole = null, category = null) => ({ aoi: aoi(id, name, { category }), item: parts && item(id, parts), whole });
const names = (cards) => cards.map((each) => each.aoi.name);

test('the filter looks at name, category and whole', () => {
  const cup = aoi(1, 'Blue cup');
  const cards = [card(1, 'Blue cup', {}, null, 'dishes'), card(2, 'handle', {}, cup), card(3, 'table')];
  assert.deepEqual(names(matching(cards, '')), ['Blue cup', 'handle', 'table']);
  assert.deepEqual(names(matching(cards, 'CUP')), ['Blue cup', 'handle']);
  assert.deepEqual(names(matching(cards, 'cup blue dish')), ['Blue cup']);
  assert.deepEqual(names(matching(cards, 'spoon')), []);
});

test('cards are sorted by what was chosen; what is not known comes last, and equals by importance', () => {
  const cards = [
    card(1, 'thing 10', { gaze_share: 0.1, importance: 0.5, size: 0.2, spans: [[40, 50]] }),
    card(2, 'thing 9', { gaze_share: 0.3, importance: 0.1, size: 0.4, spans: [[5, 9], [80, 90]] }),
    card(3, 'a new one', null),
    card(4, 'thing 2', { gaze_share: 0.1, importance: 0.9, size: 0.1, spans: [] }),
  ];
  assert.deepEqual(names(inOrder(cards, 'gaze')), ['thing 9', 'thing 2', 'thing 10', 'a new one']);
  assert.deepEqual(names(inOrder(cards, 'importance')), ['thing 2', 'thing 10', 'thing 9', 'a new one']);
  assert.deepEqual(names(inOrder(cards, 'first')), ['thing 9', 'thing 10', 'thing 2', 'a new one']);
  assert.deepEqual(names(inOrder(cards, 'size')), ['thing 9', 'thing 10', 'thing 2', 'a new one']);
  assert.deepEqual(names(inOrder(cards, 'name')), ['a new one', 'thing 2', 'thing 9', 'thing 10']);
});

test('what is known of a thing, in words', () => {
  assert.equal(noteOf(item(1), 100), '25 % of gaze');
  assert.equal(noteOf(item(1, { gaze_share: 0.004 }), 100), 'under 1 % of gaze');
  assert.equal(noteOf(item(1, { gaze_share: 0 }), 100), 'not looked at');
  assert.equal(noteOf(item(1, { gaze_share: null }), 100), 'on 20 frames');
  assert.equal(noteOf(item(1, { frame_idx: null }), 100), 'not seen yet');
  assert.equal(noteOf(item(1, { gaze_share: null }), 1), '10 % of the picture', 'a picture has no time');
  const msOf = (frame) => frame * 40;
  assert.equal(whenOf(item(1), msOf), 'Seen on 20 frames, from 0:00.4 to 0:01.2; looked at for 1.5 s');
  assert.equal(whenOf(item(1, { spans: [[0, 1]], n_frames: 1, dwell_ms: null }), msOf), 'Seen on 1 frame, from 0:00.0 to 0:00.0');
  assert.equal(whenOf(item(1, { spans: [] }), msOf), 'Not seen yet');
});

test('the bar and the address of the picture', () => {
  assert.deepEqual(barOf(item(1, { spans: [[0, 25], [50, 100]] }), 100), [{ left: 0, width: 0.25 }, { left: 0.5, width: 0.5 }]);
  assert.equal(pictureOf(item(3), 160), 'aois/3/picture.jpg?frame=12&tag=ab&side=160');
  assert.equal(pictureOf(item(3, { frame_idx: null }), 160), null);
});

/** A page with the gallery open; `asked`: what was asked of the server. */
function page(parts = {}) {
  const asked = [];
  const timers = new FakeTimers();
  const store = new Store(snapshot({ aois: [aoi(1, 'cup'), aoi(2, 'book'), aoi(3, 'ball')], ...parts }));
  const state = { has_gaze: true, error: null, items: [item(1, { gaze_share: 0.1 }), item(2, { gaze_share: 0.5 }), item(3, { gaze_share: 0.2 })] };
  const api = { get: async (path) => { asked.push(path); if (state.error) throw state.error; if (state.takes) await new Promise((done) => timers.later(done, state.takes)); return { rev: store.rev, has_gaze: state.has_gaze, items: state.items }; } };
  const gallery = new Gallery({ api, store }, () => 'margin_deg=1', { later: timers.later, cancel: timers.cancel, now: () => timers.now });
  return { gallery, store, asked, state, timers };
}

const running = { id: 1, kind: 'everything', state: 'running', what: '', object_ids: [], span: [0, 100], direction: 'both', backend: '', done: 1, total: 1000, left_s: null, frame_idx: 0, phase: 'forward', n_objects: 3, error: null };

test('it is fetched when it is looked at, and sorted by gaze if there is any', async () => {
  const { gallery, asked, timers, store } = page();
  store.apply(changeSet(6, { lanes: change({ updated: [] }) }));
  await timers.pass(5000);
  assert.deepEqual(asked, [], 'nobody looks');
  assert.deepEqual(names(gallery.cards), ['cup', 'book', 'ball'], 'names are known at once');
  gallery.show(true);
  await timers.pass(100);
  assert.deepEqual(asked, ['gallery?margin_deg=1']);
  assert.equal(gallery.sortedBy, 'gaze');
  assert.deepEqual(names(gallery.cards), ['book', 'ball', 'cup']);
});

test('without gaze it is sorted by importance', async () => {
  const { gallery, state, timers } = page();
  Object.assign(state, { has_gaze: false, items: [item(1, { importance: 0.1 }), item(2, { importance: 0.2 }), item(3, { importance: 0.3 })] });
  gallery.show(true);
  await timers.pass(100);
  assert.equal(gallery.sortedBy, 'importance');
  assert.deepEqual(names(gallery.cards), ['ball', 'book', 'cup']);
});

test('a new name and a new whole are shown at once, without asking', async () => {
  const { gallery, store, timers } = page();
  gallery.show(true);
  await timers.pass(100);
  store.apply(changeSet(6, { aois: change({ updated: [aoi(3, 'handle', { part_of: 1 })] }) }));
  assert.deepEqual(gallery.cards.map((each) => [each.aoi.name, each.whole?.name]), [['book', undefined], ['handle', 'cup'], ['cup', undefined]]);
});

test('what has changed is asked for again, many changes once', async () => {
  const { gallery, store, asked, timers } = page();
  gallery.show(true);
  await timers.pass(100);
  for (let rev = 6; rev < 20; rev++) store.apply(changeSet(rev, { lanes: change({ updated: [] }) }));
  await timers.pass(500);
  assert.equal(asked.length, 2);
  gallery.show(false);
  store.apply(changeSet(20, { marks: change({}) }));
  await timers.pass(5000);
  assert.equal(asked.length, 2);
  gallery.show(true);
  await timers.pass(500);
  assert.equal(asked.length, 3);
});

test('while a job makes AOIs nothing moves: what is new comes after what is shown; then all is sorted', async () => {
  const { gallery, store, state, asked, timers } = page();
  gallery.show(true);
  await timers.pass(100);
  assert.deepEqual(names(gallery.cards), ['book', 'ball', 'cup']);
  store.apply(changeSet(6, { job: running, aois: change({ created: [aoi(4, 'pen')] }) }));
  state.items = [item(1, { gaze_share: 0.9 }), item(2, { gaze_share: 0.5 }), item(3, { gaze_share: 0.2 }), item(4, { gaze_share: 1 })];
  await timers.pass(1000);
  assert.equal(asked.length, 1, 'it is asked for less often');
  await timers.pass(1500);
  assert.equal(asked.length, 2);
  assert.deepEqual(names(gallery.cards), ['book', 'ball', 'cup', 'pen']);
  store.apply(changeSet(7, { job: { ...running, state: 'done' } }));
  assert.deepEqual(names(gallery.cards), ['pen', 'cup', 'book', 'ball']);
});

test('however long an answer took while a job ran, it is asked for at once when that ends', async () => {
  const { gallery, store, state, asked, timers } = page({ job: running });
  state.takes = 6000; // the process that answers is only started
  gallery.show(true);
  await timers.pass(7000);
  assert.equal(asked.length, 1);
  store.apply(changeSet(6, { aois: change({ created: [aoi(4, 'pen')] }) }));
  await timers.pass(5000);
  assert.equal(asked.length, 1, 'the job has the time');
  store.apply(changeSet(7, { job: { ...running, state: 'done' } }));
  await timers.pass(100);
  assert.equal(asked.length, 2);
});

test('a person may sort anew at any time', async () => {
  const { gallery, store, timers } = page({ job: running });
  gallery.show(true);
  await timers.pass(100);
  assert.equal(gallery.cards.length, 3);
  gallery.sortBy('name');
  assert.deepEqual(names(gallery.cards), ['ball', 'book', 'cup']);
  gallery.filter('b');
  assert.deepEqual(names(gallery.cards), ['ball', 'book']);
  assert.equal(store.aois.size, 3);
});

test('a failure is said, and forgotten with the next answer', async () => {
  const { gallery, state, timers } = page();
  state.error = new Error('The server does not answer.');
  gallery.show(true);
  await timers.pass(100);
  assert.equal(gallery.error, 'The server does not answer.');
  state.error = null;
  gallery.outdate();
  await timers.pass(100);
  assert.equal(gallery.error, '');
});
