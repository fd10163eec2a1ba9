import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gestures, wheelFactor } from '../../../src/dwell/app/web/core/gestures.js';

function stage(tool = 'click', more = {}) {
  const seen = { acts: [], drafts: [], pans: [], zooms: [] };
  const gestures = new Gestures({
    tool: () => tool,
    act: (act) => seen.acts.push(act),
    draft: (draft) => seen.drafts.push(draft),
    pan: (...by) => seen.pans.push(by),
    zoom: (...by) => seen.zooms.push(by),
    ...more,
  });
  const press = (x, y, event = {}) => gestures.down({ id: 1, x, y, button: 0, ...event });
  const move = (x, y, event = {}) => gestures.move({ id: 1, x, y, ...event });
  const release = (x, y, event = {}) => gestures.up({ id: 1, x, y, ...event });
  return { gestures, seen, press, move, release };
}

test('a click includes; a hand that trembles up to 4 px still clicks', () => {
  const { seen, press, move, release } = stage();
  press(10, 10);
  move(13, 12);
  release(13, 12);
  assert.deepEqual(seen.acts, [{ kind: 'point', x: 10, y: 10, positive: true }]);
});

test('Alt, the right button, and Ctrl on a Mac exclude', () => {
  for (const [event, more] of [[{ alt: true }, {}], [{ button: 2 }, {}], [{ ctrl: true }, { mac: true }]]) {
    const { seen, press, release } = stage('click', more);
    press(5, 5, event);
    release(5, 5, event);
    assert.deepEqual(seen.acts, [{ kind: 'point', x: 5, y: 5, positive: false }]);
  }
  const { seen, press, release } = stage();
  press(5, 5, { ctrl: true });
  release(5, 5);
  assert.equal(seen.acts[0].positive, true);
});

test('dragging further than 4 px is a box, whatever the direction', () => {
  const { seen, press, move, release } = stage();
  press(50, 40);
  move(20, 60);
  assert.deepEqual(seen.drafts.at(-1), { kind: 'box', x0: 20, y0: 40, x1: 50, y1: 60 });
  release(10, 70);
  assert.deepEqual(seen.acts, [{ kind: 'box', x0: 10, y0: 40, x1: 50, y1: 70 }]);
  assert.equal(seen.drafts.at(-1), null);
});

test('Shift-click selects; the box tool does not click', () => {
  const one = stage();
  one.press(5, 6, { shift: true });
  one.release(5, 6);
  assert.deepEqual(one.seen.acts, [{ kind: 'select', x: 5, y: 6 }]);
  const two = stage('box');
  two.press(5, 6);
  two.release(5, 6);
  assert.deepEqual(two.seen.acts, []);
});

test('brush and eraser draw strokes from the first touch on', () => {
  const { seen, press, move, release } = stage('brush');
  press(1, 1);
  assert.deepEqual(seen.drafts.at(-1), { kind: 'stroke', points: [[1, 1]], positive: true });
  move(2, 3);
  release(2, 3);
  assert.deepEqual(seen.acts, [{ kind: 'stroke', points: [[1, 1], [2, 3]], positive: true }]);
  const eraser = stage('eraser');
  eraser.press(1, 1);
  eraser.release(1, 1);
  assert.equal(eraser.seen.acts[0].positive, false);
});

test('Escape forgets what was begun', () => {
  const { gestures, seen, press, move, release } = stage();
  press(0, 0);
  move(40, 40);
  assert.equal(gestures.cancel(), true);
  release(50, 50);
  assert.deepEqual(seen.acts, []);
  assert.equal(seen.drafts.at(-1), null);
  assert.equal(gestures.cancel(), false);
});

test('the middle button, the pan tool and the pan key move the picture', () => {
  for (const [tool, event, key] of [['click', { button: 1 }, false], ['pan', {}, false], ['brush', {}, true]]) {
    const { gestures, seen, press, move, release } = stage(tool);
    gestures.panKey = key;
    press(10, 10, event);
    move(30, 5);
    release(30, 5);
    assert.deepEqual(seen.pans, [[20, -5]]);
    assert.deepEqual(seen.acts, []);
  }
});

test('two fingers zoom about their middle and add no prompt', () => {
  const { gestures, seen } = stage();
  gestures.down({ id: 1, x: 0, y: 0, type: 'touch' });
  gestures.down({ id: 2, x: 100, y: 0, type: 'touch' });
  gestures.move({ id: 2, x: 200, y: 0, type: 'touch' });
  gestures.up({ id: 2, x: 200, y: 0, type: 'touch' });
  gestures.up({ id: 1, x: 0, y: 0, type: 'touch' });
  assert.deepEqual(seen.zooms, [[2, 100, 0]]);
  assert.deepEqual(seen.acts, []);
});

test('a long press excludes on a touch screen', () => {
  const { seen, press, release } = stage();
  press(3, 3, { type: 'touch', t: 0 });
  release(3, 3, { type: 'touch', t: 700 });
  assert.equal(seen.acts[0].positive, false);
});

test('the wheel zooms evenly, and never in one leap', () => {
  assert.equal(wheelFactor({ deltaY: 0 }), 1);
  assert.ok(Math.abs(wheelFactor({ deltaY: 100 }) * wheelFactor({ deltaY: -100 }) - 1) < 1e-12);
  assert.equal(wheelFactor({ deltaY: -3, deltaMode: 2 }), wheelFactor({ deltaY: -200 }));
});
