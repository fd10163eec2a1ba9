// The gallery of AOIs: each with its best picture, filtered, sorted, and kept up to date.
import { wholeOf } from './families.js';
import { clock } from './time.js';
import { percent } from './words.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').Aoi} Aoi */
/** @typedef {import('./messages.js').GalleryItem} GalleryItem */
/** @typedef {Pick<Ctx, 'api'|'store'>} Needs */
/** @typedef {'importance'|'first'|'gaze'|'size'|'name'} Order */
/** @typedef {{aoi: Aoi, item: GalleryItem|null, whole: Aoi|null}} Card item: null until it has been fetched */

export const ORDERS = /** @type {const} */ ([
  ['gaze', 'Gaze'],
  ['importance', 'Importance'],
  ['first', 'First seen'],
  ['size', 'Size'],
  ['name', 'Name'],
]);

const SOON_MS = 80;
const RUNNING_MS = 2000;
const MOST_MS = 15_000;
const PART = 10; // the process that answers has the rest of the time for results

/** @param {readonly Card[]} cards @param {string} text words that the name, the category or the whole must hold */
export function matching(cards, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [...cards];
  return cards.filter(({ aoi, whole }) => {
    const all = `${aoi.name} ${aoi.category ?? ''} ${whole?.name ?? ''}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Cards in an order; those of which nothing is known yet come last. @param {readonly Card[]} cards @param {Order} order */
export function inOrder(cards, order) {
  if (order === 'name') return [...cards].sort((a, b) => a.aoi.name.localeCompare(b.aoi.name, undefined, { numeric: true }));
  /** @type {Record<Exclude<Order, 'name'>, (item: GalleryItem) => number>} */
  const values = {
    gaze: (item) => item.gaze_share ?? -1,
    importance: (item) => item.importance,
    first: (item) => -(item.spans[0]?.[0] ?? Infinity),
    size: (item) => item.size,
  };
  const value = (/** @type {Card} */ { item }) => (item ? values[order](item) : -Infinity);
  return [...cards].sort((a, b) => compare(value(b), value(a)) || compare(b.item?.importance ?? 0, a.item?.importance ?? 0) || a.aoi.object_id - b.aoi.object_id);
}

/** @param {number} a @param {number} b */
const compare = (a, b) => (a === b ? 0 : a - b); // Infinity − Infinity is no number

/** Where on a bar it is seen. @param {GalleryItem} item @param {number} nFrames @returns {{left: number, width: number}[]} 0 … 1 */
export function barOf({ spans }, nFrames) {
  return spans.map(([start, stop]) => ({ left: start / nFrames, width: (stop - start) / nFrames }));
}

/** What is known of it, in one line. @param {GalleryItem} item @param {number} nFrames of the video; 1: a picture */
export function noteOf({ gaze_share, n_frames, frame_idx, size }, nFrames) {
  if (frame_idx === null) return 'not seen yet';
  if (nFrames === 1) return `${size < 0.005 ? 'under 1 %' : percent(size)} of the picture`;
  if (gaze_share === null) return `on ${n_frames} frame${n_frames === 1 ? '' : 's'}`;
  if (gaze_share <= 0) return 'not looked at';
  return gaze_share < 0.005 ? 'under 1 % of gaze' : `${percent(gaze_share)} of gaze`;
}

/** When it is seen in a video, for a tooltip and screen readers. @param {GalleryItem} item @param {(frame: number) => number} msOf */
export function whenOf({ spans, n_frames, dwell_ms }, msOf) {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return 'Not seen yet';
  const [from, to] = [msOf(first[0]), msOf(last[1] - 1)].map((ms) => clock(ms / 1000, 1));
  const looked = dwell_ms ? `; looked at for ${(dwell_ms / 1000).toFixed(1)} s` : '';
  return `Seen on ${n_frames} frame${n_frames === 1 ? '' : 's'}, from ${from} to ${to}${looked}`;
}

/** Address of its picture, which a browser may keep for ever. @param {GalleryItem} item @param {number} side px */
export function pictureOf({ object_id, frame_idx, tag }, side) {
  return frame_idx === null ? null : `aois/${object_id}/picture.jpg?frame=${frame_idx}&tag=${tag}&side=${side}`;
}

export class Gallery {
  hasGaze = false;
  /** @type {Map<number, GalleryItem>} */ items = new Map();
  /** The order chosen by the person; null: by gaze if there is any, else by importance. @type {Order|null} */ order = null;
  text = '';
  /** An answer has come. */ known = false;
  /** @type {string} */ error = '';
  /** Order on screen; it stays while a job makes AOIs, so that nothing moves away under the pointer. @type {number[]} */ #shown = [];
  #open = false;
  #outdated = true;
  #fetching = false;
  #fetched = -Infinity;
  #took = 0;
  /** @type {any} */ #timer = null;
  /** @type {Set<() => void>} */ #observers = new Set();

  /** @param {Needs} ctx @param {() => string} [query] how gaze is mapped: that of the results @param {{later?: (run: () => void, ms: number) => any, cancel?: (handle: any) => void, now?: () => number}} [clock] */
  constructor(ctx, query = () => '', { later = (run, ms) => setTimeout(run, ms), cancel = (handle) => clearTimeout(handle), now = () => performance.now() } = {}) {
    this.ctx = ctx;
    this.query = query;
    this.clock = { later, cancel, now };
    this.unfollow = ctx.store.subscribe((change, whole) => this.#follow(change, whole));
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

  /** Whether it is on screen: otherwise nothing is asked for. @param {boolean} open */
  show(open) {
    this.#open = open;
    if (open && this.#outdated) this.#fetchSoon();
  }

  /** It is counted otherwise from now on. */
  outdate() {
    this.#outdated = true;
    if (this.#open) this.#fetchSoon();
  }

  /** What is sorted by. @returns {Order} */
  get sortedBy() {
    return this.order ?? (this.hasGaze ? 'gaze' : 'importance');
  }

  /** @param {Order} order */
  sortBy(order) {
    this.order = order;
    this.#shown = [];
    this.#tell();
  }

  /** @param {string} text */
  filter(text) {
    this.text = text;
    this.#tell();
  }

  /** Cards as they are shown. @returns {Card[]} */
  get cards() {
    const { aois, job } = this.ctx.store;
    const all = [...aois.values()].map((aoi) => ({ aoi, item: this.items.get(aoi.object_id) ?? null, whole: wholeOf(aoi, aois) }));
    const sorted = inOrder(all, this.sortedBy);
    const finding = job?.state === 'running' && job.kind !== 'track';
    const ordered = finding ? this.#asShown(sorted) : sorted;
    this.#shown = ordered.map(({ aoi }) => aoi.object_id);
    return matching(ordered, this.text);
  }

  /** Those that were shown stay where they are; others come after them. @param {Card[]} sorted */
  #asShown(sorted) {
    const places = new Map(this.#shown.map((id, at) => [id, at]));
    const place = (/** @type {Card} */ { aoi }) => places.get(aoi.object_id) ?? Infinity;
    return [...sorted].sort((a, b) => compare(place(a), place(b)));
  }

  /** @param {import('./messages.js').ChangeSet} change @param {boolean} whole */
  #follow(change, whole) {
    const ended = change.job && change.job.state !== 'running' && change.job.kind !== 'track';
    if (ended) this.#shown = [];
    if (change.lanes || change.marks || change.results || change.aois || ended || whole) this.outdate();
    if (change.aois || ended || whole) this.#tell();
  }

  /** Asks soon, and not more often than the server can do beside its other work. */
  #fetchSoon() {
    this.clock.cancel(this.#timer);
    const running = this.ctx.store.job?.state === 'running';
    const every = running ? Math.max(RUNNING_MS, Math.min(PART * this.#took, MOST_MS)) : 0;
    const wait = Math.max(SOON_MS, this.#fetched + every - this.clock.now());
    this.#timer = this.clock.later(() => void this.#fetch(), wait);
  }

  async #fetch() {
    if (this.#fetching) return;
    this.#fetching = true;
    this.#outdated = false;
    this.#fetched = this.clock.now();
    try {
      /** @type {import('./messages.js').Gallery} */
      const answer = await this.ctx.api.get(`gallery?${this.query()}`);
      this.#took = this.clock.now() - this.#fetched;
      this.hasGaze = answer.has_gaze;
      this.items = new Map(answer.items.map((item) => [item.object_id, item]));
      this.known = true;
      this.error = '';
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    } finally {
      this.#fetching = false;
      if (this.#outdated && this.#open) this.#fetchSoon();
      this.#tell();
    }
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}
