// Results of the project as they are now: fetched when someone wants them, again when they are out of date.

/** @typedef {import('./messages.js').ResultsInfo} ResultsInfo */
/** @typedef {import('./messages.js').Eye} Eye */
/** @typedef {import('./messages.js').Sensitivity} Sensitivity */
/** @typedef {import('./messages.js').ChangeSet} ChangeSet */
/** @typedef {'majority'|'any'|'mean'} Rule */
/**
 * What of core/ui.js is needed; without storage nothing is kept.
 * @typedef {{get: (key: 'marginDeg') => number, subscribe: (observer: (key: string) => void) => () => void,
 *   pid?: string, storage?: Pick<Storage, 'getItem'|'setItem'>|null}} Local
 */
/** @typedef {{fixationRule: Rule, pxPerDegree: number|null}} Options */
/**
 * @typedef {object} Sources
 * @property {{get: (path: string) => Promise<any>}} api of the project
 * @property {{subscribe: (observer: (change: ChangeSet) => void) => () => void}} store
 * @property {Local} ui
 * @property {{later: (run: () => void, ms: number) => any, cancel: (handle: any) => void}} [timers]
 */

export const POLL_MS = 300;
const SETTLE_MS = 200;
const RULES = new Set(['majority', 'any', 'mean']);

export class ResultsFeed {
  /** The last results that were ready. @type {ResultsInfo|null} */ info = null;
  /** @type {Eye|null} */ eye = null;
  /** @type {Sensitivity|null} */ sensitivity = null;
  /** Fresh results are on their way. */ busy = false;
  /** 0 … 1 */ progress = 0;
  /** Counts results that came in. */ version = 0;
  /** Why there are none. */ error = '';
  /** Kept for one project of this browser. @type {Options} */ options;
  /** @type {Set<() => void>} */ #observers = new Set();
  /** @type {(() => void)[]} */ #off = [];
  #wanted = false;
  #curves = false;
  #run = 0;
  /** @type {any} */ #timer = null;
  /** @type {any} */ #curvesTimer = null;
  #curvesRun = 0;

  /** @param {Sources} sources */
  constructor({ api, store, ui, timers = { later: (run, ms) => setTimeout(run, ms), cancel: (handle) => clearTimeout(handle) } }) {
    this.api = api;
    this.ui = ui;
    this.timers = timers;
    this.options = kept(ui);
    this.#off = [
      store.subscribe((change) => this.#changed(change)),
      ui.subscribe((key) => { if (key === 'marginDeg') this.#outdated(false); }),
    ];
  }

  /** Asks for results; a second call does nothing while they are fresh. */
  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#fetchEye();
    void this.#fetch();
  }

  /** Asks for the curves of dwell against margin too. */
  wantSensitivity() {
    if (this.#curves) return;
    this.#curves = true;
    void this.#fetchCurves();
  }

  /** @param {Partial<Options>} options */
  setOptions(options) {
    this.options = { ...this.options, ...options };
    keep(this.ui, this.options);
    this.#outdated('pxPerDegree' in options);
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  stop() {
    this.#run += 1;
    this.timers.cancel(this.#timer);
    this.timers.cancel(this.#curvesTimer);
    for (const off of this.#off) off();
  }

  /** Tries again after a failure. */
  retry() {
    void this.#fetch();
    if (!this.eye) void this.#fetchEye();
    if (this.#curves && !this.sensitivity) void this.#fetchCurves();
  }

  /** The address of the results with the margin and options of now. */
  address() {
    return `results?${this.query()}`;
  }

  query() {
    const query = new URLSearchParams({ margin_deg: String(this.ui.get('marginDeg')), fixation_rule: this.options.fixationRule });
    if (this.options.pxPerDegree) query.set('px_per_degree', String(this.options.pxPerDegree));
    return query.toString();
  }

  /** A change that leaves the results as they are makes them results of its revision. @param {ChangeSet} change */
  #changed(change) {
    if (change.results) this.#outdated(true);
    else if (this.info && !this.busy) this.info.rev = Math.max(this.info.rev, change.rev);
  }

  /** @param {boolean} curves too */
  #outdated(curves) {
    if (curves && this.#curves) {
      this.timers.cancel(this.#curvesTimer);
      this.#curvesTimer = this.timers.later(() => void this.#fetchCurves(), SETTLE_MS);
    }
    if (!this.#wanted) return;
    this.#run += 1;
    this.busy = true;
    this.#tell();
    this.timers.cancel(this.#timer);
    this.#timer = this.timers.later(() => void this.#fetch(), SETTLE_MS);
  }

  async #fetch() {
    const run = ++this.#run;
    this.busy = true;
    this.#tell();
    try {
      for (;;) {
        /** @type {ResultsInfo} */
        const info = await this.api.get(this.address());
        if (run !== this.#run) return;
        if (info.state !== 'computing') return this.#take(info);
        this.progress = info.progress;
        this.#tell();
        await this.#pause(POLL_MS);
        if (run !== this.#run) return;
      }
    } catch (error) {
      if (run !== this.#run) return;
      this.busy = false;
      this.error = error instanceof Error ? error.message : String(error);
      this.#tell();
    }
  }

  /** @param {ResultsInfo} info */
  #take(info) {
    this.busy = false;
    this.progress = 1;
    this.error = info.state === 'failed' ? (info.error ?? 'The results could not be computed.') : '';
    if (info.state !== 'failed') this.info = info;
    this.version += 1;
    this.#tell();
  }

  async #fetchEye() {
    try {
      this.eye = await this.api.get('eye');
      this.#tell();
    } catch {
      // the results say what is wrong
    }
  }

  async #fetchCurves() {
    const run = ++this.#curvesRun;
    const scale = this.options.pxPerDegree;
    /** @type {Sensitivity|null} */
    let found = null;
    try {
      found = await this.api.get(scale ? `sensitivity?px_per_degree=${scale}` : 'sensitivity');
    } catch {
      // shown without
    }
    if (run !== this.#curvesRun) return; // newer ones are on their way
    this.sensitivity = found;
    this.#tell();
  }

  /** @param {number} ms @returns {Promise<void>} */
  #pause(ms) {
    return new Promise((done) => void this.timers.later(done, ms));
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}

/** @param {Local} ui @returns {Options} */
function kept(ui) {
  /** @type {Options} */
  const options = { fixationRule: 'majority', pxPerDegree: null };
  try {
    const { fixationRule, pxPerDegree } = JSON.parse(ui.storage?.getItem(`dwell.results.${ui.pid ?? ''}`) ?? '{}');
    if (RULES.has(fixationRule)) options.fixationRule = fixationRule;
    if (typeof pxPerDegree === 'number' && pxPerDegree > 0) options.pxPerDegree = pxPerDegree;
  } catch {
    // what was kept is of no use any more
  }
  return options;
}

/** @param {Local} ui @param {Options} options */
function keep(ui, options) {
  try {
    ui.storage?.setItem(`dwell.results.${ui.pid ?? ''}`, JSON.stringify(options));
  } catch {
    // full, or not allowed: then it is asked for again next time
  }
}
