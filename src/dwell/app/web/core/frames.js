// Decoded frames: a bounded cache, one request at a time, the latest wish first, neighbours when idle.

/** @typedef {{width: number, height: number, close?: () => void}} Picture an ImageBitmap, or what is needed of one */
/** @typedef {{frameIdx: number, level: number, mode: 'exact'|'drag'|'play'}} Wish level: 0 full, 1 half, 2 quarter size */
/** @typedef {{frameIdx: number, picture: any, exact: boolean}} Shown exact: the frame wished for, at the size wished for */
/** @typedef {{frameIdx: number, level: number, idle: boolean}} Order idle: nobody waits for it */
/**
 * @typedef {object} Options
 * @property {(order: Order, signal: AbortSignal) => Promise<Picture>} load
 * @property {(shown: Shown) => void} show
 * @property {number} nFrames
 * @property {number} [maxBytes]
 * @property {(run: () => void, ms: number) => any} [later]
 * @property {(handle: any) => void} [cancel]
 */

export const IDLE_MS = 150;
const BYTES_PER_PX = 4;
const NEAR = 3;
const AHEAD = [1, 2, -1, 3, 4, -2, 5, 6];

export class Frames {
  /** Least lately used first. @type {Map<string, {frameIdx: number, level: number, picture: Picture}>} */ #kept = new Map();
  #bytes = 0;
  /** @type {Wish|null} */ #wish = null;
  /** @type {{order: Order, abort: AbortController}|null} */ #flight = null;
  /** @type {any} */ #idle = null;
  /** Key of the picture on screen: never thrown away. */ #onScreen = '';
  /** On screen, but of pictures that are no more. @type {Picture|null} */ #outgoing = null;
  /** Counts how often all pictures were thrown away. */ #era = 0;
  #direction = 1;
  #failures = 0;
  /** Frames where decoding can begin; dragging shows these. @type {readonly number[]} */ keyFrames = [];

  /** @param {Options} options */
  constructor(options) {
    this.options = { maxBytes: 320e6, later: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
      cancel: (/** @type {any} */ handle) => clearTimeout(handle), ...options };
  }

  get bytes() {
    return this.#bytes;
  }

  /** @param {number} frameIdx @param {number} level @returns {boolean} whether it is here, sharp enough */
  has(frameIdx, level) {
    return this.#best(frameIdx)?.level !== undefined && (this.#best(frameIdx)?.level ?? 9) <= level;
  }

  /** Wishes for a frame; `show` is called at once with the best that is here, and again with better. @param {Wish} wish */
  want(wish) {
    if (this.#wish && wish.frameIdx !== this.#wish.frameIdx) this.#direction = Math.sign(wish.frameIdx - this.#wish.frameIdx);
    this.#wish = wish;
    this.options.cancel(this.#idle);
    this.#showBest(wish);
    this.#next();
  }

  /** Throws everything away. */
  clear() {
    this.#wish = null;
    this.#empty();
    this.#outgoing?.close?.();
    this.#outgoing = null;
  }

  /** The pictures are others now: fetches them again. What is on screen stays until its successor is here. */
  renew() {
    const shown = this.#kept.get(this.#onScreen);
    if (shown) {
      this.#kept.delete(this.#onScreen);
      this.#outgoing = shown.picture;
    }
    this.#empty();
    if (this.#wish) this.#next();
  }

  #empty() {
    this.#era += 1;
    this.options.cancel(this.#idle);
    this.#flight?.abort.abort();
    this.#flight = null;
    for (const { picture } of this.#kept.values()) picture.close?.();
    this.#kept.clear();
    this.#bytes = 0;
  }

  /** The key frame shown for a frame while dragging: the last one not after it. @param {number} frameIdx */
  keyFrameOf(frameIdx) {
    let [low, high] = [0, this.keyFrames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keyFrames[middle] ?? 0) <= frameIdx) low = middle + 1;
      else high = middle;
    }
    return this.keyFrames[low - 1] ?? frameIdx;
  }

  /** @param {Wish} wish */
  #showBest({ frameIdx, level, mode }) {
    const best = this.#best(frameIdx) ?? (mode === 'drag' ? this.#best(this.keyFrameOf(frameIdx)) : null);
    if (best) this.#show(best, best.frameIdx === frameIdx && best.level <= level);
  }

  /** @param {{frameIdx: number, level: number, picture: Picture}} kept @param {boolean} exact */
  #show(kept, exact) {
    this.#onScreen = keyOf(kept);
    this.options.show({ frameIdx: kept.frameIdx, picture: kept.picture, exact });
    this.#outgoing?.close?.();
    this.#outgoing = null;
  }

