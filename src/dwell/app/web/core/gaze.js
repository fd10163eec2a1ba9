// Gaze samples of the frames around the one that is shown.
import { fixationAt as lastFixation } from './jumps.js';

/** @typedef {import('./messages.js').Eye} Eye */
/** @typedef {{x: number, y: number, status: number, frameIdx: number}} Sample px; status 0 ok, 1 no gaze, 2 blink, 3 no frame */
/** @typedef {{frames: Int32Array, x: Float32Array, y: Float32Array, status: Uint8Array}} Samples */

const RECORD_BYTES = 16;
export const CHUNK_FRAMES = 300;
const MAX_CHUNKS = 60;
export const GAZE_OK = 0;
export const STATUS_WORDS = ['Gaze ok', 'No gaze', 'Blink', 'No frame'];

/** @param {ArrayBuffer} buffer as from `gaze` @returns {Samples} */
export function decodeGaze(buffer) {
  const view = new DataView(buffer);
  const n = Math.floor(buffer.byteLength / RECORD_BYTES);
  const samples = { frames: new Int32Array(n), x: new Float32Array(n), y: new Float32Array(n), status: new Uint8Array(n) };
  for (let index = 0; index < n; index++) {
    const at = index * RECORD_BYTES;
    samples.frames[index] = view.getInt32(at, true);
    samples.x[index] = view.getFloat32(at + 4, true);
    samples.y[index] = view.getFloat32(at + 8, true);
    samples.status[index] = view.getUint8(at + 12);
  }
  return samples;
}

/** Fetches gaze in chunks, as frames are looked at. */
export class GazeFeed {
  /** null: on its way. @type {Map<number, Samples|null>} */ #chunks = new Map();
  /** @type {Set<() => void>} */ #observers = new Set();

  /** @param {Pick<import('./api.js').Api, 'bytes'>} api @param {number} nFrames */
  constructor(api, nFrames) {
    this.api = api;
    this.nFrames = nFrames;
  }

  /** @param {() => void} observer called when samples have come @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Sees to it that samples of frames [start, stop) come. @param {number} start @param {number} stop */
  want(start, stop) {
    const last = Math.floor((Math.min(stop, this.nFrames) - 1) / CHUNK_FRAMES);
    for (let chunk = Math.floor(Math.max(0, start) / CHUNK_FRAMES); chunk <= last; chunk++)
      if (!this.#chunks.has(chunk)) void this.#fetch(chunk);
  }

  /** Samples of frames [start, stop) that are here, in order of time. @param {number} start @param {number} stop @returns {Sample[]} */
  between(start, stop) {
    /** @type {Sample[]} */
    const found = [];
    const last = Math.floor((stop - 1) / CHUNK_FRAMES);
    for (let chunk = Math.floor(Math.max(0, start) / CHUNK_FRAMES); chunk <= last; chunk++) {
      const samples = this.#chunks.get(chunk);
      if (samples) collect(samples, start, stop, found);
    }
    return found;
  }

  /** @param {number} chunk */
  async #fetch(chunk) {
    this.#chunks.set(chunk, null);
    const [start, stop] = [chunk * CHUNK_FRAMES, Math.min((chunk + 1) * CHUNK_FRAMES, this.nFrames)];
    try {
      this.#chunks.set(chunk, decodeGaze(await this.api.bytes(`gaze?start=${start}&stop=${stop}`)));
      const oldest = [...this.#chunks.keys()][0];
      if (this.#chunks.size > MAX_CHUNKS && oldest !== undefined) this.#chunks.delete(oldest);
      for (const observer of [...this.#observers]) observer();
    } catch {
      this.#chunks.delete(chunk); // asked again with the next frame
    }
  }
}

/** @param {Samples} samples @param {number} start @param {number} stop @param {Sample[]} into */
function collect(samples, start, stop, into) {
  for (let at = firstNotBefore(samples.frames, start); at < samples.frames.length; at++) {
    const frameIdx = samples.frames[at] ?? 0;
    if (frameIdx >= stop) return;
    into.push({ frameIdx, x: samples.x[at] ?? NaN, y: samples.y[at] ?? NaN, status: samples.status[at] ?? 1 });
  }
}

/** @param {ArrayLike<number>} sorted @param {number} value @returns {number} */
function firstNotBefore(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Unbroken stretches of gaze, to be drawn as lines. @param {readonly Sample[]} samples @returns {Sample[][]} */
export function stretches(samples) {
  /** @type {Sample[][]} */
  const lines = [];
  let open = false;
  for (const sample of samples) {
    const ok = sample.status === GAZE_OK && Number.isFinite(sample.x) && Number.isFinite(sample.y);
    if (ok && !open) lines.push([]);
    if (ok) lines.at(-1)?.push(sample);
    open = ok;
  }
  return lines;
}

/** Index of the fixation that a frame lies in, or null. @param {Eye|null} eye @param {number} frame */
export function fixationAt(eye, frame) {
  const index = eye ? lastFixation(eye, frame) : -1;
  return index >= 0 && (eye?.fixation_stop_frame[index] ?? 0) > frame ? index : null;
}
