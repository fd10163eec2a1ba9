import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScreenReporter, checkTargets, markerPlaces } from '../../../src/dwell/app/web/core/screen.js';

/** A window at (100, 50) with a border of 8 desktop px and 88 px above the page of 1200 × 800 desktop px. */
function numbers(zoom = 1, changes = {}) {
  return {
    screenX: 100, screenY: 50, outerWidth: 1216, outerHeight: 896,
    innerWidth: Math.round(1200 / zoom), innerHeight: Math.round(800 / zoom), devicePixelRatio: 1.25 * zoom,
    pinch: null, visible: true, screenScale: null,
    monitors: [{ left: 0, top: 0, width: 1536, height: 864, scale: null, name: '' }],
    canvas: { left: 10, top: 60, width: 900, height: 600 },
    viewport: { scale: 0.5, x: 50, y: 0, imageWidth: 1600, imageHeight: 1200 },
    frameIdx: 12, ...changes,
  };
}

/** What the mouse says at a place of the page: whole px, as browsers give them. */
function mouseAt(x, y, zoom, window = { screenX: 100, screenY: 50 }) {
  return {
    screenX: Math.floor(window.screenX + 8 + x * zoom), screenY: Math.floor(window.screenY + 88 + y * zoom),
    clientX: Math.floor(x), clientY: Math.floor(y),
  };
}

/** To a thousandth of a px. */
function near(found, wanted) {
  assert.ok(Math.abs(found.left - wanted.left) < 1e-3 && Math.abs(found.top - wanted.top) < 1e-3, JSON.stringify(found));
}

function reporter() {
  return new ScreenReporter(() => 1_700_000_000_123.25);
}

test('a report has the numbers of the window, canvas and viewport', () => {
  const report = reporter().update(numbers());
  assert.equal(report.t_ns, '1700000000123250000');
  assert.deepEqual([report.screen_x, report.outer_height, report.inner_width], [100, 896, 1200]);
  assert.deepEqual([report.scale, report.x, report.image_height, report.frame_idx], [0.5, 50, 1200, 12]);
  assert.deepEqual([report.pinch, report.pinch_x, report.chrome, report.markers], [1, 0, null, []]);
});

test('nothing changed, nothing to report', () => {
  const screen = reporter();
  assert.ok(screen.update(numbers()));
  assert.equal(screen.update(numbers()), null);
  assert.equal(screen.update(numbers(1, { frameIdx: 13 })).frame_idx, 13);
  assert.equal(screen.update(numbers(1, { frameIdx: 13, visible: false })).visible, false);
});

for (const zoom of [2 / 3, 1, 1.1, 1.5]) {
  test(`the mouse shows the zoom and where the page begins, at ${Math.round(zoom * 100)} %`, () => {
    const screen = reporter();
    screen.update(numbers(zoom));
    for (const [x, y] of [[100.5, 90.2], [160.1, 130.9], [300.7, 220.4], [420.2, 330.3]]) screen.mouse(mouseAt(x, y, zoom));
    const report = screen.update(numbers(zoom));
    assert.equal(report.zoom, zoom);
    assert.ok(Math.abs(report.chrome.left - 8) <= 1 && Math.abs(report.chrome.top - 88) <= 1, JSON.stringify(report.chrome));
  });
}

test('one place of the mouse is enough where the browser tells the scale of the screen', () => {
  const screen = reporter();
  const seen = numbers(1.1, { screenScale: 1.25 });
  screen.update(seen);
  screen.mouse({ screenX: 100 + 8 + 110, screenY: 50 + 88 + 220, clientX: 100, clientY: 200 });
  const report = screen.update(seen);
  assert.ok(Math.abs(report.zoom - 1.1) < 1e-9);
  near(report.chrome, { left: 8, top: 88 });
});

