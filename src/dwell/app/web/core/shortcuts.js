// The list of shortcuts, put in order for reading.

/** @typedef {import('./keys.js').Binding} Binding */

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
