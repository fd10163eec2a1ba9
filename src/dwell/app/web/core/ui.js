// What this page shows and how: local, observable, kept by the browser. Never sent to the server.

/**
 * @typedef {object} UiState
 * @property {'click'|'box'|'brush'|'eraser'|'pan'} tool
 * @property {number|null} selected object_id
 * @property {'aois'|'words'|'everything'|'review'|'planes'|'results'} panel
 * @property {number} brushPx radius in px of the scene video
 * @property {boolean} showGaze
 * @property {boolean} showTrail
 * @property {boolean} showMasks
 * @property {boolean} showBadges
 * @property {number} maskOpacity 0 … 1
 * @property {boolean} recolour masks that are looked at
 * @property {boolean} aim the keyboard moves a cross-hair on the canvas
 * @property {boolean} autoTrack track the gap around a correction at once
 * @property {number|null} before show masks as they were before this undo step
 * @property {number} marginDeg
 * @property {'auto'|'light'|'dark'} theme
 * @property {[number, number]|null} timelineSpan frames on the timeline; null: all
 * @property {{objectId: number, start: number, stop: number}|null} span marked on the timeline, half-open
 * @property {boolean} tourSeen
 * @property {number|null} fixation index in Eye
 */

/** @type {UiState} */
const DEFAULTS = {
  tool: 'click',
  selected: null,
  panel: 'aois',
  brushPx: 12,
  showGaze: true,
  showTrail: true,
  showMasks: true,
  showBadges: true,
  maskOpacity: 0.45,
  recolour: true,
  aim: false,
  autoTrack: true,
  before: null,
  marginDeg: 0,
  theme: 'auto',
  timelineSpan: null,
  span: null,
  tourSeen: false,
  fixation: null,
};

/** Kept for all projects of this browser. @type {ReadonlySet<keyof UiState>} */
const KEPT = new Set([
  'brushPx', 'showGaze', 'showTrail', 'showMasks', 'showBadges', 'maskOpacity', 'recolour', 'autoTrack', 'theme', 'tourSeen',
]);
/** Kept for one project. @type {ReadonlySet<keyof UiState>} */
const KEPT_HERE = new Set(['selected', 'panel', 'timelineSpan', 'marginDeg']);

/** @typedef {Pick<Storage, 'getItem'|'setItem'>} Box */

export class Ui {
  /** @type {UiState} */ #state;
  /** @type {Set<(key: keyof UiState, value: unknown) => void>} */ #observers = new Set();

  /** @param {string} [pid] project that some keys belong to @param {Box|null} [storage] null: keep nothing */
  constructor(pid = '', storage = storageOf('localStorage')) {
    this.pid = pid;
    this.storage = storage;
    this.#state = { ...DEFAULTS, ...this.#load('dwell.ui', KEPT), ...this.#load(`dwell.ui.${pid}`, KEPT_HERE) };
  }

  /** @template {keyof UiState} K @param {K} key @returns {UiState[K]} */
  get(key) {
    return this.#state[key];
  }

  /** @template {keyof UiState} K @param {K} key @param {UiState[K]} value */
  set(key, value) {
    if (Object.is(this.#state[key], value)) return;
    this.#state[key] = value;
    if (KEPT.has(key)) this.#save('dwell.ui', KEPT);
    if (KEPT_HERE.has(key)) this.#save(`dwell.ui.${this.pid}`, KEPT_HERE);
    for (const observer of [...this.#observers]) observer(key, value);
  }

  /** @param {(key: keyof UiState, value: unknown) => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** @param {string} name @param {ReadonlySet<keyof UiState>} keys @returns {Partial<UiState>} */
  #load(name, keys) {
    try {
      const kept = Object.entries(JSON.parse(this.storage?.getItem(name) ?? '{}'));
      return Object.fromEntries(kept.filter(([key, value]) => keys.has(/** @type {keyof UiState} */ (key)) && fits(key, value)));
    } catch {
      return {};
    }
  }

  /** @param {string} name @param {ReadonlySet<keyof UiState>} keys */
  #save(name, keys) {
    try {
      this.storage?.setItem(name, JSON.stringify(Object.fromEntries([...keys].map((key) => [key, this.#state[key]]))));
    } catch {
      // full or forbidden: the page works, it only forgets
    }
  }
}

/** Whether a kept value is of the kind that is expected now. @param {string} key @param {unknown} value */
function fits(key, value) {
  const expected = DEFAULTS[/** @type {keyof UiState} */ (key)];
  if (key === 'selected') return value === null || typeof value === 'number';
  if (key === 'timelineSpan') return value === null || (Array.isArray(value) && value.length === 2);
  return typeof value === typeof expected;
}

/** @param {'localStorage'|'sessionStorage'} which @returns {Box|null} null: the browser gives none */
export function storageOf(which) {
  try {
    return globalThis[which] ?? null;
  } catch {
    return null;
  }
}
