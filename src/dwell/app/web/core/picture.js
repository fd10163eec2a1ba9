// Results on the picture of an enrichment: measures per AOI over all recordings, and where fixations are.
import { column, numberOf } from './results.js';

/** @typedef {import('./messages.js').PictureResults} PictureResults */
/** @typedef {import('./messages.js').PictureMeasure} PictureMeasure */
/** @typedef {import('./messages.js').FixationDots} FixationDots */
/** @typedef {import('./messages.js').ChangeSet} ChangeSet */
/** @typedef {import('./results.js').Column} Column */
/** @typedef {{marginPx: number, fixationRule: 'mean'|'any'|'majority', ttffOrigin: 'recording'|'section', groupBy: 'aoi'|'category', measure: string}} Options */
/**
 * @typedef {object} Sources
 * @property {{get: (path: string) => Promise<any>}} api of the project
 * @property {{subscribe: (observer: (change: ChangeSet) => void) => () => void}} store
 * @property {{later: (run: () => void, ms: number) => any, cancel: (handle: any) => void}} [timers]
 */

const SETTLE_MS = 200;
/** @type {Options} */
const DEFAULTS = { marginPx: 0, fixationRule: 'mean', ttffOrigin: 'recording', groupBy: 'aoi', measure: 'total-fixation-duration' };

export class PictureFeed {
  /** The last results that came. @type {PictureResults|null} */ info = null;
  /** @type {FixationDots|null} */ dots = null;
  /** Fresh results are on their way. */ busy = false;
  /** Why there are none. */ error = '';
  /** Counts results that came in. */ version = 0;
  /** @type {Options} */ options = { ...DEFAULTS };
  /** @type {Set<() => void>} */ #observers = new Set();
  #wanted = false;
  #run = 0;
  /** @type {any} */ #timer = null;

  /** @param {Sources} sources */
  constructor({ api, store, timers = { later: (run, ms) => setTimeout(run, ms), cancel: (handle) => clearTimeout(handle) } }) {
    this.api = api;
    this.timers = timers;
    this.off = store.subscribe((change) => { if (change.results) this.#outdated(); });
  }

  /** Asks for results; a second call does nothing while they are fresh. */
  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#fetch();
  }

  /** Asks for the fixations, once. */
  async wantDots() {
    if (this.dots) return;
    this.dots = { x: [], y: [], ms: [], recording: [], n_all: 0 };
    try {
      this.dots = await this.api.get('picture/fixations');
      this.#tell();
    } catch {
      this.dots = null; // the results say what is wrong
    }
  }

  /** @param {Partial<Options>} options the measure alone needs no new results */
  setOptions(options) {
    const before = this.query();
    this.options = { ...this.options, ...options };
    if (this.query() !== before) this.#outdated();
    this.#tell();
  }

  /** How gaze is mapped, for an address. */
  query() {
    const { marginPx, fixationRule, ttffOrigin, groupBy } = this.options;
    return new URLSearchParams({ margin_px: String(marginPx), fixation_rule: fixationRule, ttff_origin: ttffOrigin, group_by: groupBy }).toString();
  }

  /** Tries again after a failure. */
  retry() {
    void this.#fetch();
    void this.wantDots();
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  stop() {
    this.#run += 1;
    this.timers.cancel(this.#timer);
    this.off();
  }

  #outdated() {
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
      const info = await this.api.get(`picture/results?${this.query()}`);
      if (run !== this.#run) return;
      this.info = info;
      this.error = '';
      this.version += 1;
    } catch (error) {
      if (run !== this.#run) return;
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.busy = false;
    this.#tell();
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}

/** Headings as short as a side panel wants them, and what they mean. @type {Record<string, [string, string]>} */
const WORDS = {
  'total-fixation-duration': ['Fixated', 'Total duration of the fixations on the AOI, divided by the number of recordings.'],
  'average-fixation-duration': ['Per fixation', 'Total duration of the fixations on the AOI, divided by their number.'],
  'fixation-count': ['Fixations', 'Fixations on the AOI, divided by the number of recordings.'],
  'time-to-first-fixation': ['First fixation', 'Mean time to the first fixation, over the recordings that have one.'],
  'recording-reach': ['Recordings', 'Share of the recordings with a fixation on the AOI.'],
  'wearer-reach': ['Wearers', 'Share of the wearers who fixated the AOI.'],
  'dwell-time': ['Dwell', 'Mean time that the gaze samples on the AOI stand for.'],
  'dwell-share': ['Share', 'Mean share of the gaze time on the picture.'],
  'dwell-per-area': ['Per area', 'Share of gaze time over share of the area; 1 is chance.'],
  visits: ['Visits', 'Mean number of uninterrupted stays of gaze on the AOI.'],
};
const SHARES = new Set(['recording-reach', 'wearer-reach', 'dwell-share']);

/** The columns of the table. @param {PictureMeasure[]} measures @returns {Column[]} */
export function pictureColumns(measures) {
  return [column('aoi', 'AOI', '', 'The area of interest, or the category.', (row) => String(row['label'] ?? ''), String), ...measures.map(measureColumn)];
}

/** @param {PictureMeasure} measure @returns {Column} */
function measureColumn({ id, title, unit }) {
  const [short, meaning] = WORDS[id] ?? [title, title];
  const factor = unit === 'ms' ? 0.001 : SHARES.has(id) ? 100 : 1;
  const shown = unit === 'ms' ? 's' : SHARES.has(id) ? '%' : '';
  const digits = SHARES.has(id) ? 1 : 2;
  return column(id, short, shown, meaning, (row) => { const value = numberOf(row[id]); return value === null ? null : value * factor; }, (value) => value.toFixed(digits));
}
