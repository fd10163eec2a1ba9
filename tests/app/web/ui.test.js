import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ui } from '../../../src/dwell/app/web/core/ui.js';

function box() {
  const kept = new Map();
  return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

test('what a person sets is kept for the next page', () => {
  const storage = box();
  new Ui('p1', storage).set('maskOpacity', 0.7);
  const ui = new Ui('p1', storage);
  assert.equal(ui.get('maskOpacity'), 0.7);
  assert.equal(ui.get('tool'), 'click');
});

test('the selection belongs to one project, the tool to one page', () => {
  const storage = box();
  const first = new Ui('p1', storage);
  first.set('selected', 4);
  first.set('tool', 'brush');
  assert.equal(new Ui('p1', storage).get('selected'), 4);
  assert.equal(new Ui('p2', storage).get('selected'), null);
  assert.equal(new Ui('p1', storage).get('tool'), 'click');
});

test('observers hear changes only', () => {
  const ui = new Ui('', box());
  const seen = [];
  const off = ui.subscribe((key, value) => seen.push([key, value]));
  ui.set('showGaze', false);
  ui.set('showGaze', false);
  off();
  ui.set('showGaze', true);
  assert.deepEqual(seen, [['showGaze', false]]);
});

test('damaged, foreign or forbidden storage does no harm', () => {
  const storage = box();
  storage.kept.set('dwell.ui', '{"theme": 3, "brushPx": 20, "evil": 1}');
  storage.kept.set('dwell.ui.p', 'not json');
  const ui = new Ui('p', storage);
  assert.equal(ui.get('theme'), 'auto');
  assert.equal(ui.get('brushPx'), 20);
  assert.equal(ui.get('evil'), undefined);
  const forbidden = { getItem: () => { throw new Error('no'); }, setItem: () => { throw new Error('no'); } };
  const other = new Ui('p', forbidden);
  other.set('theme', 'dark');
  assert.equal(other.get('theme'), 'dark');
});
