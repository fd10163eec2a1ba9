// How long people wait: from a click to the mask on screen, from a seek to the frame on screen. Read by benchmarks.

const MOST = 2000;

export class Timings {
  /** ms from the click to the painted mask. @type {number[]} */ click = [];
  /** ms from the seek to the painted frame. @type {number[]} */ seek = [];
  /** @type {Map<string, number>} */ #open = new Map();

  /** @param {'click'|'seek'} what @param {string|number} key @param {number} [since] when it began, as performance.now() */
  begin(what, key, since = performance.now()) {
    if (what === 'seek') for (const open of this.#open.keys()) if (open.startsWith('seek')) this.#open.delete(open);
    this.#open.set(`${what}/${key}`, since);
  }

  /** @param {'click'|'seek'} what @param {string|number} key */
  end(what, key) {
    const since = this.#open.get(`${what}/${key}`);
    if (since === undefined) return;
    this.#open.delete(`${what}/${key}`);
    const list = this[what];
    list.push(performance.now() - since);
    if (list.length > MOST) list.shift();
    performance.measure?.(`dwell:${what}`, { start: since, end: performance.now() });
  }
}
