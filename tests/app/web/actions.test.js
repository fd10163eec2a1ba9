import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Actions } from '../../../src/dwell/app/web/core/actions.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { changeSet, snapshot, turns } from './snapshots.js';

/** @param {{answer?: any, refuse?: string, selected?: number|null}} [options] */
function desk({ answer = { rev: 5, n: 1 }, refuse = '', selected = 1 } = {}) {
  const asked = [];
  const said = [];
  const state = { selected };
  const send = (method) => async (path, body) => {
    asked.push([method, path, body]);
    if (refuse) throw new Error(refuse);
    return answer;
  };
  const store = new Store(snapshot());
  const ctx = {
    client: 'me', store, player: { frameIdx: 10 },
    api: { post: send('POST'), put: send('PUT'), patch: send('PATCH'), delete: send('DELETE') },
    ui: { get: (key) => state[key], set: (key, value) => { state[key] = value; } },
    say: { info: (text, action) => said.push(action ? [text, action] : text), success: (text) => said.push(text), error: (error) => said.push(error.message) },
  };
  const masks = { get: () => ({ masks: new Map([[1, { approved: false }]]) }) };
  const annotator = { masks, dismiss: () => false, send: async (...call) => { asked.push(['send', ...call]); return {}; } };
  return { actions: new Actions(ctx, annotator), asked, said, state, store };
}

test('undo takes back the step that the page shows, and names it', async () => {
  const { actions, asked, said } = desk();
  await actions.step('undo');
  assert.deepEqual(asked, [['POST', 'undo', { client: 'me', expect: 12 }]]);
  assert.deepEqual(said, ['Undone: Prompt cup.']);
  await actions.step('redo');
  assert.equal(asked.length, 1);
  assert.equal(said[1], 'There is nothing to redo.');
});

test('removing an AOI asks nothing, but offers to undo', async () => {
  const { actions, asked, said, state } = desk();
  await actions.removeAoi(1);
  assert.deepEqual(asked[0].slice(0, 2), ['DELETE', 'aois/1?client=me']);
  assert.equal(state.selected, null);
  assert.equal(said[0][0], 'cup is removed with its masks.');
  said[0][1].run();
  await turns();
  assert.equal(asked[1][1], 'undo');
});

test('the offer to undo a removal undoes nothing else', async () => {
  const { actions, asked, said, store } = desk();
  await actions.removeAoi(1);
  store.apply(changeSet(6, { steps: { undo: { id: 13, label: 'Prompt book' }, redo: null } }));
  said[0][1].run();
  await turns();
  assert.equal(asked.length, 1);
  assert.match(said[1], /changed since then/);
});

test('several AOIs are removed, merged into the first, or made parts, each with a way back', async () => {
  const { actions, asked, said, state } = desk({ selected: 2 });
  assert.equal(await actions.removeAois([1, 2]), true);
  assert.deepEqual(asked[0], ['POST', 'aois/remove', { client: 'me', object_ids: [1, 2] }]);
  assert.equal(said[0][0], 'cup and book are removed with their masks.');
  assert.equal(state.selected, null);
  await actions.mergeAois([2, 1]);
  assert.deepEqual(asked[1], ['POST', 'aois/merge', { client: 'me', keep: 2, others: [1] }]);
  assert.equal(said[1][0], 'cup and book are one now.');
  await actions.setPart([2], 1);
  assert.deepEqual(asked[2], ['POST', 'aois/part', { client: 'me', object_ids: [2], part_of: 1 }]);
  assert.equal(said[2][0], 'book is part of cup now.');
  await actions.setPart([1, 2, 8, 9], null);
  assert.deepEqual(asked[3][2], { client: 'me', object_ids: [1, 2, 8, 9], part_of: 0 });
  assert.equal(said[3][0], '4 AOIs are parts of nothing else now.');
  said[3][1].run();
  await turns();
  assert.equal(asked[4][1], 'undo');
});

test('what is refused is not undone, and says why', async () => {
  const { actions, said, state } = desk({ refuse: 'cup is locked.' });
  assert.equal(await actions.removeAois([1]), false);
  assert.equal(await actions.mergeAois([1, 2]), false);
  assert.deepEqual(said, ['cup is locked.', 'cup is locked.']);
  assert.equal(state.selected, 1);
});