  /** @param {number} frameIdx */
  #best(frameIdx) {
    for (const level of [0, 1, 2]) {
      const key = keyOf({ frameIdx, level });
      const kept = this.#kept.get(key);
      if (!kept) continue;
      this.#kept.delete(key); // used lately
      this.#kept.set(key, kept);
      return kept;
    }
    return null;
  }

  /** Starts what is wanted most, if it may. */
  #next() {
    const order = this.#order();
    const flight = this.#flight;
    if (!order) return flight ? undefined : this.#whenIdle();
    if (flight) {
      const same = flight.order.frameIdx === order.frameIdx && flight.order.level <= order.level;
      if (same || this.#wish?.mode === 'play') flight.order.idle = false; // while playing all that comes is shown
      const far = Math.abs(flight.order.frameIdx - order.frameIdx) > NEAR && this.#wish?.mode === 'exact';
      if (same || !(flight.order.idle || far)) return;
      flight.abort.abort();
    }
    void this.#load(order);
  }

  /** What the wish needs and is not here. @returns {Order|null} */
  #order() {
    const wish = this.#wish;
    if (!wish || this.has(wish.frameIdx, wish.level)) return null;
    const frameIdx = wish.mode === 'drag' ? this.keyFrameOf(wish.frameIdx) : wish.frameIdx;
    return this.has(frameIdx, wish.level) ? null : { frameIdx, level: wish.level, idle: false };
  }

  #whenIdle() {
    if (this.#wish?.mode === 'drag') return;
    if (this.#wish?.mode === 'play') return this.#prefetch();
    this.options.cancel(this.#idle);
    this.#idle = this.options.later(() => this.#prefetch(), IDLE_MS);
  }

  /** Loads one neighbour; the next follows when it is here. */
  #prefetch() {
    const wish = this.#wish;
    if (!wish || this.#flight) return;
    const offsets = wish.mode === 'play' ? AHEAD.filter((offset) => offset > 0) : AHEAD;
    const step = offsets.map((offset) => wish.frameIdx + offset * (this.#direction || 1)).find(
      (frameIdx) => frameIdx >= 0 && frameIdx < this.options.nFrames && !this.has(frameIdx, wish.level),
    );
    if (step !== undefined) void this.#load({ frameIdx: step, level: wish.level, idle: true });
  }

  /** @param {Order} order */
  async #load(order) {
    const flight = { order, abort: new AbortController() };
    const era = this.#era;
    this.#flight = flight;
    let failed = false;
    try {
      const picture = await this.options.load(order, flight.abort.signal);
      this.#failures = 0;
      if (era !== this.#era) return picture.close?.(); // thrown away meanwhile
      this.#keep(order, picture);
    } catch {
      failed = !flight.abort.signal.aborted;
    }
    if (this.#flight !== flight) return;
    this.#flight = null;
    if (!failed) return order.idle ? this.#continue() : this.#next();
    this.#failures += 1;
    this.#idle = this.options.later(() => this.#next(), Math.min(8000, 500 * 2 ** (this.#failures - 1)));
  }

  /** After a neighbour: what was wished for meanwhile, else the next neighbour at once. */
  #continue() {
    if (this.#order()) this.#next();
    else this.#prefetch();
  }

  /** @param {Order} order @param {Picture} picture */
  #keep(order, picture) {
    const kept = { frameIdx: order.frameIdx, level: order.level, picture };
    const key = keyOf(kept);
    this.#forget(key);
    this.#kept.set(key, kept);
    this.#bytes += size(picture);
    if (!order.idle) this.#arrived(kept);
    for (const old of this.#kept.keys()) {
      if (this.#bytes <= this.options.maxBytes) break;
      if (old !== key && old !== this.#onScreen) this.#forget(old);
    }
  }

  /** Shows what has come, unless the wish has gone far away. @param {{frameIdx: number, level: number, picture: Picture}} kept */
  #arrived(kept) {
    const wish = this.#wish;
    if (!wish) return;
    if (kept.frameIdx === wish.frameIdx) return this.#show(kept, kept.level <= wish.level);
    if (this.has(wish.frameIdx, 2)) return; // the right frame is on screen already
    const near = Math.abs(kept.frameIdx - wish.frameIdx) <= NEAR;
    if (near || wish.mode !== 'exact') this.#show(kept, false);
  }

  /** @param {string} key */
  #forget(key) {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#bytes -= size(kept.picture);
    kept.picture.close?.();
  }
}

/** @param {{frameIdx: number, level: number}} of */
const keyOf = ({ frameIdx, level }) => `${frameIdx}/${level}`;
/** @param {Picture} picture */
const size = (picture) => picture.width * picture.height * BYTES_PER_PX;
