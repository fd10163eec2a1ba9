import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keymap } from '../../../src/dwell/app/web/core/keys.js';
import { Picks } from '../../../src/dwell/app/web/core/picks.js';
import { Store } from '../../../src/dwell/app/web/core/store.js';
import { GalleryKeys } from '../../../src/dwell/app/web/views/gallery_keys.js';
import { snapshot } from './snapshots.js';

test('S swaps only the two that are chosen while the gallery is open, wherever the focus is', () => {
  const said = /** @type {string[]} */ ([]);
  const state = /** @type {Record<string, any>} */ ({ panel: 'everything', selected: 1 });
  const keys = new Keymap(false);
  const swapped = /** @type {string[]} */ ([]);
  keys.bind({ id: 'swap', label: '', group: '', keys: ['s'], run: () => swapped.push('the one that is selected') });
  const ctx = { keys, ui: { get: (/** @type {string} */ key) => state[key] }, store: new Store(snapshot()), say: { info: (/** @type {string} */ text) => said.push(text) } };
  const view = /** @type {any} */ ({ ctx, parts: {}, picks: new Picks(), grid: { addEventListener: () => {}, contains: () => false } });
  const gallery = new GalleryKeys(view);

  keys.handle({ key: 's' });
  view.picks.toggle(1);
  keys.handle({ key: 's' });
  assert.deepEqual(said, ['none', '1'].map((n) => `To swap identities here, choose two objects; chosen now: ${n}.`));
  assert.deepEqual(swapped, []);

  state.panel = 'aois';
  keys.handle({ key: 's' });
  gallery.off();
  assert.deepEqual(swapped, ['the one that is selected']);
});
