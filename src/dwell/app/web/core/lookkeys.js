// The keys of a look: which key says what, and giving what is said another key.

/** @typedef {import('./messages.js').LookPress['action']} Action */
/** @typedef {import('./ui.js').Box} Box */
/**
 * @typedef {object} Word what can be said with one key
 * @property {string} key as `KeyboardEvent.key` names it
 * @property {string} name
 * @property {string} text what it does
 */

/** In the order to read them in; the same keys and texts as `dwell.looking.keys`. @type {Readonly<Record<Action, Word>>} */
export const WORDS = {
  start: { key: 'z', name: 'Follow', text: 'begin to segment what is looked at' },
  stop: { key: 'x', name: 'Stop', text: 'stop; the mask stays as it is' },
  save: { key: 'c', name: 'Keep', text: 'keep the mask' },
  clear: { key: 'a', name: 'Clear', text: 'forget the mask and what was said of it' },
  run: { key: 'q', name: 'Run here', text: 'segment this picture now, from where was looked at last' },
  include: { key: 'f', name: 'Include', text: 'this is of it: what is looked at now' },
  exclude: { key: 'd', name: 'Exclude', text: 'this is not of it: what is looked at now' },
  box: { key: 'b', name: 'Box corner', text: 'corner of a box; the second one closes it' },
  level: { key: 'g', name: 'Level', text: 'smaller or larger: the next of three masks' },
  hold: { key: 'h', name: 'Hold', text: 'hold the mask while you look around; again to let go' },
  undo: { key: 'u', name: 'Undo', text: 'take back the last word or, if there is none, what was kept last' },
  dwell: { key: 'w', name: 'Dwell keeps', text: 'keep what is looked at for long, without a key; again to stop that' },
  new: { key: 'n', name: 'New AOI', text: 'keep to a new AOI from now on' },
  check: { key: 'k', name: 'Check gaze', text: 'check how good gaze is, with five points' },
  next: { key: 'ArrowDown', name: 'Next', text: 'next picture or slice' },
  previous: { key: 'ArrowUp', name: 'Previous', text: 'picture or slice before' },
};

export const ACTIONS = /** @type {readonly Action[]} */ (Object.keys(WORDS));

/** Keys that are not to be had, and what they are for. @type {Readonly<Record<string, string>>} */
const TAKEN = {
  Escape: 'leaves Look mode', Tab: 'goes from control to control', Enter: 'presses the button that has the focus',
  '+': 'zooms in', '=': 'zooms in', '-': 'zooms out', '0': 'fits the picture', '?': 'lists the keys',
};
/** Say nothing by themselves, or not the same on every keyboard. */
const SILENT = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'OS', 'CapsLock', 'NumLock', 'ScrollLock', 'Dead', 'Process', 'Unidentified', 'Compose']);
const STORED = 'dwell.look.keys';

/** Whether a key is only held for another one. @param {string} key */
export const isSilent = (key) => SILENT.has(key);

export class LookKeys {
  /** Keys in place of the default. @type {Partial<Record<Action, string>>} */ #own = {};
  /** @type {Set<() => void>} */ #observers = new Set();

  /** @param {Box|null} storage null: keep nothing @param {(name: string) => string} [show] a key's name for people */
  constructor(storage, show = (name) => name) {
    this.storage = storage;
    this.show = show;
    for (const [action, key] of Object.entries(this.#load())) {
      const known = ACTIONS.find((each) => each === action);
      if (known && typeof key === 'string' && this.whyNot(known, key) === '') this.#own[known] = key;
    }
  }

  /** @param {Action} action @returns {string} as `KeyboardEvent.key` names it */
  keyOf(action) {
    return this.#own[action] ?? WORDS[action].key;
  }

  /** Keys in place of the default, for the log of the look. @returns {Record<string, string>} */
  get own() {
    return { ...this.#own };
  }

  /** A key for people: `Z`, `↓`. @param {Action} action */
  shown(action) {
    return this.show(this.bound(action));
  }

  /** As the page's table of shortcuts names it. @param {Action} action */
  bound(action) {
    const key = this.keyOf(action);
    return key === ' ' ? 'Space' : key;
  }

  /** Why an action cannot have a key; empty: it can. @param {Action} action @param {string} pressed */
  whyNot(action, pressed) {
    const key = named(pressed);
    const name = this.show(key === ' ' ? 'Space' : key);
    if (/^[1-9]$/.test(key)) return `${name} picks an AOI. Choose another key.`;
    if (TAKEN[key]) return `${name} ${TAKEN[key]}. Choose another key.`;
    const other = ACTIONS.find((each) => each !== action && this.keyOf(each) === key);
    return other ? `${name} is the key of ${WORDS[other].name}. Give that another key first, or choose another one here.` : '';
  }

  /** Gives an action a key. @param {Action} action @param {string} pressed @returns {string} why not; empty: done */
  give(action, pressed) {
    const why = this.whyNot(action, pressed);
    if (why) return why;
    if (named(pressed) === WORDS[action].key) delete this.#own[action];
    else this.#own[action] = named(pressed);
    this.#changed();
    return '';
  }

  /** All keys as they come with the program. */
  reset() {
    this.#own = {};
    this.#changed();
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  #changed() {
    try {
      this.storage?.setItem(STORED, JSON.stringify(this.#own));
    } catch {
      // full or forbidden: they hold until the page is closed
    }
    for (const observer of [...this.#observers]) observer();
  }

  /** @returns {Record<string, unknown>} */
  #load() {
    try {
      return Object(JSON.parse(this.storage?.getItem(STORED) ?? '{}'));
    } catch {
      return {};
    }
  }
}

/** Letters are meant whatever Shift or Caps Lock make of them. @param {string} key */
const named = (key) => (key.length === 1 ? key.toLowerCase() : key);
