// Look mode: the picture as large as it can be, a slim panel beside it, and both hands on the keyboard.
import { Look } from '../core/look.js';
import { LookChoices, takeWish } from '../core/looksettings.js';
import { LookKeys } from '../core/lookkeys.js';
import { storageOf } from '../core/ui.js';
import { button, el } from './dom.js';
import { icon } from './icons.js';
import { makeCheck } from './look_check.js';
import { bindLookKeys } from './look_keys.js';
import { Markers } from './look_markers.js';
import { mountMessages } from './look_messages.js';
import { mountOverlay } from './look_overlay.js';
import { mountPanel } from './look_panel.js';
import { Surveyor, watchMouse, watchScreen } from './look_report.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/messages.js').LookWish} LookWish */
/** @typedef {{editor: HTMLElement, panel: HTMLElement, bars: HTMLElement, toolbar: HTMLElement}} Places */

/** @param {Places} places @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountLook(places, ctx, parts) {
  const mode = new LookMode(places, ctx, parts);
  const open = button({ label: 'Look', icon: icon('eye'), title: `Look (${ctx.keys.show('Shift+l')}): segment what you look at`, run: () => mode.enter() });
  open.append(el('kbd', { text: ctx.keys.show('Shift+l'), aria: { hidden: true } }));
  places.toolbar.append(open);
  mode.opener = open;
  const off = ctx.keys.bind({ id: 'look', label: 'Look: segment what you look at', group: 'Look', keys: ['Shift+l'], run: () => mode.enter() });
  const wish = takeWish();
  if (wish !== null) mode.look.problem = mode.look.choices.choose(wish);
  if (wish !== null || mode.look.wasGoing) mode.enter(); // by the command line, or this tab was reloaded
  return () => {
    off();
    mode.close();
  };
}

class LookMode {
  /** @type {HTMLElement|null} */ opener = null;
  /** What ends with Look mode. @type {(() => void)[]} */ #offs = [];
  /** @type {import('./look_check.js').Check|null} */ #check = null;
  /** @type {Surveyor|null} */ #surveyor = null;

  /** @param {Places} places @param {Ctx} ctx @param {Parts} parts */
  constructor(places, ctx, parts) {
    this.places = places;
    this.ctx = ctx;
    this.parts = parts;
    const [local, session] = [storageOf('localStorage'), storageOf('sessionStorage')];
    const keys = new LookKeys(local, (name) => ctx.keys.show(name));
    const handlers = { measure: () => this.#surveyor?.measure() ?? null, wish: (/** @type {LookWish['action']} */ action) => this.#wish(action) };
    this.look = new Look(ctx, new LookChoices(local), keys, handlers, { session });
    parts.look = this.look;
  }

  enter() {
    const { ctx, parts, look, places } = this;
    const { stage } = parts;
    if (look.on || !stage) return;
    const tool = ctx.ui.get('tool');
    ctx.player.pause();
    parts.annotator.dismiss();
    parts.annotator.cancelName();
    ctx.ui.set('before', null);
    ctx.ui.set('aim', false);
    ctx.ui.set('tool', 'pan'); // a click is no prompt here
    places.editor.classList.add('looking');
    places.panel.hidden = false;
    const markers = new Markers(places.editor, ctx, look);
    const surveyor = new Surveyor(stage, () => markers.shown);
    surveyor.learns = () => !this.#check?.busy();
    this.#surveyor = surveyor;
    this.#check = makeCheck(ctx.api, look, () => this.#focus());
    this.#offs = [
      mountPanel(places.panel, ctx, look, { press: (action) => this.#press(action), leave: () => this.leave(), focus: () => this.#focus() }),
      mountOverlay(stage, look),
      mountMessages(places.bars, look, () => this.#press('check')),
      bindLookKeys(ctx, look, (action, ms) => this.#press(action, ms)),
      ctx.keys.bind({ id: 'look.leave', label: 'Leave Look mode', group: 'Look', keys: ['Escape'], run: () => this.leave() }),
      watchScreen(stage, look),
      watchMouse(look, surveyor),
      markers.off,
      this.#check.close,
      () => ctx.ui.set('tool', tool),
    ];
    look.enter();
    this.#focus();
  }

  leave() {
    if (!this.look.on) return;
    void this.look.leave();
    this.#unmount();
    this.opener?.focus();
  }

  close() {
    this.#unmount();
    this.look.close();
    this.parts.look = null;
  }

  #unmount() {
    for (const off of this.#offs.splice(0)) off();
    this.#check = this.#surveyor = null;
    this.places.editor.classList.remove('looking');
    this.places.panel.hidden = true;
  }

  #focus() {
    this.parts.stage?.over.focus({ preventScroll: true });
  }

  /** @param {import('../core/lookkeys.js').Action} action @param {number} [ms] */
  #press(action, ms) {
    if (this.#check?.busy()) return;
    const { ctx, parts, look } = this;
    if (action === 'start' && !look.mine && look.choices.get('source') !== 'mouse') void this.#surveyor?.askMonitors(); // it may ask right after a key only
    void look.press(action, { frame_idx: parts.stage?.frameIdx ?? ctx.player.frameIdx, object_id: ctx.ui.get('selected') }, ms);
  }

  /** @param {LookWish['action']} action */
  #wish(action) {
    const { player, ui } = this.ctx;
    if (action === 'next') player.step(1);
    else if (action === 'previous') player.step(-1);
    else if (action === 'new') ui.set('selected', null);
    else this.#check?.open();
  }
}
