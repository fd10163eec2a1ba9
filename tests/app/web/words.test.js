import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../src/dwell/app/web/core/api.js';
import { shownSuggestions } from '../../../src/dwell/app/web/core/scene.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { byFrame, chosen, percent, searchText, whatItIs, Words } from '../../../src/dwell/app/web/core/words.js';
import { change, changeSet, FakeTimers, snapshot, turns } from './snapshots.js';

let next = 0;
const suggestion = (frame_idx, phrase, score, parts = {}) =>
  ({ index: next++, frame_idx, phrase, score, text_score: score, box: [1, 2, 9, 8], why: 'new', object_id: null, ...parts });
const search = (parts = {}) =>
  ({ id: 3, state: 'done', text: 'cup', detector: 'colours', done: 1, total: 1, left_s: null, n_found: 2, error: null, ...parts });
const everything = { box: 0, text: 0, onePerPhrase: false };

/** A page with a search whose answer is `found`; `asked` is what it has asked the server. */
function page(found, parts = {}) {
  const asked = [];
  const said = [];
  const timers = new FakeTimers();
  const store = new Store(snapshot({ search: search(), ...parts }));
  const answers = {
    'words/suggestions': () => ({ search: store.search.id, suggestions: found.list }),
    'words/suggestions/3/0/mask': () => ({ index: 0, counts: 'abc', area: 3 }),
    'words/search': () => search({ id: 4, state: 'running', n_found: 0 }),
    'words/take': () => { store.apply(changeSet(6)); return { rev: 6, n: 1, label: 'cup 2' }; },
    'words/reject': () => ({ rev: 5, n: 1, label: null }),
  };
  const answer = async (path, body) => {
    asked.push(body === undefined ? path : [path, body]);
    if (found.error) throw found.error;
    return answers[path]();
  };
  const api = { get: (path) => answer(path), post: answer };
  const say = { info: (text) => said.push(text), error: (error) => said.push(error.message) };
  const clock = { later: timers.later, cancel: timers.cancel, now: () => timers.now };
  return { words: new Words({ api, client: 'me', store, say }, clock), store, asked, said, timers };
}

test('thresholds filter by both scores', () => {
  const all = [suggestion(0, 'cup', 0.8), suggestion(0, 'cup', 0.6, { text_score: 0.2 }), suggestion(4, 'hand', 0.3)];
  assert.deepEqual(chosen(all, everything), all);
  assert.deepEqual(chosen(all, { ...everything, box: 0.3 }), all);
  assert.deepEqual(chosen(all, { ...everything, box: 0.31 }), all.slice(0, 2));
  assert.deepEqual(chosen(all, { ...everything, text: 0.25 }), [all[0], all[2]]);
});

test('one of each phrase is the best of it on each frame', () => {
  const all = [suggestion(0, 'cup', 0.8), suggestion(0, 'cup', 0.7), suggestion(0, 'hand', 0.5), suggestion(4, 'cup', 0.6)];
  assert.deepEqual(chosen(all, { ...everything, onePerPhrase: true }), [all[0], all[2], all[3]]);
});

test('they are listed by frame', () => {
  const [a, b, c] = [suggestion(7, 'cup', 0.8), suggestion(0, 'cup', 0.7), suggestion(7, 'hand', 0.5)];
  assert.deepEqual(byFrame([a, b, c]), [[0, [b]], [7, [a, c]]]);
});

test('what a suggestion is, and how far a search is, in words', () => {
  const { aois } = new Store(snapshot());
  assert.equal(whatItIs(suggestion(0, 'cup', 1), aois), 'new');
  assert.equal(whatItIs(suggestion(0, 'cup', 1, { why: 'found again', object_id: 1 }), aois), 'found again: cup');
  assert.equal(whatItIs(suggestion(0, 'cup', 1, { why: 'known', object_id: 2 }), aois), 'is book already');
  assert.equal(percent(0.826), '83 %');
  assert.equal(searchText(null), '');
  assert.equal(searchText(search({ state: 'running', done: 0, total: 9 })), 'Looking on 9 frames …');
  assert.equal(searchText(search({ state: 'running', done: 4, total: 9 })), 'Looking: 4 of 9 frames …');
  assert.equal(searchText(search({ state: 'taking', done: 4, total: 9 })), 'Adding: 4 of 9 masks are made …');
  assert.equal(searchText(search({ state: 'failed', error: 'No word.' })), 'No word.');
  assert.equal(searchText(search({ state: 'cancelled', done: 4, total: 9 })), 'Stopped after 4 of 9 frames.');
  assert.match(searchText(search({ n_found: 0 })), /Nothing like that was found on 1 frame\./);
  assert.equal(searchText(search()), '');
});

test('what was found is fetched, thresholds ask nobody, and known ones are never added', async () => {
  next = 0;
  const found = { list: [suggestion(0, 'cup', 0.8), suggestion(0, 'cup', 0.4, { why: 'known', object_id: 1 }), suggestion(4, 'cup', 0.2)] };
  const { words, asked, timers } = page(found);
  await timers.pass(100);
  assert.deepEqual(words.shown.map((each) => each.index), [0, 1]);
  words.set({ box: 0.1, text: 0 });
  assert.deepEqual(words.wanted.map((each) => each.index), [0, 2]);
  words.check(2, false);
  assert.deepEqual(words.wanted.map((each) => each.index), [0]);
  words.check(2, true);
  assert.deepEqual(words.wanted.map((each) => each.index), [0, 2]);
  assert.deepEqual(asked, ['words/suggestions']);
});

