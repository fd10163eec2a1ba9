// Look mode: the look that goes on, as this page knows it, and what the page tells the server of its viewer.
import { LookStream } from './lookstream.js';
import { Newest, nsOf, Pointer, REAL_TIMERS } from './looksending.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').LookInfo} LookInfo */
/** @typedef {import('./messages.js').LookKept} LookKept */
/** @typedef {import('./messages.js').LookMask} LookMask */
/** @typedef {import('./messages.js').LookScreen} LookScreen */
/** @typedef {import('./messages.js').LookView} LookView */
/** @typedef {import('./messages.js').LookWish} LookWish */
/** @typedef {import('./lookkeys.js').Action} Action */
/** @typedef {import('./live.js').Connection} Connection */
/** @typedef {Pick<Ctx, 'api'|'client'|'say'|'pid'>} Needs */
/**
 * @typedef {object} Handlers what the page does for a look
 * @property {() => LookScreen|null} measure where window, canvas and picture are now; null: not known yet
 * @property {(action: LookWish['action']) => void} wish turn the picture, pick no AOI, begin a check
 */
/**
 * @typedef {object} Machine
 * @property {import('./live.js').Timers} [timers]
 * @property {() => number} [now] ms since 1970, by the clock of the page's events
 * @property {import('./ui.js').Box|null} [session] survives a reload of this tab
 */

export const POINTER_MS = 30;
export const REPORT_MS = 50;
const OPTIONS_MS = 200;
const GRACE_MS = 2000;
const STORED = 'dwell.look.going';
const WITHOUT_LOOK = new Set(['start', 'check']);

export class Look {
  /** Look mode is on. */ on = false;
  /** @type {''|'starting'|'ending'} */ busy = '';
  /** Why a look could not begin; empty: nothing went wrong. */ problem = '';
  /** Of the look that this tab has begun. @type {{name: string, source: string, markers: boolean}|null} */ info = null;
  /** The newest that the server has shown. @type {LookView|null} */ view = null;
  /** What is proposed. @type {LookMask|null} */ mask = null;
  /** Kept in this look, oldest first, as far as this page has seen it. @type {LookKept[]} */ kept = [];
  /** @type {Connection} */ connection = 'offline';
  #maskRev = -1;
  /** The last wish that was done. */ #wished = { name: '', number: 0 };
  /** When this page began its look. */ #begun = -Infinity;
  /** What was told last of the screen. */ #reported = '';
  /** Presses go one after the other. @type {Promise<unknown>} */ #presses = Promise.resolve();
  /** What failed last and was said; it is not said again until it went well. @type {Set<string>} */ #failing = new Set();
  /** @type {Set<() => void>} */ #observers = new Set();

