// The gallery by keyboard: arrows go from card to card, Space chooses, Shift with an arrow chooses a range.
import { idsOf } from './gallery_card.js';
import { SWAP_KEY, swapHere } from './tools.js';

/** @typedef {import('./gallery.js').GalleryView} GalleryView */

export class GalleryKeys {
  /** @param {GalleryView} view */
  constructor(view) {
    this.view = view;
    view.grid.addEventListener('keydown', (event) => this.#press(event));
    const { keys, ui } = view.ctx;
    const open = () => ui.get('panel') === 'everything';
    const here = () => open() && view.grid.contains(document.activeElement);
    const bind = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string[]} */ names, /** @type {() => void} */ run) =>
      keys.bind({ id: `gallery.${id}`, label, group: 'Gallery', keys: names, when: here, run });
    this.offs = [
      bind('choose', 'Choose the object, or leave it', ['Space'], () => this.#toggle()),
      bind('choose.range', 'Choose up to the next one', ['Shift+ArrowRight', 'Shift+ArrowDown'], () => {}),
      bind('choose.all', 'Choose all', ['Mod+a'], () => { view.picks.all(idsOf(view)); view.show(); }),
      bind('choose.none', 'Choose none', ['Escape'], () => { view.picks.clear(); view.show(); }),
      bind('rename', 'Rename the object', ['F2'], () => this.#current()?.rename()),
      keys.bind({ id: 'gallery.swap', label: 'Swap the two that are chosen from this frame on', group: 'Gallery', keys: [SWAP_KEY], when: open, run: () => this.#swap() }),
      bind('delete', 'Delete what is chosen', ['Delete', 'Backspace'], () => void this.#remove()),
      bind('go', 'Go to its best frame', ['Enter'], () => { if (view.current !== null) view.go(view.current); }),
    ];
  }

  off() {
    for (const off of this.offs) off();
  }

  #current() {
    return this.view.cards.get(this.view.current ?? -1) ?? null;
  }

  #toggle() {
    const { picks, current } = this.view;
    if (current === null) return;
    picks.toggle(current);
    this.view.show();
  }

  /** Only the two that are chosen: what is selected in the editor is not what one looks at here. */
  #swap() {
    const { ctx, parts, picks } = this.view;
    if (picks.chosen.length === 2) return void swapHere(ctx, parts, picks.chosen);
    ctx.say.info(`To swap identities here, choose two objects; chosen now: ${picks.chosen.length || 'none'}.`);
  }

  async #remove() {
    const { picks, current, parts } = this.view;
    const ids = picks.chosen.length ? [...picks.chosen] : current === null ? [] : [current];
    const order = idsOf(this.view);
    const next = order.slice(order.indexOf(current ?? -1)).find((id) => !ids.includes(id)) ?? order.findLast((id) => !ids.includes(id)) ?? null;
    if (!ids.length || !(await parts.actions.removeAois(ids))) return;
    picks.clear();
    this.view.show();
    if (next !== null) requestAnimationFrame(() => this.view.move(next, true));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.type === 'text') return;
    const onPicture = target instanceof Element && target.classList.contains('card-picture');
    if (event.key === ' ' && onPicture) return this.#take(event, () => (event.shiftKey ? this.#extend(this.view.current) : this.#toggle()));
    const to = this.#towards(event.key);
    if (to === null) return;
    this.#take(event, () => {
      if (event.shiftKey && !this.view.picks.chosen.length && this.view.current !== null) this.view.picks.toggle(this.view.current);
      this.view.move(to, true);
      if (event.shiftKey) this.#extend(to);
    });
  }

  /** @param {KeyboardEvent} event @param {() => void} run */
  #take(event, run) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    run();
  }

  /** @param {number|null} id */
  #extend(id) {
    if (id === null) return;
    this.view.picks.extend(id, idsOf(this.view));
    this.view.show();
  }

  /** The card that a key leads to; null: it is no such key. @param {string} key @returns {number|null} */
  #towards(key) {
    const ids = idsOf(this.view);
    const at = ids.indexOf(this.view.current ?? -1);
    const columns = this.#columns();
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: ids.length - 1 };
    const to = places[key];
    if (to === undefined || !ids.length) return null;
    const end = to < 0 ? (key === 'ArrowUp' ? at : 0) : to >= ids.length ? (key === 'ArrowDown' && at + columns - ids.length >= columns - 1 ? at : ids.length - 1) : to;
    return ids[end] ?? null;
  }

  #columns() {
    const cards = /** @type {HTMLElement[]} */ ([...this.view.grid.children]);
    const top = cards[0]?.offsetTop;
    const next = cards.findIndex((card) => card.offsetTop !== top);
    return next < 0 ? Math.max(1, cards.length) : next;
  }
}
