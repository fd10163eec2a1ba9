import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportRequest, PICTURE_RESULTS } from '../../../src/dwell/app/web/core/exports.js';
import { PictureFeed, pictureColumns } from '../../../src/dwell/app/web/core/picture.js';
import { cell, heading, sorted, tsv } from '../../../src/dwell/app/web/core/results.js';

const MEASURES = [
  { id: 'total-fixation-duration', title: 'Total fixation duration', unit: 'ms' },
  { id: 'time-to-first-fixation', title: 'Time to first fixation', unit: 'ms' },
  { id: 'recording-reach', title: 'Recording reach', unit: '1' },
  { id: 'visits', title: 'Visits', unit: '1' },
];
const ROWS = [
  { label: 'tea', 'total-fixation-duration': 1500, 'time-to-first-fixation': null, 'recording-reach': 0.5, visits: 2 },
  { label: 'milk', 'total-fixation-duration': 250, 'time-to-first-fixation': 40, 'recording-reach': 1, visits: 0 },
];

/** A feed, a server that answers by hand, and a clock that is moved by hand. */
function desk() {
  const asked = [];
  const waiting = [];
  let change;
  const api = { get: (path) => new Promise((done, fail) => { asked.push({ path, done, fail }); }) };
  const feed = new PictureFeed({
    api,
    store: { subscribe: (observer) => { change = observer; return () => {}; } },
    timers: { later: (run) => { waiting.push(run); return run; }, cancel: (run) => { const i = waiting.indexOf(run); if (i >= 0) waiting.splice(i, 1); } },
  });
  const pass = async () => { for (const run of waiting.splice(0)) run(); await settle(); };
  return { feed, asked, pass, change: (c) => change(c) };
}

const settle = () => new Promise((done) => { setImmediate(done); });

test('results are fetched when they are wanted, and again when AOIs have changed', async () => {
  const { feed, asked, pass, change } = desk();
  change({ results: true });
  await pass();
  assert.equal(asked.length, 0);
  feed.want();
  feed.want();
  assert.deepEqual(asked.map((each) => each.path), ['picture/results?margin_px=0&fixation_rule=mean&ttff_origin=recording&group_by=aoi']);
  asked[0].done({ rows: ROWS });
  await settle();
  assert.equal(feed.busy, false);
  assert.equal(feed.info.rows, ROWS);
  change({ aois: {} });
  change({ results: true });
  change({ results: true });
  assert.equal(feed.busy, true);
  await pass();
  assert.equal(asked.length, 2);
});

test('an answer that came too late is not shown', async () => {
  const { feed, asked, pass } = desk();
  feed.want();
  feed.setOptions({ marginPx: 5 });
  await pass();
  asked[1].done({ rows: ['new'] });
  asked[0].done({ rows: ['old'] });
  await settle();
  assert.deepEqual(feed.info.rows, ['new']);
  assert.match(asked[1].path, /margin_px=5/);
});

test('another measure needs no new results', async () => {
  const { feed, asked, pass } = desk();
  feed.want();
  asked[0].done({ rows: ROWS });
  await settle();
  let told = 0;
  feed.subscribe(() => { told += 1; });
  feed.setOptions({ measure: 'visits' });
  await pass();
  assert.equal(asked.length, 1);
  assert.equal(told, 1);
});

test('a failure is told, what was there stays, and it can be tried again', async () => {
  const { feed, asked, change, pass } = desk();
  feed.want();
  asked[0].done({ rows: ROWS });
  await settle();
  change({ results: true });
  await pass();
  asked[1].fail(new Error('The disk is gone.'));
  await settle();
  assert.equal(feed.error, 'The disk is gone.');
  assert.equal(feed.info.rows, ROWS);
  feed.retry();
  asked[2].done({ rows: [] });
  await settle();
  assert.equal(feed.error, '');
  assert.deepEqual(feed.info.rows, []);
});

test('fixations are fetched once', async () => {
  const { feed, asked } = desk();
  void feed.wantDots();
  void feed.wantDots();
  assert.deepEqual(asked.map((each) => each.path), ['picture/fixations']);
  asked[0].done({ x: [1], y: [2], ms: [3], recording: [0], n_all: 1 });
  await settle();
  assert.deepEqual(feed.dots.x, [1]);
});

test('columns show seconds, per cent and plain numbers; what is not known is a dash, last', () => {
  const columns = pictureColumns(MEASURES);
  assert.deepEqual(columns.map(heading), ['AOI', 'Fixated [s]', 'First fixation [s]', 'Recordings [%]', 'Visits']);
  assert.deepEqual(columns.map((col) => cell(col, ROWS[0])), ['tea', '1.50', '—', '50.0', '2.00']);
  assert.deepEqual(sorted(ROWS, 'time-to-first-fixation', false, columns).map((row) => row.label), ['milk', 'tea']);
  assert.deepEqual(sorted(ROWS, 'total-fixation-duration', true, columns).map((row) => row.label), ['tea', 'milk']);
  assert.equal(tsv([ROWS[0]], columns), 'AOI\tFixated [s]\tFirst fixation [s]\tRecordings [%]\tVisits\ntea\t1.50\t\t50.0\t2.00\n');
});

test('an export of a picture says how gaze is mapped there', () => {
  const { feed } = desk();
  feed.setOptions({ marginPx: 3, measure: 'visits' });
  const how = { client: 'me', out: '/out', marginDeg: 0, rule: 'majority', pxPerDegree: null, picture: feed.options, labels: {} };
  const request = exportRequest(PICTURE_RESULTS, ['tables', 'aoi_heatmap', 'video'], how);
  assert.deepEqual(request.what, ['tables', 'aoi_heatmap']);
  assert.deepEqual(request.picture, { margin_px: 3, fixation_rule: 'mean', ttff_origin: 'recording', group_by: 'aoi' });
  assert.equal(request.measure, 'visits');
});