  /**
   * @param {Needs} ctx @param {import('./looksettings.js').LookChoices} choices @param {import('./lookkeys.js').LookKeys} keys
   * @param {Handlers} handlers @param {Machine} [machine]
   */
  constructor(ctx, choices, keys, handlers, { timers = REAL_TIMERS, now = pageNow, session = null } = {}) {
    this.ctx = ctx;
    this.choices = choices;
    this.keys = keys;
    this.handlers = handlers;
    this.now = now;
    this.session = session;
    this.stream = new LookStream(ctx.api, {
      onView: (view) => this.take(view),
      onState: (state) => { this.connection = state; this.#tell(); },
      have: () => `name=${encodeURIComponent(this.view?.name ?? '')}&mask_rev=${this.#maskRev}`,
    }, timers);
    this.pointer = new Pointer((samples) => this.#send('look/pointer', { sent_ns: nsOf(this.now()), samples }), POINTER_MS, timers);
    this.reports = new Newest((/** @type {LookScreen} */ screen) => this.#send('look/view', screen), REPORT_MS, timers);
    this.options = new Newest(() => this.#send('look/options', this.#settings()), OPTIONS_MS, timers);
    this.offs = [choices.subscribe((name) => name !== 'showGaze' && this.#changed()), keys.subscribe(() => this.#changed())];
  }

  /** @param {() => void} observer called with every state that is shown @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  close() {
    this.on = false;
    this.stream.stop();
    this.pointer.drop();
    this.reports.drop();
    for (const off of this.offs) off();
    this.#observers.clear();
  }

  // ------------------------------------------------------------------ what goes on

  /** Whether a look goes on. */
  get going() {
    if (this.info && this.view?.name !== this.info.name) return true; // begun, and not shown yet
    return Boolean(this.view?.name) && this.view?.over === false;
  }

  /** Whether it is the look of this tab. */
  get mine() {
    return this.going && this.info !== null;
  }

  /** Whether the mouse is to be followed. */
  get byMouse() {
    return this.mine && this.info?.source === 'mouse';
  }

  /** What is to be drawn on a frame; null: it is about another one, or nothing goes on. @param {number} frameIdx */
  shownOn(frameIdx) {
    return this.on && this.going && this.view?.frame_idx === frameIdx && this.view.name ? this.view : null;
  }

  /** Look mode begins; a look that this tab had begun before it was reloaded goes on. */
  enter() {
    if (this.on) return;
    this.on = true;
    this.info = this.#remembered();
    this.stream.start();
    this.#tell();
  }

  /** Look mode ends, and the look of this tab with it. */
  async leave() {
    if (!this.on) return;
    this.on = false;
    const ending = this.mine ? this.end() : null;
    this.stream.stop();
    this.view = this.mask = null;
    this.#tell();
    await ending;
  }

  /** Begins a look. @param {{frame_idx: number, object_id: number|null}} place @returns {Promise<boolean>} whether it has begun */
  async begin(place) {
    const { api, client } = this.ctx;
    this.problem = this.choices.missing;
    if (this.problem || this.busy) {
      this.#tell();
      return false;
    }
    this.busy = 'starting';
    this.#tell();
    try {
      const request = { client, source: this.choices.spec, settings: this.#settings(), ...place };
      const { name, source, markers } = /** @type {LookInfo} */ (await api.post('look/start', request));
      this.#begun = this.now();
      this.#remember({ name, source, markers });
      this.#wished = { name, number: 0 };
    } catch (error) {
      this.problem = textOf(error);
    }
    this.busy = '';
    if (!this.on) await this.#stop(); // Look mode was left meanwhile
    this.report();
    this.#tell();
    return this.on && this.problem === '';
  }

  /** Ends the look. */
  async end() {
    if (this.busy || !this.going) return;
    this.busy = 'ending';
    this.#tell();
    await this.#settled();
    await this.#stop();
    this.busy = '';
    this.#tell();
  }

  async #stop() {
    try {
      await this.ctx.api.post('look/stop');
      if (this.view) this.view = { ...this.view, over: true };
      this.mask = null;
      this.#remember(null);
    } catch (error) {
      this.ctx.say.error(error);
    }
  }

  // ------------------------------------------------------------------ what the viewer says

  /**
   * A key. One that needs a look begins one, or says how to.
   * @param {Action} action @param {{frame_idx: number, object_id: number|null}} place @param {number} [ms] when it went down
   */
  press(action, place, ms = this.now()) {
    this.#presses = this.#presses.then(() => this.#press(action, place, ms));
    return this.#presses;
  }

  /** Tells where window, canvas and picture are now. */
  report() {
    if (!this.on || !this.mine || this.busy) return;
    const screen = this.handlers.measure();
    const said = JSON.stringify({ ...screen, t_ns: this.info?.name });
    if (!screen || said === this.#reported) return;
    this.#reported = said;
    this.reports.put(screen);
  }

  /** The mouse, which plays the eye. @param {number} ms when @param {number|null} x CSS px of the page; null: it has left @param {number|null} y */
  look(ms, x, y) {
    if (this.byMouse && !this.busy) this.pointer.move(ms, x, y);
  }

  /** @param {Action} action @param {{frame_idx: number, object_id: number|null}} place @param {number} ms */
  async #press(action, place, ms) {
    if (!this.on) return;
    if (!this.mine) {
      if (action === 'next' || action === 'previous' || action === 'new') return this.handlers.wish(action);
      if (action === 'dwell') return this.choices.set('dwell_keeps', !this.choices.get('dwell_keeps'));
      if (!WITHOUT_LOOK.has(action)) return this.ctx.say.info(`Nothing is followed yet: press ${this.keys.shown('start')} to begin.`);
      if (!(await this.begin(place))) return this.problem && this.ctx.say.error(new Error(this.problem));
    }
    const before = this.view?.dwell_keeps ?? this.choices.get('dwell_keeps');
    await this.#send('look/press', { action, t_ns: nsOf(ms), sent_ns: nsOf(this.now()) });
    if (action === 'dwell') this.#quietly(() => this.choices.set('dwell_keeps', !before));
  }

  // ------------------------------------------------------------------ what the server shows

  /** One state of the look; an older one than is known is left out. @param {LookView} view */
  take(view) {
    const before = this.view;
    const same = before?.name === view.name;
    if (same && before && view.rev < before.rev) return;
    if (this.info && view.name !== this.info.name) {
      if (this.now() - this.#begun < GRACE_MS) return; // sent before this one began
      this.#remember(null); // another tab has begun one, or the server was started anew
    }
    if (!same) this.#reset();
    if (this.#wished.name !== view.name) this.#wished = { name: view.name, number: newest(view.wishes) }; // done before a reload, or not for this tab
    if (before && same && this.mine && before.error_deg !== view.error_deg) this.#quietly(() => this.choices.set('error_deg', view.error_deg)); // a check has measured it
    this.view = view;
    this.#takeMask(view);
    this.#takeKept(view);
    if (view.over && this.info?.name === view.name) {
      if (!this.busy) this.problem = view.message; // nobody has asked for its end
      this.#remember(null);
    }
    this.#doWishes(view.wishes);
    this.#tell();
  }

  /** @param {LookView} view */
  #takeMask({ has_mask, mask, mask_rev }) {
    if (mask) this.mask = mask;
    else if (!has_mask) this.mask = null;
    else if (mask_rev !== this.#maskRev) void this.#fetchState(); // it came before this page listened
    if (mask || !has_mask) this.#maskRev = mask_rev;
  }

  async #fetchState() {
    try {
      const view = /** @type {LookView} */ (await this.ctx.api.get('look/state'));
      if (this.on && view.mask && view.name === this.view?.name && view.mask_rev >= this.#maskRev) {
        [this.mask, this.#maskRev] = [view.mask, view.mask_rev];
        this.#tell();
      }
    } catch {
      // the stream says that there is no connection
    }
  }

  /** @param {LookView} view */
  #takeKept({ kept, kept_last }) {
    if (kept < this.kept.length) this.kept = this.kept.slice(0, kept);
    if (kept_last && !this.kept.some((each) => each.number === kept_last.number)) this.kept = [...this.kept, kept_last].slice(-kept);
  }

  /** @param {LookWish[]} wishes */
  #doWishes(wishes) {
    for (const { number, action } of wishes) {
      if (number <= this.#wished.number) continue;
      this.#wished.number = number;
      if (this.mine) this.handlers.wish(action);
    }
  }

  // ------------------------------------------------------------------ helpers

  /** What is under way has arrived, and no more is sent. */
  async #settled() {
    const { pointer, reports, options } = this;
    for (const each of [pointer, reports, options]) each.drop();
    await Promise.all([this.#presses, pointer.batches.arrived, reports.arrived, options.arrived]);
  }

  #settings() {
    return this.choices.settings(this.keys.own);
  }

  #quiet = false;

  /** @param {() => void} change of a choice that the server knows already */
  #quietly(change) {
    this.#quiet = true;
    change();
    this.#quiet = false;
  }

  #changed() {
    if (this.mine && !this.#quiet && !this.busy) this.options.put(null);
    this.#tell();
  }

  #reset() {
    this.mask = null;
    this.#maskRev = -1;
    this.kept = [];
  }

  /** Sends what may fail now and then: that is said once. @param {string} path @param {unknown} body */
  async #send(path, body) {
    if (!this.mine) return;
    try {
      await this.ctx.api.post(path, body);
      this.#failing.delete(path);
    } catch (error) {
      if (this.#failing.has(path) || !this.going) return;
      this.#failing.add(path);
      this.ctx.say.error(error);
    }
  }

  /** @param {Look['info']} info */
  #remember(info) {
    this.info = info;
    try {
      this.session?.setItem(STORED, JSON.stringify(info && { pid: this.ctx.pid, ...info }));
    } catch {
      // forbidden: a reload ends the look
    }
  }

  /** @returns {Look['info']} */
  #remembered() {
    try {
      const kept = JSON.parse(this.session?.getItem(STORED) ?? 'null');
      if (kept?.pid !== this.ctx.pid) return null;
      return { name: String(kept.name), source: String(kept.source), markers: Boolean(kept.markers) };
    } catch {
      return null;
    }
  }

  /** Whether this tab had begun a look before it was reloaded. */
  get wasGoing() {
    return this.#remembered() !== null;
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}

const pageNow = () => performance.timeOrigin + performance.now();

/** @param {LookWish[]} wishes */
const newest = (wishes) => Math.max(0, ...wishes.map((each) => each.number));

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));