test('a mask is asked for once, when it is pointed at, and drawn on its frame', async () => {
  next = 0;
  const found = { list: [suggestion(4, 'cup', 0.8), suggestion(4, 'hand', 0.7, { why: 'known', object_id: 1 })] };
  const { words, store, asked, timers } = page(found);
  await timers.pass(100);
  await words.point(0);
  await words.point(null);
  await words.point(0);
  assert.deepEqual(asked, ['words/suggestions', 'words/suggestions/3/0/mask']);
  assert.equal(words.masks.get(0), 'abc');
  const ui = { get: () => 'words' };
  words.masks.set(0, '');
  const [drawn, ...others] = shownSuggestions({ store, ui }, words, 4);
  assert.deepEqual([drawn.label, drawn.on, drawn.hot, drawn.mask], ['cup 80 %', true, true, null]);
  assert.deepEqual(others, []); // the known one has a mask of its own there
  assert.deepEqual(shownSuggestions({ store, ui }, words, 5), []);
  assert.deepEqual(shownSuggestions({ store, ui: { get: () => 'aois' } }, words, 4), []);
});

test('taking sends what is ticked as it was seen, and asks anew what is left', async () => {
  next = 0;
  const found = { list: [suggestion(0, 'cup', 0.8, { why: 'found again', object_id: 1 }), suggestion(0, 'hand', 0.7)] };
  const { words, asked, timers } = page(found);
  await timers.pass(100);
  words.set({ onePerPhrase: true });
  words.check(1, false);
  assert.equal(await words.take(), 'cup 2');
  const taken = { client: 'me', search: 3, suggestions: [{ index: 0, object_id: 1 }], one_per_phrase: true };
  assert.deepEqual(asked[1], ['words/take', taken]);
  found.list = [];
  await timers.pass(100);
  assert.deepEqual(words.suggestions, []);
  assert.equal(await words.take(), null); // nothing is left to take
});

test('what is refused is said, and stays', async () => {
  next = 0;
  const found = { list: [suggestion(0, 'cup', 0.8)] };
  const { words, said, timers } = page(found);
  await timers.pass(100);
  found.error = new Error('It is approved there.');
  assert.equal(await words.take(), null);
  assert.deepEqual(said, ['It is approved there.']);
  assert.equal(words.taking, false);
  assert.equal(words.wanted.length, 1);
});

test('giving up while adding is no error', async () => {
  next = 0;
  const found = { list: [suggestion(0, 'cup', 0.8)] };
  const { words, store, said, asked, timers } = page(found);
  await timers.pass(100);
  found.error = new ApiError('Stopped.', 'Cancelled', 400);
  store.apply(changeSet(6, { search: search({ state: 'taking', done: 1, total: 9 }) }));
  await timers.pass(2000);
  assert.equal(asked.length, 1); // nobody is asked for the list meanwhile
  assert.equal(await words.take(), null);
  assert.deepEqual(said, ['Stopped. Nothing was added.']);
});

test('what is rejected is gone at once', async () => {
  next = 0;
  const { words, asked, timers } = page({ list: [suggestion(0, 'cup', 0.8), suggestion(0, 'hand', 0.2)] });
  await timers.pass(100);
  await words.reject();
  assert.deepEqual(words.suggestions.map((each) => each.index), [1]);
  assert.deepEqual(asked[1][1].suggestions, [{ index: 0, object_id: null }]);
});

test('a new search forgets the old one; while it runs the list comes once a second', async () => {
  next = 0;
  const found = { list: [suggestion(0, 'cup', 0.8)] };
  const { words, store, asked, timers } = page(found);
  await timers.pass(100);
  await words.look({ text: 'cup', detector: 'colours' });
  assert.deepEqual(asked[1], ['words/search', { client: 'me', text: 'cup', detector: 'colours' }]);
  assert.deepEqual(words.suggestions, []);
  assert.equal(words.search.state, 'running');
  for (let done = 1; done <= 10; done++) {
    store.apply(changeSet(5 + done, { search: search({ id: 4, state: done < 10 ? 'running' : 'done', done, total: 10 }) }));
    await timers.pass(250);
  }
  const fetched = asked.filter((each) => each === 'words/suggestions').length;
  assert.ok(fetched >= 3 && fetched <= 5, `${fetched}`);
  assert.equal(words.number, 4);
  assert.equal(words.suggestions.length, 1);
});

test('an answer that comes after the stream does not set it back', async () => {
  const { words, store } = page({ list: [] });
  store.apply(changeSet(6, { search: search({ id: 4, state: 'done' }) }));
  await words.look({ text: 'cup', detector: 'colours' }); // its answer says running
  assert.equal(store.search.state, 'done');
});

test('another AOI changes what suggestions are, tracking does not', async () => {
  const { store, asked, timers, words } = page({ list: [suggestion(0, 'cup', 0.8)] });
  await timers.pass(100);
  store.apply(changeSet(6, { lanes: change({ updated: [{ object_id: 1, version: 4, n_known: 60 }] }) }));
  await timers.pass(2000);
  assert.equal(asked.length, 1);
  store.apply(changeSet(7, { aois: change({ deleted: [1] }) }));
  await timers.pass(2000);
  assert.equal(asked.length, 2);
  words.off();
  store.apply(changeSet(8, { aois: change({ deleted: [2] }) }));
  await timers.pass(2000);
  await turns();
  assert.equal(asked.length, 2);
});
