// The check of gaze: targets one after the other, and what came of it, in words.
import { REAL_TIMERS } from './looksending.js';

/** @typedef {import('./messages.js').CheckPlan} CheckPlan */
/** @typedef {import('./messages.js').CheckResult} CheckResult */
/** @typedef {'off'|'ready'|'target'|'reckoning'|'result'|'failed'} Phase */

export class LookCheck {
  /** @type {Phase} */ phase = 'off';
  /** @type {CheckPlan|null} */ plan = null;
  /** Of the target that is shown. */ index = 0;
  /** @type {CheckResult|null} */ result = null;
  /** Why it failed. */ problem = '';
  #run = 0;

  /**
   * @param {Pick<import('./api.js').Api, 'post'>} api @param {() => void} changed called with every step
   * @param {import('./live.js').Timers} [timers]
   */
  constructor(api, changed, timers = REAL_TIMERS) {
    this.api = api;
    this.changed = changed;
    this.timers = timers;
  }

  /** Explains what comes; the viewer then begins. */
  open() {
    this.#run += 1;
    this.result = null;
    this.#go('ready');
  }

  /** Shows target after target, and asks what came of it. */
  async begin() {
    const run = ++this.#run;
    const here = () => run === this.#run;
    try {
      const plan = /** @type {CheckPlan} */ (await this.api.post('look/check/start'));
      if (!here()) return;
      this.plan = plan;
      for (this.index = 0; this.index < plan.targets.length; this.index++) {
        this.#go('target');
        await this.api.post('look/check/target', { index: this.index });
        await new Promise((done) => void this.timers.later(() => done(null), plan.settle_ms + plan.collect_ms));
        if (!here()) return;
      }
      this.#go('reckoning');
      const result = /** @type {CheckResult} */ (await this.api.post('look/check/finish'));
      if (!here()) return;
      this.result = result;
      this.#go('result');
    } catch (error) {
      if (here()) this.#fail(error);
    }
  }

  /** Goes on with what was found. @param {boolean} correct gaze is moved to where it belongs; else its error is only reckoned with */
  async accept(correct) {
    try {
      await this.api.post('look/check/accept', { correct });
      this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends it wherever it is. */
  close() {
    if (this.phase !== 'off' && this.phase !== 'ready') this.#cancel();
    this.#end();
  }

  /** The window has changed: targets are no longer where they were planned. */
  moved() {
    if (this.phase !== 'target') return;
    this.#run += 1;
    this.#cancel();
    this.#fail(new Error('The window was moved or changed during the check. Leave it as it is, and check again.'));
  }

  #end() {
    this.#run += 1;
    this.#go('off');
  }

  /** The server need not wait for the rest of it. */
  #cancel() {
    void this.api.post('look/check/cancel').catch(() => {}); // nothing depends on it: the next check begins anew
  }

  /** @param {unknown} error */
  #fail(error) {
    this.problem = error instanceof Error ? error.message : String(error);
    this.#go('failed');
  }

  /** @param {Phase} phase */
  #go(phase) {
    this.phase = phase;
    this.changed();
  }
}

/** @param {number} deg @returns {string} such as `0.8°` */
export const degrees = (deg) => `${deg.toFixed(deg < 0.1 ? 2 : deg < 10 ? 1 : 0)}°`;

/** What the button says that goes on without a correction. @param {Pick<CheckResult, 'in_use'|'plain_deg'>} result @returns {string} */
export function plainText({ in_use, plain_deg }) {
  if (plain_deg === null) return '';
  return in_use ? `Drop the correction: ${degrees(plain_deg)}` : `Reckon with ${degrees(plain_deg)}`;
}

/** How far off gaze was at a target, and where to. @param {CheckResult['targets'][number]} target @returns {string} */
export function missText({ accuracy_deg, right_deg, down_deg }) {
  if (accuracy_deg === null) return 'too little gaze';
  const where = [
    side(right_deg, (deg, more) => `${deg} too far ${more ? 'right' : 'left'}`),
    side(down_deg, (deg, more) => `${deg} too ${more ? 'low' : 'high'}`),
  ].filter(Boolean);
  return `${degrees(accuracy_deg)} off${where.length ? `: ${where.join(', ')}` : ''}`;
}

/** @param {number|null} deg @param {(deg: string, more: boolean) => string} words @returns {string} empty: too little to say */
const side = (deg, words) => (deg === null || Math.abs(deg) < 0.2 ? '' : words(degrees(Math.abs(deg)), deg > 0));
