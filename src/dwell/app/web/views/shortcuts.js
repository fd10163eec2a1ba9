// The list of shortcuts: grouped, searchable, as bound now.
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

/**
 * Bindings by group, those of one name joined (number keys are shown once).
 * @param {readonly Binding[]} bindings @param {string} text words that the name must hold
 * @returns {[string, Binding[]][]}
 */
export function grouped(bindings, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  /** @type {Map<string, Map<string, Binding>>} */
  const groups = new Map();
  for (const each of joinDigits(bindings)) {
    const all = `${each.group} ${each.label} ${each.keys.join(' ')}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) continue;
    const group = groups.get(each.group) ?? new Map();
    const known = group.get(each.label);
    group.set(each.label, known ? { ...known, keys: [...new Set([...known.keys, ...each.keys])] } : each);
    groups.set(each.group, group);
  }
  return [...groups].map(([group, byLabel]) => [group, [...byLabel.values()]]);
}

/** `Select AOI 1` … `Select AOI 9` become one line. @param {readonly Binding[]} bindings @returns {Binding[]} */
function joinDigits(bindings) {
  const digit = (/** @type {Binding} */ each) => each.keys.length === 1 && /^[1-9]$/.test(each.keys[0] ?? '');
  const first = bindings.find(digit);
  return bindings.flatMap((each) => {
    if (!digit(each)) return [each];
    return each === first ? [{ ...each, label: each.label.replace(/\s*\d$/, ' with that key'), keys: ['1 … 9'] }] : [];
  });
}
