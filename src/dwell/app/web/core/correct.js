// After a correction: the gap around it is tracked again, and compared with how it was.

/** @typedef {import('./messages.js').Segmented} Segmented */
/** @typedef {Pick<import('./context.js').Ctx, 'api'|'client'|'store'|'ui'|'say'>} Needs */
/**
 * @typedef {object} Correction
 * @property {number} stepId undo step of the first correction in this gap
 * @property {number} objectId
 * @property {number} frameIdx
 * @property {{start: number, stop: number}} span frames that are out of date
 * @property {'offered'|'tracking'|'done'} phase
 */

const STATE = 3;
const ANCHOR = 8;
const APPROVED = 4;
const STALE = 16;

/**
 * Frames around a frame that a correction there has made out of date: up to the anchors on both sides.
 * @param {Uint8Array} lane 2 bytes per frame @param {number} frameIdx
 * @returns {{start: number, stop: number}|null} null: there is nothing to track again
 */
export function gapAround(lane, frameIdx) {
  const n = lane.length / 2;
  let [start, stop] = [frameIdx, frameIdx + 1];
  const ends = (/** @type {number} */ at) => ((lane[2 * at] ?? 0) & (ANCHOR | APPROVED)) !== 0;
  const stale = (/** @type {number} */ at) => ((lane[2 * at] ?? 0) & STALE) !== 0 && ((lane[2 * at] ?? 0) & STATE) !== 0;
  for (let at = frameIdx - 1; at >= 0 && !ends(at); at--) if (stale(at)) start = at;
  for (let at = frameIdx + 1; at < n && !ends(at); at++) if (stale(at)) stop = at + 1;
  return stop - start > 1 ? { start, stop } : null;
}

export class Corrector {
  /** @type {Correction|null} */ now = null;
  /** @type {Set<() => void>} */ #observers = new Set();

  /** A correction came while its AOI was tracked: track again what that leaves out of date. */ #again = false;
  /** Tracking is asked for, and not answered yet. */ #asking = false;
  /** Number of the job that was answered; the store hears of it by another way. */ #asked = 0;

  /** @param {Needs} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.off = ctx.store.subscribe((change, whole) => this.#follow(change, whole));
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Looks whether a prompt was a correction. @param {Segmented} answer @param {number} frameIdx */
  async after(answer, frameIdx) {
    const objectId = answer.mask.object_id;
    const span = await this.#gap(objectId, frameIdx);
    if (!span || !answer.step) return;
    const same = this.now?.objectId === objectId && this.now.frameIdx === frameIdx;
    const stepId = same && this.now ? this.now.stepId : answer.step.id;
    this.#set({ stepId, objectId, frameIdx, span, phase: 'offered' });
    if (this.ctx.ui.get('autoTrack')) await this.track();
  }

  /** Tracks the gap again; tracking that runs already takes a correction up by itself. */
  async track() {
    const { say, store } = this.ctx;
    const now = this.now;
    if (!now) return;
    const running = store.job?.state === 'running' ? store.job : null;
    if (running && !running.object_ids.includes(now.objectId))
      return say.info('Something else is tracked at the moment. Re-track this gap when that has ended.');
    this.#set({ ...now, phase: 'tracking' });
    if (running || this.#waits()) this.#again = true;
    else await this.#ask(now);
  }

  /** @param {Correction} asked */
  async #ask({ stepId, objectId, span: { start, stop } }) {
    const { api, client, say } = this.ctx;
    const body = { client, object_ids: [objectId], start, stop, direction: 'both', join: true };
    this.#asking = true;
    try {
      const job = await api.post('track', body).finally(() => { this.#asking = false; });
      this.#asked = job?.id ?? 0;
      if (job) this.#settle();
      else if (this.now) await this.#ended(this.now); // nothing was missing
    } catch (error) {
      this.#again = false;
      if (this.now?.stepId === stepId) this.#set({ ...this.now, phase: 'offered' });
      say.error(error);
    }
  }

  /** Approves the whole gap. */
  async approve() {
    const { api, client, say } = this.ctx;
    const now = this.now;
    if (!now) return;
    try {
      const { start, stop } = now.span;
      const done = await api.post('approve', { client, object_ids: [now.objectId], start, stop, approved: true });
      this.dismiss();
      say.success(`Approved ${done.n} frame${done.n === 1 ? '' : 's'}.`);
    } catch (error) {
      say.error(error);
    }
  }

  /** Takes back the correction and what was tracked after it. */
  async undo() {
    const { api, client, say, store } = this.ctx;
    const now = this.now;
    if (!now) return;
    try {
      await api.post('undo', { client, expect: now.stepId, through: true, newest: store.steps.undo?.id ?? null });
      this.dismiss();
      say.info('The correction is undone.');
    } catch (error) {
      say.error(error);
    }
  }

  /** Shows masks as they were before the correction, or as they are. */
  toggleBefore() {
    const { ui } = this.ctx;
    if (this.now) ui.set('before', ui.get('before') === null ? this.now.stepId : null);
  }

  /** @returns {boolean} whether the bar was shown */
  dismiss() {
    const shown = this.now !== null;
    this.ctx.ui.set('before', null);
    this.#set(null);
    return shown;
  }

  /** @param {import('./messages.js').ChangeSet} change @param {boolean} whole */
  #follow(change, whole) {
    const now = this.now;
    if (whole) this.#asked = 0; // a job that is missing there has ended
    if (!now) return;
    if (!this.ctx.store.aois.has(now.objectId)) return void this.dismiss();
    const undone = change.steps && (this.ctx.store.steps.undo?.id ?? -1) < now.stepId;
    if (undone) return void this.dismiss();
    if (change.job || whole) this.#settle();
  }

  /** Whether a job was asked for that the store has not heard of. */
  #waits() {
    return this.#asking || (this.ctx.store.job?.id ?? 0) < this.#asked;
  }

  /** Sees whether tracking has ended. */
  #settle() {
    const { now } = this;
    if (now?.phase !== 'tracking' || this.#waits()) return;
    const { job } = this.ctx.store;
    if (job?.state === 'running' && job.object_ids.includes(now.objectId)) return;
    if (job?.state === 'failed' || job?.state === 'cancelled') this.#set({ ...now, phase: 'offered' });
    else void this.#ended(now);
  }

  /** Tracking has ended; a correction that came meanwhile may have left frames out of date. @param {Correction} now */
  async #ended(now) {
    const left = await this.#gap(now.objectId, now.frameIdx);
    if (this.now !== now) return;
    const again = this.#again;
    this.#again = false;
    this.#set({ ...now, span: left ?? now.span, phase: left ? 'offered' : 'done' });
    if (left && again && this.ctx.ui.get('autoTrack')) await this.track();
  }

  /** @param {number} objectId @param {number} frameIdx */
  async #gap(objectId, frameIdx) {
    try {
      return gapAround(new Uint8Array(await this.ctx.api.bytes(`lanes/${objectId}`)), frameIdx);
    } catch {
      return null; // an extra: the prompt itself is saved
    }
  }

  /** @param {Correction|null} now */
  #set(now) {
    this.now = now;
    for (const observer of [...this.#observers]) observer();
  }
}
