import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aoiAt, badgeOf, lookedAt, promptOf, shownMasks, shownPrompts } from '../../../src/dwell/app/web/core/scene.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { Mask } from '../../../src/dwell/app/web/core/rle.js';
import { Viewport } from '../../../src/dwell/app/web/core/viewport.js';
import { snapshot } from './snapshots.js';

const ui = (state) => ({ get: (key) => ({ showMasks: true, recolour: true, selected: null, ...state })[key] });
const rectangle = (x0, y0, x1, y1) =>
  Mask.fromPixels(Uint8Array.from({ length: 1200 }, (_, at) => Number(at % 40 >= x0 && at % 40 < x1 && at / 40 >= y0 && Math.floor(at / 40) < y1)), 30, 40);
const on = (objectId, mask, more = {}) => ({ object_id: objectId, state: 'visible', counts: mask.toString(), area: mask.area, stale: false, approved: false, check: false, doubt: null, ...more });
const entry = (masks) => ({ masks: new Map(masks.map((each) => [each.object_id, each])), stale: false });

test('hidden AOIs are left out, the selected one is on top, what is looked at is marked', () => {
  const store = new Store(snapshot());
  const both = entry([on(1, rectangle(0, 0, 10, 10)), on(2, rectangle(5, 5, 8, 8))]);
  const shown = shownMasks({ store, ui: ui({ selected: 1 }) }, both, [2]);
  assert.deepEqual(shown.map((each) => [each.name, each.selected, each.looked]), [['book', false, true], ['cup', true, false]]);
  store.view = { hidden: [2], locked: [], keys: {} };
  assert.deepEqual(shownMasks({ store, ui: ui({}) }, both).map((each) => each.name), ['cup']);
  assert.deepEqual(shownMasks({ store, ui: ui({ showMasks: false }) }, both), []);
});

test('where there are many AOIs, only the selected one and those that are looked at are named', () => {
  const ids = Array.from({ length: 17 }, (_, at) => at + 1);
  const aois = ids.map((object_id) => ({ object_id, name: `n${object_id}`, colour: '#e69f00', category: null, part_of: null }));
  const store = new Store(snapshot({ aois }));
  const named = (n) => shownMasks({ store, ui: ui({ selected: 3 }) }, entry(ids.slice(0, n).map((id) => on(id, rectangle(0, 0, 4 + id, 4)))), [5])
    .filter((each) => each.named).map((each) => each.name).sort();
  assert.equal(named(16).length, 16);
  assert.deepEqual(named(17), ['n3', 'n5']);
});

test('a click finds the smallest AOI below it', () => {
  const store = new Store(snapshot());
  const shown = shownMasks({ store, ui: ui({}) }, entry([on(1, rectangle(0, 0, 10, 10)), on(2, rectangle(5, 5, 8, 8))]));
  assert.deepEqual([aoiAt(shown, 6, 6), aoiAt(shown, 1, 1), aoiAt(shown, 30, 20)], [2, 1, null]);
});

test('the gravest word is the badge', () => {
  const mask = on(1, rectangle(0, 0, 1, 1));
  assert.equal(badgeOf(mask), '');
  assert.equal(badgeOf({ ...mask, doubt: 0.8 }), 'doubtful');
  assert.equal(badgeOf({ ...mask, approved: true, doubt: 0.8 }), 'approved');
  assert.equal(badgeOf({ ...mask, state: 'lost' }), 'lost');
  assert.equal(badgeOf({ ...mask, stale: true, approved: true }), 'out of date');
});

test('prompts: those of the selected AOI, and those on their way', () => {
  const store = new Store(snapshot());
  const pending = [{ objectId: null, frameIdx: 10, prompt: { kind: 'point', x: 9, y: 9 }, until: Infinity }, { objectId: 1, frameIdx: 11, prompt: {}, until: 1 }];
  const shown = shownPrompts({ store, ui: ui({ selected: 1 }) }, { pending }, 10);
  assert.deepEqual(shown.map(({ prompt, pending: waits, colour }) => [prompt.x, waits, colour]), [[3, false, '#e69f00'], [9, true, '#0072b2']]);
});

test('gestures become prompts in px of the video', () => {
  const view = new Viewport(40, 30);
  view.resize(400, 300, 1);
  assert.deepEqual(promptOf({ kind: 'point', x: 105, y: 52, positive: true }, view, 5), { kind: 'point', x: 10.5, y: 5.2, positive: true });
  assert.equal(promptOf({ kind: 'point', x: 401, y: 52, positive: true }, view, 5), null);
  assert.deepEqual(promptOf({ kind: 'box', x0: -50, y0: 10, x1: 200, y1: 900 }, view, 5), { kind: 'box', x0: 0, y0: 1, x1: 20, y1: 30 });
  assert.equal(promptOf({ kind: 'box', x0: 10, y0: 10, x1: 15, y1: 90 }, view, 5), null, 'too thin to be meant');
  const stroke = promptOf({ kind: 'stroke', points: [[10, 10], [11, 10], [12, 10], [60, 10]], positive: false }, view, 3);
  assert.deepEqual(stroke, { kind: 'stroke', points: [[1, 1], [6, 1]], radius_px: 3, positive: false });
});

test('what is looked at in a frame comes from the hits of the results', () => {
  const info = { hits: { 1: [[0, 3], [10, 12]], 2: [[11, 20]], 3: [] } };
  assert.deepEqual([2, 3, 10, 11, 12].map((frame) => lookedAt(info, frame)), [[1], [], [1], [1, 2], [2]]);
  assert.deepEqual(lookedAt(null, 2), []);
});
