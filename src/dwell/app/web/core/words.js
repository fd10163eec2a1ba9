// AOIs from words: what was found, what of it reaches the thresholds, and what is to become of it.
import { ApiError } from './api.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').DetectorInfo} DetectorInfo */
/** @typedef {import('./messages.js').Search} Search */
/** @typedef {import('./messages.js').Suggestion} Suggestion */
/** @typedef {Pick<Ctx, 'api'|'client'|'store'|'say'>} Needs */
/**
 * @typedef {object} Thresholds
 * @property {number} box 0 … 1: the least score
 * @property {number} text 0 … 1: the least score of the phrase
 * @property {boolean} onePerPhrase only the best of each phrase on each frame
 */
/** @typedef {Omit<import('./messages.js').SearchRequest, 'client'>} Wish */

const AGAIN_AFTER_MS = 1000;
const SOON_MS = 60;
const PART = 10; // the process that looks has the rest of the time for it

/**
 * Those that reach the thresholds, in their order.
 * @param {readonly Suggestion[]} suggestions by frame, best first @param {Thresholds} thresholds @returns {Suggestion[]}
 */
export function chosen(suggestions, { box, text, onePerPhrase }) {
  const good = suggestions.filter((each) => each.score >= box && each.text_score >= text);
  if (!onePerPhrase) return good;
  const seen = new Set();
  return good.filter((each) => {
    const key = `${each.frame_idx}/${each.phrase}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** @param {readonly Suggestion[]} suggestions @returns {[number, Suggestion[]][]} by frame, ascending */
export function byFrame(suggestions) {
  /** @type {Map<number, Suggestion[]>} */
  const groups = new Map();
  for (const each of suggestions) groups.set(each.frame_idx, [...(groups.get(each.frame_idx) ?? []), each]);
  return [...groups].sort(([a], [b]) => a - b);
}

/** What it is to the AOIs there are, in words. @param {Suggestion} suggestion @param {Ctx['store']['aois']} aois */
export function whatItIs({ why, object_id }, aois) {
  const name = aois.get(object_id ?? -1)?.name ?? 'an AOI';
  return why === 'known' ? `is ${name} already` : why === 'found again' ? `found again: ${name}` : 'new';
}

/** @param {number} share 0 … 1 */
export const percent = (share) => `${Math.round(100 * share)} %`;

/** How far a search is, or what came of it. @param {Search|null} search @returns {string} */
export function searchText(search) {
  if (!search) return '';
  const frames = search.total === 1 ? '1 frame' : `${search.total} frames`;
  if (search.state === 'taking') return `Adding: ${search.done} of ${search.total} masks are made …`;
  if (search.state === 'running') return search.done ? `Looking: ${search.done} of ${frames} …` : `Looking on ${frames} …`;
  if (search.state === 'failed') return search.error ?? 'Looking failed.';
  if (search.state === 'cancelled') return `Stopped after ${search.done} of ${frames}.`;
  return search.n_found ? '' : `Nothing like that was found on ${frames}. Try other words.`;
}

export class Words {
  /** @type {DetectorInfo[]} */ detectors = [];
  /** @type {Thresholds} */ thresholds = { box: 0.3, text: 0.25, onePerPhrase: false };
  /** Of the search that is shown; 0: none. */ number = 0;
  /** @type {Suggestion[]} */ suggestions = [];
  /** Their masks' counts, as far as they were asked for. @type {Map<number, string>} */ masks = new Map();
  /** The one that a person points at. @type {number|null} */ hot = null;
  /** Suggestions are being taken. */ taking = false;
  /** @type {Set<number>} */ #left = new Set();
  /** @type {Set<() => void>} */ #observers = new Set();
  /** @type {any} */ #timer = null;
  #fetched = -Infinity;
  /** How long the last answer took, ms: a long list is asked for less often. */ #took = 0;
  #fetching = false;
  #stale = false;

  /** @param {Needs} ctx @param {{later?: (run: () => void, ms: number) => any, cancel?: (handle: any) => void, now?: () => number}} [clock] */
  constructor(ctx, { later = (run, ms) => setTimeout(run, ms), cancel = (handle) => clearTimeout(handle), now = () => performance.now() } = {}) {
    this.ctx = ctx;
    this.clock = { later, cancel, now };
    this.unfollow = ctx.store.subscribe((change, whole) => this.#follow(change, whole));
    if (ctx.store.search) this.#fetchSoon(0);
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  off() {
    this.unfollow();
    this.clock.cancel(this.#timer);
    this.#observers.clear();
  }

  // ------------------------------------------------------------------ what is shown

  /** The newest search. @returns {Search|null} */
  get search() {
    return this.ctx.store.search;
  }

  /** What reaches the thresholds. */
  get shown() {
    return chosen(this.suggestions, this.thresholds);
  }

  /** What would be added now. */
  get wanted() {
    return this.shown.filter((each) => this.isOn(each));
  }

  /** Whether it is to be added. @param {Suggestion} suggestion */
  isOn(suggestion) {
    return suggestion.why !== 'known' && !this.#left.has(suggestion.index);
  }

  /** @param {Partial<Thresholds>} part */
  set(part) {
    this.thresholds = { ...this.thresholds, ...part };
    this.#tell();
  }

  /** @param {number} index @param {boolean} on */
  check(index, on) {
    if (on) this.#left.delete(index);
    else this.#left.add(index);
    this.#tell();
  }

  // ------------------------------------------------------------------ looking

  /** Who can look. */
  async loadDetectors() {
    try {
      this.detectors = await this.ctx.api.get('words/detectors');
      this.#tell();
    } catch (error) {
      this.ctx.say.error(error);
    }
  }

  /** Begins to look. @param {Wish} wish */
  async look(wish) {
    const { api, client, store, say } = this.ctx;
    try {
      const begun = await api.post('words/search', { client, ...wish });
      if (begun.id <= (store.search?.id ?? 0)) return; // the stream was quicker, and knows more
      store.search = begun;
      this.#clear();
      this.#tell();
    } catch (error) {
      say.error(error);
    }
  }

  async stop() {
    const { api, client, say } = this.ctx;
    try {
      await api.post(`words/search/cancel?client=${encodeURIComponent(client)}`);
    } catch (error) {
      say.error(error);
    }
  }

  /** Points at a suggestion, and has its mask made. @param {number|null} index */
  async point(index) {
    if (this.hot === index) return;
    this.hot = index;
    this.#tell();
    const { number } = this;
    if (index === null || this.masks.has(index)) return;
    try {
      const { counts } = await this.ctx.api.get(`words/suggestions/${number}/${index}/mask`);
      if (number !== this.number) return;
      this.masks.set(index, counts);
      this.#tell();
    } catch (error) {
      if (this.hot === index) this.ctx.say.error(error);
    }
  }

  // ------------------------------------------------------------------ taking and leaving

  /** Adds what is wanted. @returns {Promise<string|null>} the AOIs' names; null: it was refused */
  async take() {
    const { api, store, say } = this.ctx;
    if (this.taking || !this.wanted.length) return null;
    this.taking = true;
    this.#tell();
    try {
      const done = await api.post('words/take', this.#request());
      await store.reached(done.rev);
      this.hot = null;
      return done.label;
    } catch (error) {
      if (error instanceof ApiError && error.kind === 'Cancelled') say.info('Stopped. Nothing was added.');
      else say.error(error);
      return null;
    } finally {
      this.taking = false;
      this.#fetchSoon(0);
      this.#tell();
    }
  }

  /** Forgets what is wanted. */
  async reject() {
    if (!this.wanted.length) return;
    const request = this.#request();
    try {
      await this.ctx.api.post('words/reject', request);
      const gone = new Set(request.suggestions.map((each) => each.index));
      this.suggestions = this.suggestions.filter((each) => !gone.has(each.index));
      this.hot = null;
      this.#tell();
    } catch (error) {
      this.ctx.say.error(error);
    }
  }

  #request() {
    const suggestions = this.wanted.map(({ index, object_id }) => ({ index, object_id }));
    return { client: this.ctx.client, search: this.number, suggestions, one_per_phrase: this.thresholds.onePerPhrase };
  }

  // ------------------------------------------------------------------ following the project

  /** @param {import('./messages.js').ChangeSet} change @param {boolean} whole */
  #follow(change, whole) {
    const { search } = this;
    if (this.number && search?.id !== this.number) this.#clear();
    if (!search) return;
    if (search.state === 'taking') return this.#tell(); // the process that would answer makes masks
    if (change.search || whole) this.#fetchSoon(search.state === 'running' ? AGAIN_AFTER_MS : 0);
    else if (this.suggestions.length && (change.aois || change.prompts)) this.#fetchSoon(0);
    if (change.search || change.aois || whole) this.#tell();
  }

  #clear() {
    this.number = 0;
    this.suggestions = [];
    this.masks.clear();
    this.#left.clear();
    this.hot = null;
  }

  /** Asks for the suggestions soon, and not more often than that. @param {number} everyMs */
  #fetchSoon(everyMs) {
    this.clock.cancel(this.#timer);
    const wait = Math.max(SOON_MS, this.#fetched + (everyMs && Math.max(everyMs, PART * this.#took)) - this.clock.now());
    this.#timer = this.clock.later(() => void this.#fetch(), wait);
  }

  async #fetch() {
    this.#stale = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    this.#fetched = this.clock.now();
    try {
      const answer = await this.ctx.api.get('words/suggestions');
      this.#took = this.clock.now() - this.#fetched;
      if (answer.search !== this.number) this.#clear();
      this.number = answer.search;
      this.suggestions = answer.suggestions;
    } catch {
      // without a connection; it is asked again with the next change
    } finally {
      this.#fetching = false;
      if (this.#stale) this.#fetchSoon(0);
      this.#tell();
    }
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}
