import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseName, crumbs, fileSize, folderOf, join, kindOfFile, matching } from '../../../src/dwell/app/web/core/paths.js';

const place = (path, name) => ({ path, name, note: '', exists: true });

test('parts of POSIX and Windows paths', () => {
  assert.equal(baseName('/data/a b/cup.mp4'), 'cup.mp4');
  assert.equal(baseName('C:\\data\\cup.mp4'), 'cup.mp4');
  assert.equal(folderOf('/data/cup.mp4'), '/data');
  assert.equal(folderOf('/data/'), '/');
  assert.equal(folderOf('C:\\data\\cup.mp4'), 'C:\\data');
  assert.equal(join('/', 'x'), '/x');
  assert.equal(join('C:\\data', 'x'), 'C:\\data\\x');
});

test('crumbs go from the innermost root', () => {
  const roots = [place('/data', 'data'), place('/data/study', 'study'), place('/dat', 'dat')];
  assert.deepEqual(crumbs('/data/study/p1/rec', roots), [
    { name: 'study', path: '/data/study' }, { name: 'p1', path: '/data/study/p1' }, { name: 'rec', path: '/data/study/p1/rec' },
  ]);
  assert.deepEqual(crumbs('/data', roots), [{ name: 'data', path: '/data' }]);
  assert.deepEqual(crumbs('/elsewhere', roots), [{ name: '/elsewhere', path: '/elsewhere' }]);
});

test('a root that is the whole disk', () => {
  assert.deepEqual(crumbs('/home/me', [place('/', '/')]).map((each) => each.path), ['/', '/home', '/home/me']);
});

test('filter: all words, any order', () => {
  const entries = ['P01 kitchen.mp4', 'p02 kitchen.mp4', 'notes.txt'].map((name) => ({ name, path: name, kind: 'file', size_bytes: 1, modified_ns: null, openable: false }));
  assert.deepEqual(matching(entries, 'kitch p01').map((each) => each.name), ['P01 kitchen.mp4']);
  assert.equal(matching(entries, ' ').length, 3);
});

test('sizes', () => {
  assert.deepEqual([null, 0, 999, 1000, 1_440_000, 999_600, 12e9].map(fileSize), ['', '0 B', '999 B', '1.0 kB', '1.4 MB', '1.0 MB', '12 GB']);
});

test('what a dropped file is', () => {
  assert.deepEqual(['a.MP4', 'a.zip', 'gaze.csv', 'scan.nii.gz', 'b.NII', 'c.dcm', 'a.gz', 'a.docx'].map(kindOfFile), ['video', 'archive', 'table', 'volume', 'volume', 'volume', null, null]);
});
