import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { change, changeSet, snapshot } from './snapshots.js';

test('a change set creates, updates and deletes', () => {
  const store = new Store(snapshot());
  const seen = [];
  store.subscribe((each) => seen.push(each.origin));
  const applied = store.apply(changeSet(6, {
    origin: 'other page',
    aois: change({ created: [{ object_id: 3, name: 'hand', colour: '#009e73', category: null }], updated: [{ object_id: 1, name: 'mug', colour: '#e69f00', category: null }], deleted: [2] }),
    steps: { undo: { id: 13, label: 'Rename' }, redo: null },
  }));
  assert.equal(applied, true);
  assert.deepEqual([...store.aois.values()].map((aoi) => aoi.name), ['mug', 'hand']);
  assert.equal(store.steps.undo.id, 13);
  assert.equal(store.rev, 6);
  assert.deepEqual(seen, ['other page']);
});

test('a revision that is known already changes nothing and tells nobody', () => {
  const store = new Store(snapshot());
  store.subscribe(() => assert.fail('nothing happened'));
  assert.equal(store.apply(changeSet(5, { aois: change({ deleted: [1] }) })), true);
  assert.equal(store.aois.size, 2);
});

test('a gap is refused: a snapshot is needed', () => {
  const store = new Store(snapshot());
  assert.equal(store.apply(changeSet(7, { aois: change({ deleted: [1] }) })), false);
  assert.equal(store.rev, 5);
  assert.equal(store.aois.size, 2);
});

test('a snapshot replaces all; observers hear what is gone', () => {
  const store = new Store(snapshot());
  const seen = [];
  store.subscribe((each) => seen.push(each));
  store.replace(snapshot({ rev: 40, aois: [{ object_id: 2, name: 'book', colour: '#56b4e9', category: null }], prompts: [] }));
  assert.equal(store.rev, 40);
  assert.deepEqual(seen[0].aois.deleted, [1]);
  assert.deepEqual(seen[0].prompts.deleted, [7]);
  assert.equal(seen[0].results, true);
});

test('prompts by AOI and frame follow changes', () => {
  const store = new Store(snapshot());
  assert.deepEqual(store.promptsAt(1, 10).map((prompt) => prompt.id), [7]);
  store.apply(changeSet(6, { prompts: change({ created: [{ kind: 'point', id: 8, object_id: 1, frame_idx: 10, x: 1, y: 1, positive: false }], deleted: [7] }) }));
  assert.deepEqual(store.promptsAt(1, 10).map((prompt) => prompt.id), [8]);
  assert.deepEqual(store.promptsAt(2, 10), []);
});

test('number keys lead to AOIs', () => {
  const store = new Store(snapshot());
  assert.equal(store.aoiByKey('2').name, 'book');
  assert.equal(store.aoiByKey('9'), null);
});

test('an empty reason means that changing is possible again; null says nothing', () => {
  const store = new Store(snapshot());
  store.apply(changeSet(6, { lost_writer: 'Another program has the project.' }));
  store.apply(changeSet(7));
  assert.equal(store.lostWriter, 'Another program has the project.');
  store.apply(changeSet(8, { lost_writer: '' }));
  assert.equal(store.lostWriter, '');
});

test('an observer that has left hears nothing', () => {
  const store = new Store(snapshot());
  const off = store.subscribe(() => assert.fail('it has left'));
  off();
  assert.equal(store.apply(changeSet(6)), true);
});

test('a server that answers in full can write again', () => {
  const store = new Store(snapshot());
  store.apply(changeSet(6, { lost_writer: 'Another program has the project.' }));
  store.replace(snapshot({ rev: 9 }));
  assert.equal(store.lostWriter, '');
});

test('one can wait for a revision, but not for ever', async () => {
  const store = new Store(snapshot());
  await store.reached(5);
  const waiting = store.reached(6, 60_000);
  store.apply(changeSet(6));
  await waiting;
  await store.reached(99, 1);
});
