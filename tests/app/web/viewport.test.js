import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Viewport } from '../../../src/dwell/app/web/core/viewport.js';

function viewport() {
  const view = new Viewport(1600, 1200);
  view.resize(800, 800, 2);
  return view;
}

test('the whole picture fits, centred', () => {
  const view = viewport();
  assert.equal(view.scale, 0.5);
  assert.deepEqual([view.x, view.y], [0, 100]);
  assert.deepEqual(view.toImage(400, 400), { x: 800, y: 600 });
  assert.deepEqual(view.toScreen(1600, 1200), { x: 800, y: 700 });
  assert.deepEqual(view.transform, [1, 0, 0, 1, 0, 200]); // device px
});

test('zooming keeps the point under the pointer', () => {
  const view = viewport();
  const before = view.toImage(300, 350);
  view.zoomAt(4, 300, 350);
  const after = view.toImage(300, 350);
  assert.equal(view.scale, 2);
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
  assert.equal(view.fitted, false);
});

test('zooming out ends where all is seen, zooming in at 40', () => {
  const view = viewport();
  view.zoomAt(0.01);
  assert.equal(view.scale, 0.5);
  assert.equal(view.fitted, true);
  view.zoomAt(1e6);
  assert.equal(view.scale, 40);
});

test('panning never loses the picture', () => {
  const view = viewport();
  view.zoomAt(2);
  view.pan(10_000, -10_000);
  assert.deepEqual([view.x, view.y], [48, 800 - 1200 - 48]);
});

test('a fitted picture follows the window; a zoomed one keeps its middle', () => {
  const view = viewport();
  view.resize(400, 400, 1);
  assert.equal(view.scale, 0.25);
  view.zoomAt(8);
  const middle = view.toImage(200, 200);
  view.resize(600, 500, 1);
  const now = view.toImage(300, 250);
  assert.ok(Math.abs(middle.x - now.x) < 1e-9 && Math.abs(middle.y - now.y) < 1e-9);
});

test('a frame is asked for as small as it is shown, never smaller', () => {
  const view = new Viewport(1600, 1200);
  view.resize(400, 300, 1);
  assert.equal(view.level, 2);
  view.resize(800, 600, 1);
  assert.equal(view.level, 1);
  view.resize(800, 600, 2);
  assert.equal(view.level, 0);
  view.resize(900, 700, 1);
  assert.equal(view.level, 0);
});

test('revealing a point pans as little as needed', () => {
  const view = viewport();
  view.zoomAt(4);
  view.reveal(0, 0);
  assert.deepEqual(view.toScreen(0, 0), { x: 48, y: 48 });
  const at = [view.x, view.y];
  view.reveal(100, 100);
  assert.deepEqual([view.x, view.y], at);
});
