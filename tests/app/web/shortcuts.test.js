import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grouped } from '../../../src/dwell/app/web/core/shortcuts.js';

const bind = (group, label, ...keys) => ({ id: label, group, label, keys, run: () => {} });
const ALL = [bind('AOIs', 'Select AOI 1', '1'), bind('AOIs', 'Select AOI 2', '2'), bind('AOIs', 'New AOI', 'n'), bind('Tools', 'Box', 'b'), bind('Tools', 'Box', 'x')];

test('bindings by group; number keys and those of one name are one line', () => {
  assert.deepEqual(grouped(ALL, '').map(([group, all]) => [group, ...all.map((each) => `${each.label}: ${each.keys.join(' or ')}`)]), [
    ['AOIs', 'Select AOI with that key: 1 … 9', 'New AOI: n'],
    ['Tools', 'Box: b or x'],
  ]);
});

test('search looks at names, groups and keys', () => {
  assert.deepEqual(grouped(ALL, 'aoi new').flatMap(([, all]) => all.map((each) => each.label)), ['New AOI']);
  assert.deepEqual(grouped(ALL, 'nothing like it'), []);
});
