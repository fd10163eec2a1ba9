// What is set for looking: where gaze comes from, how the screen stands, how the mouse plays the eye.
import { LIMITS, SOURCES } from '../core/looksettings.js';
import { el, replace } from './dom.js';

/** @typedef {import('../core/looksettings.js').LookChoices} LookChoices */
/** @typedef {import('../core/looksettings.js').NumberName} NumberName */
/** @typedef {import('../core/looksettings.js').SourceName} SourceName */
/** @typedef {{node: HTMLElement, show: () => void}} Part */

const NAMES = /** @type {readonly SourceName[]} */ (Object.keys(SOURCES));

/** Where gaze comes from; while a look goes on another one is for the next. @param {LookChoices} choices @returns {Part} */
export function sourceChooser(choices) {
  const names = el('select', { id: 'look-source' }, ...NAMES.map((name) => el('option', { value: name, text: SOURCES[name].title })));
  const target = el('input', { type: 'text', id: 'look-target', autocomplete: 'off', spellcheck: 'false' });
  const label = el('label', { for: target.id });
  const field = el('div', { class: 'field' }, label, target);
  const note = el('p', { class: 'look-note' });
  names.addEventListener('change', () => void choices.set('source', /** @type {SourceName} */ (names.value)));
  target.addEventListener('change', () => choices.setTarget(target.value));
  let shown = '';
  const show = () => {
    const name = choices.get('source');
    if (document.activeElement !== target) target.value = choices.target;
    if (shown === name) return;
    shown = names.value = name;
    const { help, install, target: what, example } = SOURCES[name];
    field.hidden = what === '';
    label.textContent = what;
    target.placeholder = example;
    replace(note, help, ...(install ? [' If it is missing, in a terminal: ', el('code', { text: install })] : []));
  };
  const node = el('div', { class: 'stack' }, el('div', { class: 'field' }, el('label', { for: names.id, text: 'Gaze comes from' }), names), field, note);
  return { node, show };
}

/** @param {LookChoices} choices @returns {Part} */
export function screenFields(choices) {
  return fields('Screen', choices, [
    numberField(choices, 'screen_width_mm', 'Screen width', 'mm', 'Of the picture on the monitor, without the frame'),
    numberField(choices, 'distance_mm', 'Viewing distance', 'mm', 'From the eyes to the middle of the screen'),
    numberField(choices, 'error_deg', 'Gaze is off by', '°', 'On average; the check measures it'),
  ]);
}

/** @param {LookChoices} choices @returns {Part} */
export function dwellFields(choices) {
  return fields('Keeping without a key', choices, [
    tick(choices, 'dwell_keeps', 'Keep what is looked at for long'),
    numberField(choices, 'dwell_ms', 'After', 'ms', 'How long the eye has to rest on it'),
  ]);
}

/** @param {LookChoices} choices @returns {Part} */
export function mouseFields(choices) {
  const part = fields('The mouse plays the eye', choices, [
    numberField(choices, 'accuracy_deg', 'Accuracy', '°', 'How far gaze lies beside what is looked at, on average'),
    numberField(choices, 'precision_deg', 'Precision', '°', 'How much gaze trembles: RMS of sample to sample'),
    numberField(choices, 'latency_ms', 'Latency', 'ms', 'How late gaze comes'),
    tick(choices, 'blinks', 'Blinks'),
    { node: el('p', { class: 'look-note', text: 'These hold from the next start on. With 0 everywhere and no blinks, gaze is where the mouse is.' }), show: () => {} },
  ]);
  return { node: part.node, show: () => { part.node.hidden = choices.get('source') !== 'mouse'; part.show(); } };
}

/** What is shown on the picture. @param {LookChoices} choices @returns {Part} */
export function shownFields(choices) {
  return fields('Shown on the picture', choices, [tick(choices, 'showGaze', 'Where the eye is')]);
}

/** @param {string} title @param {LookChoices} choices @param {Part[]} parts @returns {Part} */
function fields(title, choices, parts) {
  const node = el('fieldset', { class: 'look-fields' }, el('legend', { text: title }), ...parts.map((each) => each.node));
  return { node, show: () => parts.forEach((each) => each.show()) };
}

/** @param {LookChoices} choices @param {NumberName} name @param {string} label @param {string} unit @param {string} title @returns {Part} */
function numberField(choices, name, label, unit, title) {
  const [min, max, step] = LIMITS[name];
  const input = el('input', { type: 'number', min, max, step, title });
  const why = el('p', { class: 'look-note bad', role: 'alert' });
  input.addEventListener('change', () => { why.textContent = choices.set(name, input.value === '' ? NaN : Number(input.value)); });
  const show = () => {
    if (document.activeElement === input) return;
    input.value = String(Math.round(choices.get(name) * 100) / 100);
    why.textContent = '';
  };
  return { node: el('div', null, el('label', { class: 'look-number', title }, el('span', { text: label }), input, el('span', { text: unit })), why), show };
}

/** @param {LookChoices} choices @param {'dwell_keeps'|'blinks'|'showGaze'} name @param {string} label @returns {Part} */
function tick(choices, name, label) {
  const box = el('input', { type: 'checkbox' });
  box.addEventListener('change', () => void choices.set(name, box.checked));
  return { node: el('label', { class: 'choice' }, box, el('span', { text: label })), show: () => { box.checked = choices.get(name); } };
}
