import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keymap } from '../../../src/dwell/app/web/core/keys.js';

function pressed(map, event) {
  let prevented = false;
  const handled = map.handle({ preventDefault: () => { prevented = true; }, ...event });
  assert.equal(prevented, handled);
  return handled;
}

function keymap(mac = false) {
  const map = new Keymap(mac);
  const ran = [];
  const bind = (id, keys, more = {}) => map.bind({ id, label: id, group: 'Test', keys, run: () => ran.push(id), ...more });
  return { map, ran, bind };
}

test('keys with and without modifiers', () => {
  const { map, ran, bind } = keymap();
  bind('undo', ['Mod+z']);
  bind('redo', ['Mod+Shift+z']);
  bind('next10', ['Shift+ArrowRight']);
  bind('play', ['Space']);
  bind('help', ['?']);
  pressed(map, { key: 'z', ctrlKey: true });
  pressed(map, { key: 'Z', ctrlKey: true, shiftKey: true });
  pressed(map, { key: 'ArrowRight', shiftKey: true });
  pressed(map, { key: ' ' });
  pressed(map, { key: '?', shiftKey: true });
  assert.deepEqual(ran, ['undo', 'redo', 'next10', 'play', 'help']);
  assert.equal(pressed(map, { key: 'z' }), false);
  assert.equal(pressed(map, { key: 'z', metaKey: true }), false);
});

test('on a Mac, Mod is the command key', () => {
  const { map, ran, bind } = keymap(true);
  bind('undo', ['Mod+z']);
  assert.equal(pressed(map, { key: 'z', ctrlKey: true }), false);
  pressed(map, { key: 'z', metaKey: true });
  assert.deepEqual(ran, ['undo']);
  assert.equal(map.show('Mod+Shift+z'), '⌘⇧Z');
});

test('what is bound last goes first, while its condition holds', () => {
  const { map, ran, bind } = keymap();
  let panel = true;
  bind('approve', ['a']);
  const off = bind('approve moment', ['a'], { when: () => panel });
  pressed(map, { key: 'a' });
  panel = false;
  pressed(map, { key: 'a' });
  panel = true;
  off();
  pressed(map, { key: 'a' });
  assert.deepEqual(ran, ['approve moment', 'approve', 'approve']);
});

test('typing in a field is not a shortcut, unless it says so', () => {
  const { map, ran, bind } = keymap();
  bind('new', ['n']);
  bind('close', ['Escape'], { typing: true });
  assert.equal(pressed(map, { key: 'n', target: { tagName: 'INPUT', type: 'text' } }), false);
  pressed(map, { key: 'Escape', target: { tagName: 'INPUT', type: 'text' } });
  pressed(map, { key: 'n', target: { tagName: 'INPUT', type: 'checkbox' } });
  assert.deepEqual(ran, ['close', 'new']);
});

test('a focused button keeps Space and Enter; a slider keeps its arrows', () => {
  const { map, ran, bind } = keymap();
  bind('play', ['Space']);
  bind('next', ['ArrowRight']);
  assert.equal(pressed(map, { key: ' ', target: { tagName: 'BUTTON' } }), false);
  assert.equal(pressed(map, { key: 'ArrowRight', target: { tagName: 'DIV', getAttribute: () => 'slider' } }), false);
  pressed(map, { key: 'ArrowRight', target: { tagName: 'BUTTON', getAttribute: () => null } });
  assert.deepEqual(ran, ['next']);
});

test('what another listener has taken, or a dialog has, is left alone', () => {
  const { map, bind } = keymap();
  bind('new', ['n']);
  assert.equal(map.handle({ key: 'n', defaultPrevented: true }), false);
  assert.equal(map.handle({ key: 'n', isComposing: true }), false);
  map.enabled = false;
  assert.equal(pressed(map, { key: 'n' }), false);
});

test('keys are shown as people know them', () => {
  const { map } = keymap();
  assert.equal(map.show('Mod+z'), 'Ctrl+Z');
  assert.equal(map.show('Shift+ArrowLeft'), 'Shift+←');
  assert.equal(map.show('+'), '+');
});

test('signs and digits are what is typed, whatever it takes to type them', () => {
  const map = new Keymap(false);
  assert.equal(map.nameOf({ key: '1', shiftKey: true }), '1');
  assert.equal(map.nameOf({ key: '[', ctrlKey: true, altKey: true }), '[');
  assert.equal(map.nameOf({ key: 'z', ctrlKey: true, altKey: true }), 'Mod+Alt+z');
  assert.equal(map.nameOf({ key: '1', altKey: true }), 'Alt+1');
});

test('a colour field keeps only the keys that open it', () => {
  const map = new Keymap(false);
  const ran = [];
  for (const key of ['Space', 't']) map.bind({ id: key, label: key, group: 'x', keys: [key], run: () => ran.push(key) });
  const target = { tagName: 'INPUT', type: 'color' };
  map.handle({ key: ' ', target });
  map.handle({ key: 't', target });
  assert.deepEqual(ran, ['t']);
});

test('a mode with keys of its own leaves out those of others, in the list too', () => {
  const { map, ran, bind } = keymap();
  bind('approve', ['a']);
  bind('undo', ['Mod+z']);
  bind('look.clear', ['c']);
  map.only = ({ id }) => id.startsWith('look.') || id === 'undo';
  assert.ok(!pressed(map, { key: 'a' }));
  assert.ok(pressed(map, { key: 'c' }));
  assert.ok(pressed(map, { key: 'z', ctrlKey: true }));
  assert.deepEqual(map.list().map(({ id }) => id), ['undo', 'look.clear']);
  map.only = null;
  assert.ok(pressed(map, { key: 'a' }));
  assert.deepEqual(ran, ['look.clear', 'undo', 'approve']);
});