test('undo pressed twice quickly takes back two steps', async () => {
  const { actions, asked, store } = desk({ answer: { rev: 6, n: 1 } });
  const both = [actions.step('undo'), actions.step('undo')];
  await turns();
  assert.equal(asked.length, 1);
  store.apply(changeSet(6, { steps: { undo: { id: 11, label: 'Add cup' }, redo: { id: 12, label: 'Prompt cup' } } }));
  await turns();
  assert.deepEqual(asked.map(([, , body]) => body.expect), [12, 11]);
  store.apply(changeSet(7));
  await Promise.all(both);
});

test('a view that the server refuses is as it was before', async () => {
  const { actions, store } = desk({ refuse: 'The server does not answer.' });
  await actions.toggle('hidden', 2);
  assert.deepEqual(store.view.hidden, []);
});

test('approving here approves one frame of the selected AOI', async () => {
  const { actions, asked, said } = desk();
  await actions.approveHere();
  assert.deepEqual(asked, [['POST', 'approve', { client: 'me', object_ids: [1], start: 10, stop: 11, approved: true }]]);
  assert.deepEqual(said, ['Approved here.']);
  const nothing = desk({ answer: { rev: 6, n: 0 } });
  await nothing.actions.approveHere();
  assert.match(nothing.said[0], /no answer on this frame/);
});

test('absent is a prompt like any other', async () => {
  const { actions, asked, said } = desk();
  await actions.absentHere();
  assert.deepEqual(asked, [['send', 1, 10, [{ kind: 'absent' }]]]);
  assert.deepEqual(said, ['cup is marked absent here.']);
});

test('without a selection it says what to do', async () => {
  const { actions, asked, said } = desk({ selected: null });
  await actions.absentHere();
  await actions.clearHere();
  assert.deepEqual(asked, []);
  assert.match(said[0], /Select an AOI first/);
});

test('hiding is shown at once and told to the server', async () => {
  const { actions, asked, store } = desk();
  await actions.toggle('hidden', 2);
  assert.deepEqual(store.view.hidden, [2]);
  assert.deepEqual(asked[0], ['PUT', 'view?client=me', { hidden: [2], locked: [], keys: { 1: 1, 2: 2 } }]);
  await actions.toggle('hidden', 2);
  assert.deepEqual(store.view.hidden, []);
});

test('a key belongs to one AOI, an AOI has one key', async () => {
  const { actions, store } = desk();
  await actions.giveKey(1, '2');
  assert.deepEqual(store.view.keys, { 2: 1 });
  await actions.giveKey(1, null);
  assert.deepEqual(store.view.keys, {});
});

test('a refusal is said in the server\'s words', async () => {
  const { actions, said } = desk({ refuse: 'There is a cup already. Choose another name.' });
  assert.equal(await actions.editAoi(2, { name: 'cup' }), false);
  assert.deepEqual(said, ['There is a cup already. Choose another name.']);
});

test('a long change tells how far it is, then what was done and how to undo it', async () => {
  const tasks = [{ id: 't', state: 'running', done: 3, total: 9 }, { id: 't', state: 'done', result: { rev: 5, step: { id: 12, label: 'grow' } } }];
  const { actions, asked, said } = desk({ answer: { id: 't', state: 'running', done: 0, total: 9 } });
  actions.ctx.api.get = async () => tasks.shift();
  actions.ctx.say.success = actions.ctx.say.info;
  const seen = [];
  const result = await actions.change('tools', { tool: 'grow' }, ({ rev }) => `done at ${rev}`, (task) => seen.push(task.done ?? 'over'));
  assert.deepEqual(asked, [['POST', 'tools', { tool: 'grow' }]]);
  assert.deepEqual([seen, result.rev], [[0, 3, 'over'], 5]);
  const [text, undo] = said[0];
  assert.deepEqual([text, undo.label], ['done at 5', 'Undo']);
  await undo.run();
  await turns();
  assert.deepEqual(asked[1], ['POST', 'undo', { client: 'me', expect: 12 }]);
});

test('a change that is stopped or fails says so, and offers no undo', async () => {
  const end = (task) => desk({ answer: { id: 't', ...task } });
  const stopped = end({ state: 'cancelled' });
  assert.equal(await stopped.actions.change('tools', {}, () => '', () => {}), null);
  assert.deepEqual(stopped.said, ['Stopped. Nothing has changed.']);
  await assert.rejects(end({ state: 'failed', error: 'No.' }).actions.change('tools', {}, () => '', () => {}), /No\./);
  const idle = end({ state: 'done', result: { rev: 5, step: null } });
  await idle.actions.change('tools', {}, () => 'Nothing.', () => {});
  assert.deepEqual(idle.said, ['Nothing.']);
});
