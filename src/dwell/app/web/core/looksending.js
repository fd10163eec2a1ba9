// What the page sends while somebody looks: often, small, newest first, and never two of a kind at once.

/** @typedef {import('./messages.js').LookSample} LookSample */
/** @typedef {import('./live.js').Timers} Timers */

/** @type {Timers} */
export const REAL_TIMERS = { later: (run, ms) => setTimeout(run, ms), cancel: (handle) => clearTimeout(handle) };
const MOST_SAMPLES = 1000;

/** ms of the page's clock since 1970 as ns, exact to a µs. @param {number} ms @returns {string} */
export const nsOf = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);

/** Sends the newest of what it is given: at once, then not more often than that. @template T */
export class Newest {
  /** @type {{value: T}|null} */ #waiting = null;
  #busy = false;
  /** What was sent last: ends when it has arrived. @type {Promise<unknown>} */ arrived = Promise.resolve();

  /** @param {(value: T) => Promise<unknown>} send never rejects @param {number} everyMs @param {Timers} [timers] */
  constructor(send, everyMs, timers = REAL_TIMERS) {
    this.send = send;
    this.everyMs = everyMs;
    this.timers = timers;
  }

  /** @param {T} value */
  put(value) {
    this.#waiting = { value };
    if (!this.#busy) void this.#go();
  }

  /** Forgets what was not sent yet. */
  drop() {
    this.#waiting = null;
  }

  async #go() {
    this.#busy = true;
    for (let next = this.#take(); next; next = this.#take()) {
      this.arrived = this.send(next.value);
      await Promise.all([this.arrived, new Promise((done) => void this.timers.later(() => done(null), this.everyMs))]);
    }
    this.#busy = false;
  }

  #take() {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }
}

/** Collects where the mouse was, and sends it in batches. */
export class Pointer {
  /** @type {LookSample[]} */ #samples = [];

  /** @param {(samples: LookSample[]) => Promise<unknown>} send never rejects @param {number} everyMs @param {Timers} [timers] */
  constructor(send, everyMs, timers = REAL_TIMERS) {
    this.batches = new Newest(() => send(this.#samples.splice(0)), everyMs, timers);
  }

  /** @param {number} ms of the page's clock since 1970 @param {number|null} x CSS px of the page; null: it has left @param {number|null} y */
  move(ms, x, y) {
    this.#samples.push({ t_ns: nsOf(ms), x, y });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
    this.batches.put(null);
  }

  drop() {
    this.#samples = [];
    this.batches.drop();
  }
}
