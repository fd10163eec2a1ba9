// The keys of a look: bound while Look mode is on, shown all the time, each to be given another key.
import { ACTIONS, isSilent, WORDS } from '../core/lookkeys.js';
import { button, el } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/lookkeys.js').Action} Action */

/** Of the editor's keys these go on while somebody looks; the others would do things that nobody sees. */
const GO_ON = /^(look\.|aoi\.[1-9]$|zoom\.|frame\.|undo$|redo$|help$)/;
const TOGGLES = /** @type {const} */ (['start', 'hold', 'dwell']);

/** Binds all keys; they win over the editor's. @param {Ctx} ctx @param {Look} look @param {(action: Action, ms: number) => void} press @returns {() => void} off */
export function bindLookKeys(ctx, look, press) {
  /** @type {(() => void)[]} */
  let offs = [];
  const unbind = () => offs.forEach((off) => off());
  const bind = () => {
    unbind();
    offs = ACTIONS.map((action) => ctx.keys.bind({
      id: `look.${action}`, label: WORDS[action].text, group: 'Look', keys: [look.keys.bound(action)],
      run: (event) => { if (!Reflect.get(event, 'repeat') || action === 'next' || action === 'previous') press(action, timeOf(event)); },
    }));
  };
  bind();
  const before = ctx.keys.only;
  ctx.keys.only = (binding) => GO_ON.test(binding.id);
  const off = look.keys.subscribe(bind);
  return () => {
    off();
    unbind();
    ctx.keys.only = before;
  };
}

/** When a key went down, ms since 1970. @param {object} event */
function timeOf(event) {
  const stamp = event instanceof KeyboardEvent ? event.timeStamp : performance.now();
  return performance.timeOrigin + stamp;
}

/** @param {Look} look @returns {{node: HTMLElement, show: () => void, close: () => void}} */
export function keysTable(look) {
  const { keys } = look;
  const said = el('p', { class: 'look-note', role: 'status' });
  const table = new Table(look, (text, bad) => {
    said.textContent = text;
    said.classList.toggle('bad', bad);
  });
  const reset = button({ label: 'Reset', class: 'quiet small', title: 'All keys as they come with the program', run: () => { table.stop(); keys.reset(); } });
  const head = el('div', { class: 'row' }, el('h2', { class: 'grow', text: 'Keys' }), reset);
  const node = el('section', { class: 'look-section', aria: { label: 'Keys' } }, head, el('ul', { class: 'look-keys' }, ...table.rows.values()), said);
  const off = keys.subscribe(() => table.show());
  table.show();
  return { node, show: () => table.show(), close: () => { table.stop(); off(); } };
}

class Table {
  /** @type {Map<Action, HTMLLIElement>} */ rows = new Map();
  /** Waits for a key. @type {Action|null} */ waiting = null;

  /** @param {Look} look @param {(text: string, bad: boolean) => void} say */
  constructor(look, say) {
    this.look = look;
    this.say = say;
    for (const action of ACTIONS) this.rows.set(action, this.#row(action));
    this.hear = (/** @type {KeyboardEvent} */ event) => this.#hear(event);
    this.leave = (/** @type {Event} */ event) => { if (!(event.target instanceof Element && event.target.closest('.look-key'))) this.stop(); };
  }

  show() {
    const { keys, view, going } = this.look;
    const on = { start: going && view?.running, hold: going && view?.holding, dwell: going ? view?.dwell_keeps : this.look.choices.get('dwell_keeps') };
    for (const [action, row] of this.rows) {
      const key = row.querySelector('button');
      const waits = this.waiting === action;
      const text = waits ? '…' : keys.shown(action);
      if (key && key.textContent !== text) key.textContent = text;
      key?.setAttribute('aria-label', `${keys.shown(action)}: ${WORDS[action].text}. Give it another key`);
      key?.classList.toggle('waits', waits);
      for (const each of TOGGLES) if (each === action) row.classList.toggle('on', Boolean(on[each]));
    }
  }

  stop() {
    if (this.waiting === null) return;
    this.waiting = null;
    globalThis.removeEventListener('keydown', this.hear, true);
    globalThis.removeEventListener('pointerdown', this.leave, true);
    this.say('', false);
    this.show();
  }

  /** @param {Action} action */
  #row(action) {
    const { name, text } = WORDS[action];
    const key = el('button', { type: 'button', class: 'look-key', title: 'Give it another key', on: { click: () => this.#wait(action) } });
    return el('li', { title: text, data: { action } }, key, el('span', { class: 'cut', text: name }));
  }

  /** @param {Action} action */
  #wait(action) {
    const again = this.waiting === action;
    this.stop();
    if (again) return;
    this.waiting = action;
    globalThis.addEventListener('keydown', this.hear, true);
    globalThis.addEventListener('pointerdown', this.leave, true);
    this.say(`Press the key for ${WORDS[action].name}. Esc leaves it as it is.`, false);
    this.show();
  }

  /** @param {KeyboardEvent} event */
  #hear(event) {
    const action = this.waiting;
    if (action === null || isSilent(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === 'Escape') return this.stop();
    const held = event.ctrlKey || event.metaKey || event.altKey;
    const why = held ? 'Choose a key without Ctrl, Alt or ⌘.' : this.look.keys.give(action, event.key);
    if (why) return this.say(why, true);
    this.stop();
    this.say(`${WORDS[action].name} is on ${this.look.keys.shown(action)} now.`, false);
  }
}
