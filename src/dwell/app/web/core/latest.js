// Work of which only the newest counts: one at a time, and what was wished for meanwhile but for the last is left out.

/** @template W */
export class Latest {
  /** @type {{wish: W}|null} */ #next = null;
  #busy = false;

  /** @param {(wish: W) => Promise<unknown>} run may fail: the next wish is tried all the same */
  constructor(run) {
    this.run = run;
  }

  /** @param {W} wish */
  want(wish) {
    this.#next = { wish };
    if (!this.#busy) void this.#work();
  }

  /** Forgets what has not begun. */
  drop() {
    this.#next = null;
  }

  async #work() {
    this.#busy = true;
    while (this.#next) {
      const { wish } = this.#next;
      this.#next = null;
      try {
        await this.run(wish);
      } catch {
        // whoever runs says so where it matters
      }
    }
    this.#busy = false;
  }
}
