import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResultsFeed } from '../../../src/dwell/app/web/core/resultsfeed.js';

const READY = { rev: 1, state: 'ready', metrics: [] };

/** A feed with a server that gives `answers` one after another, and a clock that is moved by hand. */
function desk(answers, kept = {}) {
  const asked = [];
  const waiting = [];
  let change;
  let set;
  const box = new Map(Object.entries(kept));
  const state = { marginDeg: 0 };
  const api = {
    get: async (path) => {
      asked.push(path);
      const answer = path.startsWith('results') ? answers.shift() : { path };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const feed = new ResultsFeed({
    api,
    store: { subscribe: (observer) => { change = observer; return () => {}; } },
    ui: { get: (key) => state[key], subscribe: (observer) => { set = observer; return () => {}; }, pid: 'p', storage: { getItem: (key) => box.get(key) ?? null, setItem: (key, value) => void box.set(key, value) } },
    timers: { later: (run) => waiting.push(run) && run, cancel: (handle) => { const i = waiting.indexOf(handle); if (i >= 0) waiting.splice(i, 1); } },
  });
  const results = () => asked.filter((path) => path.startsWith('results'));
  const pass = async () => { for (const run of waiting.splice(0)) run(); await settle(); };
  return { feed, asked, results, pass, box, waiting, change: (c) => change({ rev: 9, ...c }), margin: (value) => { state.marginDeg = value; set('marginDeg'); } };
}

const settle = () => new Promise((done) => { setImmediate(done); });

test('nothing is fetched until it is wanted, and then once', async () => {
  const { feed, asked, change } = desk([READY]);
  change({ results: true });
  assert.deepEqual(asked, []);
  feed.want();
  feed.want();
  await settle();
  assert.deepEqual(asked, ['eye', 'results?margin_deg=0&fixation_rule=majority']);
  assert.equal(feed.info, READY);
  assert.equal(feed.busy, false);
});

test('it asks again while they are being computed; what was there stays meanwhile', async () => {
  const { feed, results, pass, change } = desk([READY, { state: 'computing', progress: 0.5 }, { ...READY, rev: 2 }]);
  feed.want();
  await settle();
  change({ results: true });
  assert.equal(feed.busy, true);
  await pass();
  assert.equal(feed.info, READY);
  assert.equal(feed.progress, 0.5);
  await pass();
  assert.equal(feed.info.rev, 2);
  assert.equal(results().length, 3);
});

test('many changes in a row lead to one request', async () => {
  const { feed, results, pass, margin } = desk([READY, READY]);
  feed.want();
  await settle();
  for (const value of [0.1, 0.2, 0.3]) margin(value);
  await pass();
  assert.deepEqual(results()[1], 'results?margin_deg=0.3&fixation_rule=majority');
  assert.equal(results().length, 2);
});

test('an answer to an older question is dropped', async () => {
  const { feed, pass, margin } = desk([{ ...READY, rev: 1 }, { ...READY, rev: 2 }]);
  feed.want();
  margin(1);
  await settle();
  assert.equal(feed.info, null);
  await pass();
  assert.equal(feed.info.rev, 2);
});

test('changes that leave the results alone only move their revision', async () => {
  const { feed, change, results } = desk([{ ...READY }]);
  feed.want();
  await settle();
  change({ rev: 12 });
  assert.equal(feed.info.rev, 12);
  assert.equal(results().length, 1);
});

test('a failure is told, and can be tried again', async () => {
  const { feed } = desk([new Error('The server does not answer.'), READY]);
  feed.want();
  await settle();
  assert.equal(feed.error, 'The server does not answer.');
  feed.retry();
  await settle();
  assert.equal(feed.error, '');
  assert.equal(feed.info, READY);
});

test('the rule and the px per degree are kept for the project', async () => {
  const { feed, box } = desk([], { 'dwell.results.p': '{"fixationRule":"any","pxPerDegree":24}' });
  assert.equal(feed.address(), 'results?margin_deg=0&fixation_rule=any&px_per_degree=24');
  feed.setOptions({ fixationRule: 'mean' });
  assert.equal(box.get('dwell.results.p'), '{"fixationRule":"mean","pxPerDegree":24}');
  assert.deepEqual(desk([], { 'dwell.results.p': 'rubbish' }).feed.options, { fixationRule: 'majority', pxPerDegree: null });
});

test('curves follow what they depend on', async () => {
  const { feed, asked, pass, change, margin } = desk([]);
  feed.wantSensitivity();
  await settle();
  margin(1);
  await pass();
  assert.deepEqual(asked, ['sensitivity']);
  feed.setOptions({ pxPerDegree: 20 });
  await pass();
  change({ results: true });
  await pass();
  assert.deepEqual(asked, ['sensitivity', 'sensitivity?px_per_degree=20', 'sensitivity?px_per_degree=20']);
});

test('many changes at once ask for the curves once', async () => {
  const { feed, asked, pass, change } = desk([]);
  feed.wantSensitivity();
  await settle();
  for (let i = 0; i < 5; i++) change({ results: true });
  await pass();
  assert.equal(asked.length, 2);
});
