// Fetches lanes, and again those that have changed; at most one at a time and each not too often.

import { Lane } from './lanes.js';

/**
 * @typedef {{lanes: Map<number, import('./messages.js').Lane>, subscribe(fn: () => void): () => void}} LaneStore
 * @typedef {{bytes(path: string): Promise<ArrayBuffer | Uint8Array>}} Bytes
 */

const RETRY_MS = 2000;

/** The lanes of a project, as far as they have come in. */
export class LaneFeed {
  /**
   * @param {Bytes} api
   * @param {LaneStore} store
   * @param {{everyMs?: number, later?: (run: () => void, ms: number) => unknown, now?: () => number}} [options]
   *   everyMs: a lane is not fetched more often than that
   */
  constructor(api, store, { everyMs = 500, later = (run, ms) => setTimeout(run, ms), now = () => Date.now() } = {}) {
    this.api = api;
    this.store = store;
    this.everyMs = everyMs;
    this.later = later;
    this.now = now;
    /** @type {Map<number, {lane: Lane | null, version: number, notBefore: number}>} */
    this.known = new Map();
    /** @type {Set<(objectId: number) => void>} */
    this.listeners = new Set();
    this.busy = false;
    this.timed = false;
    this.closed = false;
    this.off = store.subscribe(() => void this.fetch());
    void this.fetch();
  }

  /**
   * @param {number} objectId
   * @returns {Lane | null} null until it has been fetched
   */
  get(objectId) {
    return this.known.get(objectId)?.lane ?? null;
  }

  /**
   * @param {(objectId: number) => void} fn called when a lane has come in
   * @returns {() => void} stops it
   */
  subscribe(fn) {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  }

  close() {
    this.closed = true;
    this.off();
    this.listeners.clear();
  }

  /** Fetches what is out of date, one after the other. */
  async fetch() {
    if (this.busy || this.closed) return;
    this.busy = true;
    for (let id = this.next(); id !== null && !this.closed; id = this.next()) await this.fetchOne(id);
    this.busy = false;
    this.comeBack();
  }

  /** The AOI that has waited longest of those that may be fetched now. */
  next() {
    for (const id of this.known.keys()) if (!this.store.lanes.has(id)) this.known.delete(id);
    const due = this.outOfDate().filter(([, notBefore]) => notBefore <= this.now());
    due.sort((a, b) => a[1] - b[1]);
    return due.length ? due[0][0] : null;
  }

  /** @returns {Array<[number, number]>} object_id and the time from which it may be fetched */
  outOfDate() {
    /** @type {Array<[number, number]>} */
    const found = [];
    for (const [id, { version }] of this.store.lanes) {
      const known = this.known.get(id);
      if (known?.version !== version) found.push([id, known?.notBefore ?? 0]);
    }
    return found;
  }

  /** @param {number} id */
  async fetchOne(id) {
    const version = this.store.lanes.get(id)?.version ?? -1;
    const before = this.known.get(id);
    try {
      const lane = new Lane(await this.api.bytes(`lanes/${id}`));
      this.known.set(id, { lane, version, notBefore: this.now() + this.everyMs });
      for (const listener of this.listeners) listener(id);
    } catch {
      this.known.set(id, { lane: before?.lane ?? null, version: NaN, notBefore: this.now() + RETRY_MS });
    }
  }

  /** Looks again when the next lane may be fetched. */
  comeBack() {
    const due = this.outOfDate();
    if (this.timed || this.closed || due.length === 0) return;
    this.timed = true;
    const wait = Math.max(0, Math.min(...due.map(([, notBefore]) => notBefore)) - this.now());
    this.later(() => {
      this.timed = false;
      void this.fetch();
    }, wait);
  }
}