test('places near each other do not tell the zoom; until then sizes do', () => {
  const screen = reporter();
  assert.equal(screen.update(numbers(1.5)).zoom, 1.5); // 1216 - 800 · 1.5 = 16 px of border
  screen.mouse(mouseAt(100, 100, 1.5));
  screen.mouse(mouseAt(160, 120, 1.5));
  assert.deepEqual(screen.zoom, { value: 1.5, known: false });
  assert.equal(screen.update(numbers(1.5)), null);
});

test('with developer tools at the side sizes tell nothing, but the mouse does', () => {
  const screen = reporter();
  const docked = numbers(1, { innerWidth: 777 });
  assert.equal(screen.update(docked).zoom, 1);
  for (const x of [50, 700]) screen.mouse({ screenX: 100 + 431 + x, screenY: 50 + 88 + 20, clientX: x, clientY: 20 });
  assert.deepEqual(screen.update(docked).chrome, { left: 431, top: 88 });
});

test('what was measured moves with the window and is forgotten when its shape or the zoom changes', () => {
  const screen = reporter();
  screen.update(numbers());
  for (const x of [100, 900]) screen.mouse(mouseAt(x, 50, 1));
  assert.deepEqual(screen.update(numbers()).chrome, { left: 8, top: 88 });
  const moved = { screenX: -700, screenY: 300 };
  assert.deepEqual(screen.update(numbers(1, moved)).chrome, { left: 8, top: 88 });
  screen.mouse(mouseAt(500, 60, 1, moved));
  assert.deepEqual(screen.chrome, { left: 8, top: 88 });
  assert.equal(screen.update(numbers(1.1)).chrome, null);
});

test('moving the mouse on changes nothing once its window is known', () => {
  const screen = reporter();
  screen.update(numbers(1.1));
  for (let i = 0; i < 100; i += 1) screen.mouse(mouseAt(5 + i * 9.7, 20 + i * 5.3, 1.1));
  assert.ok(screen.update(numbers(1.1)).chrome);
  for (let i = 0; i < 200; i += 1) screen.mouse(mouseAt(1000 - i * 4.1, 20 + i * 2.9, 1.1));
  assert.equal(screen.update(numbers(1.1)), null);
  assert.equal(screen.zoom.value, 1.1);
});

test('pages enlarged by two fingers and places beside the page are not measured', () => {
  const screen = reporter();
  screen.mouse(mouseAt(1, 1, 1)); // before anything is known
  const pinched = numbers(1, { pinch: { scale: 2, offsetLeft: 30, offsetTop: 40 } });
  const report = screen.update(pinched);
  assert.deepEqual([report.pinch, report.pinch_x, report.pinch_y], [2, 30, 40]);
  for (const x of [100, 900]) screen.mouse(mouseAt(x, 50, 2));
  assert.equal(screen.update(pinched), null);
  screen.update(numbers());
  screen.mouse(mouseAt(-20, 5, 1));
  assert.equal(screen.chrome, null);
});

test('markers lie around the page, as the server places them', () => {
  const places = markerPlaces(1000, 600, 100).map(({ marker_id, rect }) => [marker_id, rect.left, rect.top]);
  assert.deepEqual(places, [
    [0, 0, 0], [1, 450, 0], [2, 900, 0], [3, 900, 250], [4, 900, 500], [5, 450, 500], [6, 0, 500], [7, 0, 250],
  ]);
  assert.deepEqual(markerPlaces(1000, 299, 100).map((each) => each.marker_id), [0, 1, 2, 4, 5, 6]);
  assert.deepEqual(markerPlaces(1000, 150, 100), []);
});

test('targets of the check are in the middle and near the corners', () => {
  assert.deepEqual(checkTargets({ left: 100, top: 50, width: 1000, height: 500 }), [
    { name: 'centre', x: 600, y: 300 }, { name: 'upper left', x: 200, y: 100 }, { name: 'upper right', x: 1000, y: 100 },
    { name: 'lower right', x: 1000, y: 500 }, { name: 'lower left', x: 200, y: 500 },
  ]);
});
