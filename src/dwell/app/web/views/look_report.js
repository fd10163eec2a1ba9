// Where window, canvas and picture are, and what the mouse does: the page's eyes on itself.
import { ScreenReporter } from '../core/screen.js';

/** @typedef {import('./canvas.js').Stage} Stage */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/screen.js').Monitor} Monitor */
/** @typedef {import('../core/screen.js').ShownMarker} ShownMarker */
/** @typedef {import('../core/screen.js').ScreenReport} ScreenReport */
/** @typedef {import('../core/messages.js').LookScreen} LookScreen */
/** @typedef {{left: number, top: number, width: number, height: number, devicePixelRatio: number, label: string}} DetailedScreen */
/** @typedef {{screens: DetailedScreen[], currentScreen: DetailedScreen}} Details */

const RESTING_MS = 200; // a mouse that rests sends nothing; it is looked from there still
const WINDOW_MS = 500; // no event says that a window was dragged elsewhere

export class Surveyor {
  /** Of all monitors, where the browser may tell. @type {Details|null} */ #details = null;
  /** @type {ScreenReport|null} */ #last = null;
  #reporter = new ScreenReporter(() => performance.timeOrigin + performance.now());

  /** @param {Stage} stage @param {() => ShownMarker[]} markers that the page shows */
  constructor(stage, markers) {
    this.stage = stage;
    this.markers = markers;
    /** While a check goes on, nothing new is learnt of the window: targets would seem to have moved. */ this.learns = () => true;
  }

  /** Where everything is now. @returns {LookScreen|null} null: there is no picture yet */
  measure() {
    const { stage } = this;
    if (!stage.shown) return null;
    this.#last = this.#reporter.update(this.#numbers()) ?? this.#last;
    return this.#last && { ...this.#last, object_id: stage.ctx.ui.get('selected') };
  }

  /** A mouse event shows where the page is in its window. @param {MouseEvent} event */
  mouse(event) {
    if (this.learns()) this.#reporter.mouse(event);
  }

  /** Asks the browser for all monitors, where there are several; the viewer may say no. */
  async askMonitors() {
    const ask = Reflect.get(globalThis, 'getScreenDetails');
    if (this.#details || typeof ask !== 'function' || !Reflect.get(screen, 'isExtended')) return;
    try {
      this.#details = await ask.call(globalThis);
    } catch {
      // then the monitor that the window is on is all that is known
    }
  }

  /** @returns {import('../core/screen.js').Numbers} */
  #numbers() {
    const { viewport, frameIdx, over } = this.stage;
    const { left, top, width, height } = over.getBoundingClientRect();
    const { scale, x, y, imageWidth, imageHeight } = viewport;
    const pinch = globalThis.visualViewport;
    return {
      screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight, devicePixelRatio,
      pinch: pinch && { scale: pinch.scale, offsetLeft: pinch.offsetLeft, offsetTop: pinch.offsetTop },
      visible: document.visibilityState === 'visible',
      screenScale: this.#details?.currentScreen.devicePixelRatio ?? null,
      monitors: this.#monitors(),
      canvas: { left, top, width, height },
      viewport: { scale, x, y, imageWidth, imageHeight },
      frameIdx,
      markers: this.markers(),
    };
  }

  /** @returns {Monitor[]} */
  #monitors() {
    const all = this.#details?.screens;
    if (all) return all.map(({ left, top, width, height, devicePixelRatio: scale, label }) => ({ left, top, width, height, scale, name: label }));
    const corner = (/** @type {string} */ name) => Number(Reflect.get(screen, name) ?? 0); // of the monitor, in Chromium and Firefox
    return [{ left: corner('left') || corner('availLeft'), top: corner('top') || 0, width: screen.width, height: screen.height, scale: null, name: '' }];
  }
}

/** Reports whenever anything of it changes. @param {Stage} stage @param {Look} look @returns {() => void} off */
export function watchScreen(stage, look) {
  const report = () => look.report();
  const off = new AbortController();
  for (const type of ['resize', 'focus', 'blur']) globalThis.addEventListener(type, report, { signal: off.signal });
  for (const type of ['visibilitychange', 'fullscreenchange']) document.addEventListener(type, report, { signal: off.signal });
  for (const type of ['resize', 'scroll']) globalThis.visualViewport?.addEventListener(type, report, { signal: off.signal });
  const offs = [stage.subscribe(report), stage.ctx.ui.subscribe((key) => key === 'selected' && report())];
  const timer = window.setInterval(report, WINDOW_MS);
  return () => {
    off.abort();
    window.clearInterval(timer);
    offs.forEach((each) => each());
  };
}

/** The mouse: it plays the eye, and shows where the page is. @param {Look} look @param {Surveyor} surveyor @returns {() => void} off */
export function watchMouse(look, surveyor) {
  const off = new AbortController();
  const listen = (/** @type {'pointermove'|'pointerdown'} */ type, /** @type {(event: PointerEvent) => void} */ run) =>
    globalThis.addEventListener(type, run, { signal: off.signal, passive: true, capture: true });
  /** Where it is; null: nobody knows yet. @type {{x: number|null, y: number|null}|null} */
  let place = null;
  const put = (/** @type {number} */ ms, /** @type {number|null} */ x, /** @type {number|null} */ y) => {
    place = { x, y };
    look.look(performance.timeOrigin + ms, x, y);
  };
  const see = (/** @type {PointerEvent} */ event) => put(event.timeStamp, event.clientX, event.clientY);
  const rest = () => { if (place) put(performance.now(), place.x, place.y); };
  const timer = window.setInterval(rest, RESTING_MS);
  listen('pointermove', (event) => {
    surveyor.mouse(event);
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) see(each);
  });
  listen('pointerdown', see);
  document.documentElement.addEventListener('pointerleave', (event) => put(event.timeStamp, null, null), { signal: off.signal });
  return () => {
    window.clearInterval(timer);
    off.abort();
  };
}
