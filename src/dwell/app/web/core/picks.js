// Choosing several things of a list, by mouse and by keyboard.

export class Picks {
  /** In the order in which they were chosen. @type {number[]} */ chosen = [];
  /** Where a range begins. @type {number|null} */ #anchor = null;
  /** What the range from there has chosen. @type {number[]} */ #range = [];

  /** @param {number} id */
  has(id) {
    return this.chosen.includes(id);
  }

  /** Chooses one, or leaves it. @param {number} id */
  toggle(id) {
    this.chosen = this.has(id) ? this.chosen.filter((each) => each !== id) : [...this.chosen, id];
    this.#from(id);
  }

  /**
   * Chooses all from the one chosen last to this one, in place of the range before.
   * @param {number} id @param {readonly number[]} order as they are listed
   */
  extend(id, order) {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    if (to < 0) return;
    if (from < 0 || this.#anchor === null) return this.#begin(id);
    const range = from <= to ? order.slice(from, to + 1) : order.slice(to, from + 1).reverse();
    const kept = this.chosen.filter((each) => !this.#range.includes(each) && !range.includes(each));
    this.chosen = [...kept, ...range];
    this.#range = range.slice(1);
  }

  /** @param {readonly number[]} order */
  all(order) {
    this.chosen = [...this.chosen.filter((id) => order.includes(id)), ...order.filter((id) => !this.has(id))];
    this.#range = [];
  }

  clear() {
    this.chosen = [];
    this.#range = [];
    this.#anchor = null;
  }

  /** Leaves those that are no more. @param {(id: number) => boolean} there @returns {boolean} whether there were any */
  keep(there) {
    const before = this.chosen.length;
    this.chosen = this.chosen.filter(there);
    this.#range = this.#range.filter(there);
    if (this.#anchor !== null && !there(this.#anchor)) this.#anchor = null;
    return this.chosen.length !== before;
  }

  /** @param {number} id */
  #begin(id) {
    if (!this.has(id)) this.chosen = [...this.chosen, id];
    this.#from(id);
  }

  /** @param {number} id */
  #from(id) {
    this.#anchor = id;
    this.#range = [];
  }
}
