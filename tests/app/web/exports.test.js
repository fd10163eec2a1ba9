import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exportRequest, itemsOf, itemStates, progressOf, RESULTS } from '../../../src/dwell/app/web/core/exports.js';
import { ApiError } from '../../../src/dwell/app/web/core/api.js';
import { follow } from '../../../src/dwell/app/web/core/tasks.js';

const LABELS = { frames: 'all', every: 1, unanswered: 'skip', pictures: '', polygons: false };
const HOW = { client: 'c', out: ' /data/out ', marginDeg: 0.5, rule: 'majority', pxPerDegree: null, labels: LABELS };
const format = (name, group, parts = {}) => ({ name, title: name.toUpperCase(), group, files: `${name}.json`, keeps: 'masks', loses: '', source: '', reads: false, boxes: false, doing: `Writing ${name.toUpperCase()}`, missing: '', ...parts });
const FORMATS = [format('coco', 'labels', { loses: 'holes' }), format('mot', 'labels'), format('nifti', 'volume'), format('dicom-seg', 'volume'), format('bids', 'gaze')];
const ALL = itemsOf({ kind: 'neon' }, false, FORMATS);

test('a request, or what is missing', () => {
  assert.deepEqual(exportRequest(ALL, ['tables'], HOW), { client: 'c', what: ['tables'], out: '/data/out', margin_deg: 0.5, fixation_rule: 'majority', px_per_degree: null });
  assert.deepEqual(exportRequest(ALL, ['mot', 'tables'], HOW).what, ['tables', 'mot']);
  assert.deepEqual(exportRequest(ALL, ['mot'], HOW).labels, LABELS); // only where there are labels
  assert.throws(() => exportRequest(ALL, [], HOW), /tick at least one/);
  assert.throws(() => exportRequest(ALL, ['coco'], { ...HOW, out: ' ' }), /Choose a folder/);
  assert.throws(() => exportRequest(ALL, ['coco'], { ...HOW, marginDeg: NaN }), /number of degrees/);
  assert.throws(() => exportRequest(ALL, ['coco'], { ...HOW, labels: { ...LABELS, every: 0.5 } }), /whole number/);
  assert.doesNotThrow(() => exportRequest(ALL, ['tables'], { ...HOW, labels: { ...LABELS, every: NaN } }));
});

test('items follow the server’s words, in the order they are written', () => {
  const states = (task) => itemStates(ALL, ['video', 'tables', 'coco', 'bids'], { result: null, ...task }).map(({ item, state }) => `${item.id} ${state}`);
  assert.deepEqual(states({ state: 'running', what: 'Preparing the export' }), ['tables waiting', 'bids waiting', 'coco waiting', 'video waiting']);
  assert.deepEqual(states({ state: 'running', what: 'Writing COCO' }), ['tables done', 'bids done', 'coco working', 'video waiting']);
  assert.deepEqual(states({ state: 'done', what: 'Rendering the video', result: { errors: [{ what: 'coco', error: 'No.' }] } }), ['tables done', 'bids done', 'coco failed', 'video done']);
  assert.deepEqual(states({ state: 'cancelled', what: 'Writing COCO' }), ['tables done', 'bids done', 'coco waiting', 'video waiting']);
});

test('the words are those of the server', () => {
  const server = readFileSync(new URL('../../../src/dwell/app/work/exporter.py', import.meta.url), 'utf8');
  for (const item of RESULTS) assert.ok(server.includes(`"${item.id}": _Item("${item.doing}"`), item.id);
});

test('what is offered fits the recording', () => {
  const offered = (kind, isPicture = false, volume = null) => itemsOf({ kind, volume }, isPicture, FORMATS).map((item) => item.id);
  assert.deepEqual(offered('neon'), ['tables', 'video', 'timeline', 'heatmap', 'coco', 'mot', 'bids']);
  assert.deepEqual(offered('volume', false, { dicom: false }), ['video', 'coco', 'mot', 'nifti']);
  assert.ok(offered('volume', false, { dicom: true }).includes('dicom-seg'));
  assert.deepEqual(offered('enrichment', true), ['tables', 'aoi_heatmap', 'heatmap', 'coco', 'mot']);
});

test('a format says what it keeps and loses, or why it cannot be had', () => {
  const detail = (parts) => itemsOf({ kind: 'neon' }, false, [format('x', 'labels', parts)]).at(-1);
  assert.equal(detail({ loses: 'holes' }).detail, 'Keeps masks. Loses holes.');
  assert.equal(detail({}).detail, 'Keeps masks. Loses nothing.');
  assert.equal(detail({ missing: 'run: pip install x' }).note, 'run: pip install x');
});

test('progress', () => {
  assert.equal(progressOf({ done: 5, total: 10 }), 0.5);
  assert.equal(progressOf({ done: 5, total: 0 }), null);
});

test('a task is followed until it is over', async () => {
  const answers = [{ id: 'a b', state: 'running', done: 1 }, { id: 'a b', state: 'done', done: 2 }];
  const asked = [];
  const seen = [];
  const api = { get: async (path) => { asked.push(path); return answers.shift(); } };
  const end = await follow(api, { id: 'a b', state: 'running', done: 0 }, (task) => seen.push(task.done), async () => {});
  assert.equal(end.state, 'done');
  assert.deepEqual(seen, [0, 1, 2]);
  assert.deepEqual(asked, ['tasks/a%20b', 'tasks/a%20b']);
});

test('a task goes on while the server is out of reach for a moment', async () => {
  const answers = [new ApiError('no answer', 'Offline', 0), { id: 'a', state: 'done', done: 1 }];
  const api = { get: async () => { const now = answers.shift(); if (now instanceof Error) throw now; return now; } };
  const end = await follow(api, { id: 'a', state: 'running', done: 0 }, () => {}, async () => {});
  assert.equal(end.state, 'done');
  const gone = { get: async () => { throw new ApiError('no such task', 'UnknownTask', 404); } };
  await assert.rejects(follow(gone, { id: 'a', state: 'running', done: 0 }, () => {}, async () => {}), /no such task/);
});
