import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Annotator } from '../../../src/dwell/app/web/core/annotate.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { change, changeSet, snapshot, turns } from './snapshots.js';

const point = (x, y, positive = true) => ({ kind: 'point', x, y, positive });

/** A project whose server answers when told to. */
function desk(overrides = {}) {
  const asked = [];
  const said = [];
  const put = [];
  const state = { selected: 1 };
  const store = new Store(snapshot(overrides));
  const ctx = {
    client: 'me', store,
    api: { post: (path, body) => new Promise((resolve, reject) => asked.push({ path, body, resolve, reject })) },
    ui: { get: (key) => state[key], set: (key, value) => { state[key] = value; } },
    say: { info: (text) => said.push(text), error: (error) => said.push(error.message), success: (text) => said.push(text) },
  };
  const annotator = new Annotator(ctx, { put: (frame, mask) => put.push([frame, mask.counts]) });
  const segmented = (rev, counts = '414') => ({ rev, step: { id: 20, label: 'Prompt' }, mask: { object_id: state.selected, counts, area: 1 } });
  return { annotator, asked, said, put, state, store, segmented };
}

test('the marker is there at once, and until its stored prompt has come', async () => {
  const { annotator, asked, put, store, segmented } = desk();
  void annotator.add(point(3, 4), 10);
  assert.equal(annotator.pending.length, 1);
  await turns();
  assert.deepEqual(asked[0].body, { client: 'me', object_id: 1, frame_idx: 10, prompts: [point(3, 4)], fresh: false });
  asked[0].resolve(segmented(6));
  await turns();
  assert.deepEqual(put, [[10, '414']]);
  assert.equal(annotator.pending.length, 1);
  store.apply(changeSet(6, { prompts: change({ created: [{ ...point(3, 4), id: 8, object_id: 1, frame_idx: 10 }] }) }));
  assert.equal(annotator.pending.length, 0);
});

test('a refused prompt takes its marker away and says why', async () => {
  const { annotator, asked, said } = desk();
  void annotator.add(point(3, 4), 10);
  await turns();
  asked[0].reject(new Error('These frames are approved. Unlock them first.'));
  await turns();
  assert.equal(annotator.pending.length, 0);
  assert.deepEqual(said, ['These frames are approved. Unlock them first.']);
});

test('quick clicks go one after the other, in order', async () => {
  const { annotator, asked, segmented } = desk();
  void annotator.add(point(1, 1), 10);
  void annotator.add(point(2, 2, false), 10);
  await turns();
  assert.equal(asked.length, 1);
  asked[0].resolve(segmented(6));
  await turns();
  assert.equal(asked.filter((each) => each.path === 'prompts')[1].body.prompts[0].x, 2);
});

test('without an AOI the click is previewed, named, then sent', async () => {
  const { annotator, asked, state, segmented } = desk();
  state.selected = null;
  void annotator.add(point(3, 4), 10);
  await turns();
  assert.equal(asked[0].path, 'preview');
  asked[0].resolve({ candidates: [{ counts: '414' }] });
  await turns();
  assert.equal(annotator.naming.counts, '414');
  assert.equal(annotator.defaultName(), 'AOI 1');
  void annotator.confirmName('  lamp ');
  await turns();
  assert.deepEqual(asked[1].body, { client: 'me', name: 'lamp' });
  asked[1].resolve({ object_id: 3, name: 'lamp' });
  await turns();
  assert.equal(state.selected, 3);
  assert.deepEqual([asked[2].path, asked[2].body.object_id], ['prompts', 3]);
  asked[2].resolve(segmented(8));
  await turns();
  assert.equal(annotator.naming, null);
});

test('a name that is refused can be given again; Escape forgets the click', async () => {
  const { annotator, asked, said, state } = desk();
  state.selected = null;
  void annotator.add(point(3, 4), 10);
  void annotator.confirmName('cup');
  await turns();
  asked.find((each) => each.path === 'aois').reject(new Error('There is a cup already. Choose another name.'));
  await turns();
  assert.equal(annotator.naming.prompts.length, 1);
  assert.equal(said.length, 1);
  assert.equal(annotator.cancelName(), true);
  assert.equal(annotator.pending.length, 0);
  assert.equal(annotator.cancelName(), false);
});

test('excluding without an AOI, and changing a locked one, is explained', async () => {
  const one = desk();
  one.state.selected = null;
  await one.annotator.add(point(1, 1, false), 0);
  const two = desk({ view: { hidden: [], locked: [1], keys: {} } });
  await two.annotator.add(point(1, 1), 0);
  assert.match(one.said[0], /Select the AOI/);
  assert.match(two.said[0], /cup is locked/);
  assert.equal(one.asked.length + two.asked.length, 0);
});

test('candidates are offered after a click, and the next one taken', async () => {
  const { annotator, asked, put, segmented } = desk();
  void annotator.add(point(3, 4), 10);
  await turns();
  asked[0].resolve(segmented(6));
  await turns();
  assert.equal(asked[1].path, 'candidates');
  asked[1].resolve({ candidates: [{ index: 0, counts: 'a', chosen: true }, { index: 1, counts: 'b' }, { index: 2, counts: 'c' }] });
  await turns();
  assert.equal(annotator.choice.index, 0);
  void annotator.choose(-1);
  await turns();
  assert.equal(annotator.choice.index, 2);
  assert.deepEqual(asked[2].body, { client: 'me', object_id: 1, frame_idx: 10, index: 2 });
  asked[2].resolve(segmented(7, 'c'));
  await turns();
  assert.deepEqual(put.at(-1), [10, 'c']);
});

test('candidates that come after the next click are not shown', async () => {
  const { annotator, asked, segmented } = desk();
  void annotator.add(point(3, 4), 10);
  await turns();
  asked[0].resolve(segmented(6));
  await turns();
  void annotator.add(point(9, 9), 10);
  asked[1].resolve({ candidates: [{ index: 0 }, { index: 1 }] });
  await turns();
  assert.equal(annotator.choice, null);
});

test('a name that is refused can be mended', async () => {
  const { annotator, asked, state } = desk();
  state.selected = null;
  void annotator.add(point(3, 4), 10);
  await turns();
  void annotator.confirmName('book');
  await turns();
  asked.at(-1).reject(new Error('There is a book already.'));
  await turns();
  assert.equal(annotator.naming?.name, 'book');
  assert.equal(annotator.naming?.prompts.length, 1);
});

test('a click right after a name was given is for the new AOI', async () => {
  const { annotator, asked, state } = desk();
  state.selected = null;
  void annotator.add(point(1, 1), 10);
  await turns();
  void annotator.confirmName('lamp');
  await turns();
  void annotator.add(point(2, 2, false), 10);
  await turns();
  assert.equal(annotator.naming, null);
  asked.find(({ path }) => path === 'aois').resolve({ object_id: 3 });
  annotator.ctx.store.aois.set(3, { object_id: 3, name: 'lamp' });
  await turns();
  asked.find(({ path }) => path === 'prompts').resolve({ rev: 6, step: null, mask: { object_id: 3, counts: '414', area: 1 } });
  await turns();
  const sent = asked.filter(({ path }) => path === 'prompts').map(({ body }) => [body.object_id, body.prompts[0].x]);
  assert.deepEqual(sent, [[3, 1], [3, 2]]);
});
