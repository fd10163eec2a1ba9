// The masks of frames that were looked at lately.

/** @typedef {import('./messages.js').FrameMasks} FrameMasks */
/** @typedef {import('./messages.js').MaskOnFrame} MaskOnFrame */
/**
 * @typedef {object} Entry
 * @property {Map<number, MaskOnFrame>} masks by object_id
 * @property {boolean} stale shown until the new answer is here
 * @property {Map<number, number>} put age at which a mask was put, by object_id
 */

const MAX_FRAMES = 400;

export class MaskCache {
  /** By frame, or `frame@step` for how it was before an undo step. @type {Map<string, Entry>} */ #entries = new Map();
  /** @type {Map<string, Promise<void>>} */ #coming = new Map();
  /** @type {Set<(frame: number) => void>} */ #observers = new Set();
  /** Raised with every change, so that an answer that was overtaken is known. */ #age = 0;

  /** @param {Pick<import('./api.js').Api, 'get'>} api */
  constructor(api) {
    this.api = api;
  }

  /** @param {(frame: number) => void} observer called when masks have come @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** What is known now, maybe out of date. @param {number} frame @param {number|null} [before] @returns {Entry|null} */
  get(frame, before = null) {
    return this.#entries.get(keyOf(frame, before)) ?? null;
  }

  /** Fetches what is missing or out of date. @param {number} frame @param {number|null} [before] @returns {Promise<void>} */
  async want(frame, before = null) {
    const key = keyOf(frame, before);
    const entry = this.#entries.get(key);
    if (entry && !entry.stale) return;
    let coming = this.#coming.get(key);
    if (!coming) {
      coming = this.#fetch(frame, before).finally(() => this.#coming.delete(key));
      this.#coming.set(key, coming);
    }
    await coming;
  }

  /** Takes one mask that came with an answer, or was painted ahead of it. @param {number} frame @param {MaskOnFrame} mask */
  put(frame, mask) {
    const key = keyOf(frame, null);
    const entry = this.#entries.get(key);
    const masks = new Map(entry?.masks).set(mask.object_id, mask);
    this.#age += 1;
    const put = new Map(entry?.put).set(mask.object_id, this.#age);
    this.#keep(key, { masks, stale: true, put });
    this.#tell(frame);
  }

  /** Masks have changed somewhere. @param {readonly number[]} [gone] object_ids that are no more */
  outdate(gone = []) {
    this.#age += 1;
    for (const [key, entry] of this.#entries) {
      if (!key.includes('@')) entry.stale = true;
      for (const objectId of gone) entry.masks.delete(objectId);
    }
  }

  /** @param {number} frame @param {number|null} before */
  async #fetch(frame, before) {
    const age = this.#age;
    const query = before === null ? '' : `?before=${before}`;
    /** @type {FrameMasks} */
    let answer;
    try {
      answer = await this.api.get(`frames/${frame}/masks${query}`);
    } catch {
      return; // shown without; the connection's state is told elsewhere
    }
    const masks = new Map(answer.masks.map((mask) => [mask.object_id, mask]));
    const key = keyOf(frame, before);
    const had = this.#entries.get(key);
    const put = new Map([...(had?.put ?? [])].filter(([, since]) => since > age));
    for (const objectId of put.keys()) masks.set(objectId, /** @type {MaskOnFrame} */ (had?.masks.get(objectId)));
    this.#keep(key, { masks, stale: before === null && age !== this.#age, put });
    this.#tell(frame);
  }

  /** @param {string} key @param {Entry} entry */
  #keep(key, entry) {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > MAX_FRAMES && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** @param {number} frame */
  #tell(frame) {
    for (const observer of [...this.#observers]) observer(frame);
  }
}

/** @param {number} frame @param {number|null} before */
const keyOf = (frame, before) => (before === null ? `${frame}` : `${frame}@${before}`);
