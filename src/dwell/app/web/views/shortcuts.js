// The list of shortcuts: grouped, searchable, as bound now.
import { grouped } from '../core/shortcuts.js';
import { openDialog } from './dialog.js';
import { el, replace } from './dom.js';

/** @typedef {import('../core/keys.js').Keymap} Keymap */
/** @typedef {import('../core/keys.js').Binding} Binding */

/** @param {Keymap} keys */
export function openShortcuts(keys) {
  const list = el('div', { class: 'shortcut-groups' });
  const none = el('p', { class: 'muted', role: 'status' });
  const search = el('input', { type: 'search', placeholder: 'Search shortcuts', autofocus: true, aria: { label: 'Search shortcuts' } });
  const show = () => {
    const groups = grouped(keys.list(), search.value);
    replace(list, ...groups.map(([group, bindings]) => section(keys, group, bindings)));
    none.textContent = groups.length ? '' : `No shortcut has “${search.value}” in its name.`;
  };
  search.addEventListener('input', show);
  show();
  openDialog({ title: 'Keyboard shortcuts', wide: true, body: el('div', { class: 'stack' }, search, none, list) });
}

/** @param {Keymap} keys @param {string} group @param {Binding[]} bindings */
function section(keys, group, bindings) {
  return el('section', null, el('h3', { text: group }), el('dl', { class: 'shortcut-list' },
    ...bindings.map((each) => el('div', null, el('dt', { text: each.label }), el('dd', null, ...each.keys.map((key) => el('kbd', { text: keys.show(key) })))))));
}
