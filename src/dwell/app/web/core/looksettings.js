// What a viewer has set for looking: where gaze comes from, and how the screen stands. Kept by the browser.

/** @typedef {import('./messages.js').LookSettings} LookSettings */
/** @typedef {import('./ui.js').Box} Box */
/** @typedef {'mouse'|'neon'|'lsl'|'tobii'|'replay'} SourceName */
/**
 * @typedef {object} Source
 * @property {string} title
 * @property {string} help one line
 * @property {string} install what to run where it is missing; empty: it needs nothing
 * @property {string} target what may stand behind the colon; empty: nothing
 * @property {string} example
 * @property {boolean} [must] it needs a target
 */
/**
 * @typedef {object} Choice
 * @property {SourceName} source
 * @property {Record<SourceName, string>} targets
 * @property {boolean} showGaze
 * @property {number} error_deg
 * @property {boolean} dwell_keeps
 * @property {number} dwell_ms
 * @property {number} screen_width_mm
 * @property {number} distance_mm
 * @property {number} accuracy_deg of the mouse that plays the eye
 * @property {number} precision_deg
 * @property {number} latency_ms
 * @property {boolean} blinks
 */
/** @typedef {{[K in keyof Choice]: Choice[K] extends number ? K : never}[keyof Choice]} NumberName */

/** @type {Readonly<Record<SourceName, Source>>} */
export const SOURCES = {
  mouse: { title: 'Mouse', target: '', example: '', install: '', help: 'The mouse plays the eye, with the errors of a tracker added. Nothing to install.' },
  neon: { title: 'Neon', target: 'Address', example: 'found by itself', install: 'pip install "dwell[live]"',
    help: 'Glasses by Pupil Labs, in the same network. The page shows markers at its edges, by which they find it.' },
  lsl: { title: 'LSL', target: 'Stream', example: 'the only gaze stream', install: 'pip install "dwell[live]"',
    help: 'Lab Streaming Layer: what the programs of most makers of trackers can send.' },
  tobii: { title: 'Tobii', target: '', example: '', install: 'pip install tobii-research', help: 'A Tobii Pro tracker below the screen, calibrated with Tobii’s own program.' },
  replay: { title: 'Replay', target: 'File', example: '/path/to/gaze.csv', install: '', must: true, help: 'Gaze that was recorded before, sent again as if it came now.' },
};

/** Smallest and largest, and the step of its field; as the server takes them.
 * @type {Readonly<Record<NumberName, readonly [number, number, number]>>} */
export const LIMITS = {
  error_deg: [0.05, 20, 0.05], dwell_ms: [200, 20_000, 50], screen_width_mm: [11, 10_000, 1], distance_mm: [11, 20_000, 1],
  accuracy_deg: [0, 20, 0.1], precision_deg: [0, 20, 0.05], latency_ms: [0, 2000, 5],
};

/** A 24-inch screen at arm's length. @type {Choice} */
const DEFAULTS = {
  source: 'mouse',
  targets: { mouse: '', neon: '', lsl: '', tobii: '', replay: '' },
  showGaze: true,
  error_deg: 1,
  dwell_keeps: false,
  dwell_ms: 1000,
  screen_width_mm: 531,
  distance_mm: 600,
  accuracy_deg: 1,
  precision_deg: 0.2,
  latency_ms: 30,
  blinks: true,
};
const STORED = 'dwell.look';
/** What the command line wishes for: the next project that this page opens begins in Look mode. @type {string|null} */
let wished = null;

/** @param {string|null} spec null: nothing is wished for */
export const wishForLook = (spec) => void (wished = spec ?? wished);

/** The wish, once. @returns {string|null} */
export function takeWish() {
  const wish = wished;
  wished = null;
  return wish;
}

export class LookChoices {
  /** @type {Choice} */ #now;
  /** @type {Set<(name: keyof Choice) => void>} */ #observers = new Set();

  /** @param {Box|null} storage null: keep nothing */
  constructor(storage) {
    this.storage = storage;
    this.#now = { ...DEFAULTS, targets: { ...DEFAULTS.targets } };
    for (const [name, value] of Object.entries(this.#load())) if (fits(name, value)) Object.assign(this.#now, { [name]: value });
    this.#now.targets = { ...DEFAULTS.targets, ...texts(this.#now.targets) };
  }

  /** @template {keyof Choice} K @param {K} name @returns {Choice[K]} */
  get(name) {
    return this.#now[name];
  }

  /** @template {keyof Choice} K @param {K} name @param {Choice[K]} value @returns {string} why not; empty: done */
  set(name, value) {
    const why = whyNot(name, value);
    if (why || Object.is(this.#now[name], value)) return why;
    this.#now[name] = value;
    try {
      this.storage?.setItem(STORED, JSON.stringify(this.#now));
    } catch {
      // full or forbidden: it holds until the page is closed
    }
    for (const observer of [...this.#observers]) observer(name);
    return '';
  }

  /** What stands behind the colon of the chosen source. */
  get target() {
    return this.#now.targets[this.#now.source];
  }

  /** @param {string} text */
  setTarget(text) {
    this.set('targets', { ...this.#now.targets, [this.#now.source]: text.trim() });
  }

  /** As the server names it: `neon:192.168.1.21`. */
  get spec() {
    const { source } = this.#now;
    if (!this.target) return source;
    return this.target.startsWith('?') ? source + this.target : `${source}:${this.target}`;
  }

  /** Chooses a source as the command line names it. @param {string} spec @returns {string} why not; empty: done */
  choose(spec) {
    const [, name = '', target = ''] = /^\s*(\w+)\s*:?(.*)$/.exec(spec) ?? [];
    if (!(name in SOURCES)) return `There is no gaze source “${spec}”. Choose one of ${Object.keys(SOURCES).join(', ')}.`;
    this.set('source', /** @type {SourceName} */ (name));
    this.setTarget(target);
    return '';
  }

  /** What keeps the chosen source from being opened; empty: nothing known here. */
  get missing() {
    const { must, title, target, example } = SOURCES[this.#now.source];
    return must && !this.target ? `${title} needs a ${target.toLowerCase()}, such as ${example}.` : '';
  }

  /** @param {Record<string, string>} keys in place of the default @returns {LookSettings} */
  settings(keys) {
    const { error_deg, dwell_keeps, dwell_ms, screen_width_mm, distance_mm, accuracy_deg, precision_deg, latency_ms, blinks } = this.#now;
    return { error_deg, dwell_keeps, dwell_ms, screen_width_mm, distance_mm, mouse: { accuracy_deg, precision_deg, latency_ms, blinks }, keys };
  }

  /** @param {(name: keyof Choice) => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
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

/** Why a value cannot be; empty: it can. @param {string} name @param {unknown} value */
function whyNot(name, value) {
  const limits = LIMITS[/** @type {NumberName} */ (name)];
  if (!limits) return '';
  const [low, high] = limits;
  return typeof value === 'number' && value >= low && value <= high ? '' : `Expected a number from ${low} to ${high}.`;
}

/** Whether a kept value is of the kind that is expected now. @param {string} name @param {unknown} value */
function fits(name, value) {
  if (name === 'source') return typeof value === 'string' && value in SOURCES;
  return typeof value === typeof DEFAULTS[/** @type {keyof Choice} */ (name)] && whyNot(name, value) === '';
}

/** @param {unknown} value */
function texts(value) {
  return Object.fromEntries(Object.entries(Object(value)).filter(([, each]) => typeof each === 'string'));
}
