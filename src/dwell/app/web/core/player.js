// Which frame is shown, and playing by the frames' own times. No DOM: clock and ticks are given.

/** @typedef {{frameIdx: number, settled: boolean}} Position settled: no drag and no playing is going on */
/** @typedef {(position: Position) => void} Observer */
/**
 * @typedef {object} Clock
 * @property {() => number} now ms
 * @property {(run: () => void) => unknown} tick calls once before the next picture
 * @property {(run: () => void, ms: number) => unknown} later
 * @property {(handle: any) => void} cancel undoes `later`
 */

const SETTLE_MS = 150;
const NS_PER_MS = 1e6;

/** @type {Clock} */
const REAL = {
  now: () => performance.now(),
  tick: (run) => requestAnimationFrame(run),
  later: (run, ms) => setTimeout(run, ms),
  cancel: (handle) => clearTimeout(handle),
};

export class Player {
  frameIdx = 0;
  playing = false;
  settled = true;
  rate = 1;
  /** ms since the first frame, one per frame. @type {Float64Array} */ #ms;
  /** @type {Set<Observer>} */ #observers = new Set();
  /** @type {unknown} */ #timer = null;
  #run = 0;

  /** @param {number} nFrames @param {{durationNs?: string, clock?: Clock}} [options] */
  constructor(nFrames, { durationNs = '0', clock = REAL } = {}) {
    this.nFrames = nFrames;
    this.clock = clock;
    const step = Number(BigInt(durationNs)) / NS_PER_MS / Math.max(1, nFrames) || 1000 / 30;
    this.#ms = Float64Array.from({ length: nFrames }, (_, frame) => frame * step);
  }

  /** The frames' own times. @param {BigInt64Array} times ns, one per frame; empty: there are none */
  setTimes(times) {
    if (times.length !== this.nFrames || times.length === 0) return;
    const first = times[0] ?? 0n;
    this.#ms = Float64Array.from(times, (ns) => Number(ns - first) / NS_PER_MS);
    this.#go(this.frameIdx, this.settled); // who shows times shows these
  }

  /** ms from the first frame. @param {number} frame */
  msOf(frame) {
    return this.#ms[Math.min(Math.max(frame, 0), this.nFrames - 1)] ?? 0;
  }

  /** The frame on screen at a time: the last one that began. @param {number} ms from the first frame */
  frameAt(ms) {
    let low = 0;
    let high = this.nFrames - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#ms[middle] ?? 0) <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Goes to a frame. `settle: false` while dragging: settled follows when nothing moved for a moment.
   * @param {number} frame @param {{settle?: boolean}} [options]
   */
  seek(frame, { settle = true } = {}) {
    this.#stop();
    this.#go(frame, settle);
    if (!settle) this.#timer = this.clock.later(() => this.#go(this.frameIdx, true), SETTLE_MS);
  }

  /** @param {number} n frames, negative: back */
  step(n) {
    this.seek(this.frameIdx + n);
  }

  play() {
    if (this.playing || this.nFrames < 2) return;
    if (this.frameIdx >= this.nFrames - 1) this.frameIdx = 0;
    this.#stop();
    this.playing = true;
    const run = ++this.#run;
    const from = this.clock.now();
    const start = this.msOf(this.frameIdx);
    const tick = () => {
      if (run !== this.#run) return;
      const frame = this.frameAt(start + (this.clock.now() - from) * this.rate);
      if (frame !== this.frameIdx) this.#go(frame, false);
      if (frame >= this.nFrames - 1) this.pause();
      else this.clock.tick(tick);
    };
    this.#go(this.frameIdx, false);
    this.clock.tick(tick);
  }

  pause() {
    if (!this.playing) return;
    this.#stop();
    this.#go(this.frameIdx, true);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {Observer} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  #stop() {
    this.playing = false;
    this.#run += 1;
    this.clock.cancel(this.#timer);
  }

  /** @param {number} frame @param {boolean} settled */
  #go(frame, settled) {
    this.frameIdx = Math.min(Math.max(Math.round(frame), 0), Math.max(0, this.nFrames - 1));
    this.settled = settled;
    for (const observer of [...this.#observers]) observer({ frameIdx: this.frameIdx, settled });
  }
}
