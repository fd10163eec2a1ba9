import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exportRequest, ITEMS, itemsOf, itemStates, progressOf, VOLUME_ITEMS } from '../../../src/dwell/app/web/core/exports.js';
import { ApiError } from '../../../src/dwell/app/web/core/api.js';
import { follow } from '../../../src/dwell/app/web/core/tasks.js';

const HOW = { client: 'c', out: ' /data/out ', marginDeg: 0.5, rule: 'majority', pxPerDegree: null };

test('a request, or what is missing', () => {
  assert.deepEqual(exportRequest(['coco', 'tables'], HOW), { client: 'c', what: ['tables', 'coco'], out: '/data/out', margin_deg: 0.5, fixation_rule: 'majority', px_per_degree: null });
  assert.throws(() => exportRequest([], HOW), /tick at least one/);
  assert.throws(() => exportRequest(['coco'], { ...HOW, out: ' ' }), /Choose a folder/);
  assert.throws(() => exportRequest(['coco'], { ...HOW, marginDeg: NaN }), /number of degrees/);
});

test('items follow the server’s words, in the order they are written', () => {
  const states = (task) => itemStates(['video', 'tables', 'coco'], { result: null, ...task }).map(({ item, state }) => `${item.id} ${state}`);
  assert.deepEqual(states({ state: 'running', what: 'Preparing the export' }), ['tables waiting', 'coco waiting', 'video waiting']);
  assert.deepEqual(states({ state: 'running', what: 'Writing COCO labels' }), ['tables done', 'coco working', 'video waiting']);
  assert.deepEqual(states({ state: 'done', what: 'Rendering the video', result: { errors: [{ what: 'coco', error: 'No.' }] } }), ['tables done', 'coco failed', 'video done']);
  assert.deepEqual(states({ state: 'cancelled', what: 'Writing COCO labels' }), ['tables done', 'coco waiting', 'video waiting']);
});

test('the words are those of the server', () => {
  const server = readFileSync(new URL('../../../src/dwell/app/work/exporter.py', import.meta.url), 'utf8');
  for (const item of [...ITEMS, ...VOLUME_ITEMS]) assert.ok(server.includes(`"${item.id}": _Item("${item.doing}"`), item.id);
});

test('a medical volume is offered its own labels, and nothing of gaze', () => {
  const offered = (kind, isPicture = false, volume = null) => itemsOf({ kind, volume }, isPicture).map((item) => item.id);
  assert.deepEqual(offered('volume', false, { dicom: false }), ['nifti', 'nifti-each', 'video', 'coco', 'davis']);
  assert.deepEqual(offered('volume', false, { dicom: true }).slice(0, 3), ['nifti', 'nifti-each', 'dicom-seg']);
  assert.ok(!offered('video').includes('nifti'));
  assert.ok(!offered('enrichment', true).includes('nifti'));
  assert.deepEqual(exportRequest(['nifti'], HOW).what, ['nifti']);
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
