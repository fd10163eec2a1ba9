// Where the page is on the screen, as it is reported to whoever maps gaze. No DOM: numbers come in, reports go out.
//
// desktop px: what the browser counts the screen in (screenX, outerWidth); they do not follow the page's zoom.
// CSS px: what the page counts in (innerWidth, clientX). So desktop = origin of the page + CSS px · zoom. Neither
// the zoom nor the origin can be asked for, but every mouse event tells the same place in both, so they are measured.

/** @typedef {{left: number, top: number, width: number, height: number}} Rect */
/** @typedef {{left: number, top: number, width: number, height: number, scale: number|null, name: string}} Monitor */
/** @typedef {{marker_id: number, rect: Rect}} ShownMarker CSS px of the page, with its white border */
/** @typedef {{name: string, x: number, y: number}} Target CSS px of the page */
/** @typedef {{screenX: number, screenY: number, clientX: number, clientY: number}} MouseLike */
/**
 * @typedef {object} Numbers what the page can be asked for
 * @property {number} screenX desktop px, as are the next three
 * @property {number} screenY
 * @property {number} outerWidth
 * @property {number} outerHeight
 * @property {number} innerWidth CSS px
 * @property {number} innerHeight CSS px
 * @property {number} devicePixelRatio
 * @property {{scale: number, offsetLeft: number, offsetTop: number}|null} [pinch] `visualViewport`
 * @property {boolean} visible `document.visibilityState` is visible
 * @property {number|null} [screenScale] `devicePixelRatio` of `getScreenDetails().currentScreen`, where there is one
 * @property {Array<Monitor>} monitors desktop px
 * @property {Rect} canvas CSS px of the page
 * @property {{scale: number, x: number, y: number, imageWidth: number, imageHeight: number}} viewport
 * @property {number} frameIdx
 * @property {Array<ShownMarker>} [markers]
 */
/**
 * @typedef {object} ScreenReport the fields of `dwell.screen.View`
 * @property {import('./messages.js').Ns} t_ns
 * @property {number} screen_x
 * @property {number} screen_y
 * @property {number} outer_width
 * @property {number} outer_height
 * @property {number} inner_width
 * @property {number} inner_height
 * @property {Rect} canvas
 * @property {number} scale
 * @property {number} x
 * @property {number} y
 * @property {number} image_width
 * @property {number} image_height
 * @property {number} frame_idx
 * @property {number} zoom
 * @property {number} device_pixel_ratio
 * @property {number} pinch
 * @property {number} pinch_x
 * @property {number} pinch_y
 * @property {{left: number, top: number}|null} chrome
 * @property {boolean} visible
 * @property {Array<Monitor>} monitors
 * @property {Array<ShownMarker>} markers
 */

/** Steps of the zoom of Chromium, Firefox and Safari. */
const STEPS = [
  0.25, 0.3, 1 / 3, 0.5, 2 / 3, 0.75, 0.8, 0.85, 0.9, 1, 1.1, 1.15, 1.2, 1.25, 4 / 3, 1.5, 1.7, 1.75, 2, 2.4, 2.5, 3, 4, 5,
];
const SNAP = 0.01;
/** Rounded to whole px, a mouse has to travel so far in CSS px to tell neighbouring steps apart. */
const TRAVEL = 200;
/** … and so far to tell a zoom that is no step. */
const FAR_TRAVEL = 800;
const KEPT = 24;
/** Desktop px that windows have left and right of the page, together. */
const BORDERS = 20;
const NAMES = ['centre', 'upper left', 'upper right', 'lower right', 'lower left'];

export class ScreenReporter {
  /** @type {string} */ #last = '';
  /** @type {string} */ #shape = '';
  /** @type {Array<MouseLike>} screen px from the window's corner */ #mouse = [];
  /** @type {Numbers|null} */ #numbers = null;
  /** @type {number|null} */ #measuredZoom = null;
  /** As last reported. @type {{left: number, top: number}|null} */ #chrome = null;

  /** @param {() => number} now ms since 1970, with fractions */
  constructor(now) {
    this.now = now;
  }

  /**
   * The report of how things are now.
   * @param {Numbers} numbers
   * @returns {ScreenReport|null} null: nothing has changed since the last one
   */
  update(numbers) {
    this.#numbers = numbers;
    const shape = shapeOf(numbers);
    if (shape !== this.#shape) this.#forget(shape);
    const state = this.#state(numbers);
    const text = JSON.stringify(state);
    if (text === this.#last) return null;
    this.#last = text;
    return { t_ns: nsOf(this.now()), ...state };
  }

  /**
   * Learns where the page is in its window, from any mouse event. `update` comes first, so that it is known where the
   * window is.
   * @param {MouseLike} event
   */
  mouse(event) {
    const numbers = this.#numbers;
    if (!numbers || (numbers.pinch?.scale ?? 1) !== 1) return;
    const { clientX, clientY } = event;
    if (clientX < 0 || clientY < 0 || clientX > numbers.innerWidth || clientY > numbers.innerHeight) return;
    this.#mouse.push({
      screenX: event.screenX - numbers.screenX, screenY: event.screenY - numbers.screenY, clientX, clientY,
    });
    if (this.#mouse.length > KEPT) this.#mouse.splice(leastTelling(this.#mouse), 1);
    this.#measuredZoom = slope(this.#mouse) ?? this.#measuredZoom;
  }

  /** Desktop px per CSS px, and whether that is known or guessed from sizes. */
  get zoom() {
    const numbers = this.#numbers;
    if (!numbers) return { value: 1, known: false };
    const told = numbers.screenScale ? numbers.devicePixelRatio / numbers.screenScale : null;
    const known = told ?? this.#measuredZoom;
    return known === null ? { value: zoomOfSizes(numbers), known: false } : { value: known, known: true };
  }

  /** @returns {{left: number, top: number}|null} desktop px from the window's corner to the page's; null: not measured */
  get chrome() {
    const zoom = this.zoom;
    if (!zoom.known || !this.#mouse.length) return null;
    return {
      left: mean(this.#mouse.map((each) => each.screenX - each.clientX * zoom.value)),
      top: mean(this.#mouse.map((each) => each.screenY - each.clientY * zoom.value)),
    };
  }

  /** @param {string} shape */
  #forget(shape) {
    this.#shape = shape;
    this.#mouse = [];
    this.#measuredZoom = null;
    this.#chrome = null;
  }

  /** The measured origin, not to be changed by less than a px: else every move of the mouse would be a report. */
  #settled() {
    const [now, before] = [this.chrome, this.#chrome];
    const same = now && before && Math.abs(now.left - before.left) < 1 && Math.abs(now.top - before.top) < 1;
    if (!same) this.#chrome = now;
    return this.#chrome;
  }

  /** @param {Numbers} numbers */
  #state(numbers) {
    const { viewport, pinch } = numbers;
    return {
      screen_x: numbers.screenX,
      screen_y: numbers.screenY,
      outer_width: numbers.outerWidth,
      outer_height: numbers.outerHeight,
      inner_width: numbers.innerWidth,
      inner_height: numbers.innerHeight,
      canvas: numbers.canvas,
      scale: viewport.scale,
      x: viewport.x,
      y: viewport.y,
      image_width: viewport.imageWidth,
      image_height: viewport.imageHeight,
      frame_idx: numbers.frameIdx,
      zoom: this.zoom.value,
      device_pixel_ratio: numbers.devicePixelRatio,
      pinch: pinch?.scale ?? 1,
      pinch_x: pinch?.offsetLeft ?? 0,
      pinch_y: pinch?.offsetTop ?? 0,
      chrome: this.#settled(),
      visible: numbers.visible,
      monitors: numbers.monitors,
      markers: numbers.markers ?? [],
    };
  }
}

/**
 * Where markers go: corners and middles of edges, clockwise from the upper left, as `dwell.screen.marker_places`.
 * @param {number} width CSS px of the page
 * @param {number} height
 * @param {number} size CSS px along an edge, with the white border
 * @returns {Array<ShownMarker>} empty: they do not fit
 */
export function markerPlaces(width, height, size) {
  if (!(size > 0 && size <= Math.min(width / 3, height / 2))) return [];
  const [right, bottom, middle, half] = [width - size, height - size, (width - size) / 2, (height - size) / 2];
  const places = [
    [0, 0], [middle, 0], [right, 0], [right, half], [right, bottom], [middle, bottom], [0, bottom], [0, half],
  ];
  return places
    .map(([left, top], marker_id) => ({ marker_id, rect: { left, top, width: size, height: size } }))
    .filter(({ marker_id }) => height >= 3 * size || marker_id % 4 !== 3);
}

/**
 * Where the five-point check shows its targets, as `dwell.screen.CheckPlan.five_points`.
 * @param {Rect} canvas CSS px of the page
 * @param {number} [inset] part of the canvas
 * @returns {Array<Target>} the middle, then clockwise from the upper left
 */
export function checkTargets(canvas, inset = 0.1) {
  const far = 1 - inset;
  const shares = [[0.5, 0.5], [inset, inset], [far, inset], [far, far], [inset, far]];
  return shares.map(([x, y], i) => ({
    name: NAMES[i], x: canvas.left + canvas.width * x, y: canvas.top + canvas.height * y,
  }));
}

/** What a measured origin depends on; the window may be moved. @param {Numbers} numbers */
function shapeOf({ outerWidth, outerHeight, innerWidth, innerHeight, devicePixelRatio }) {
  return [outerWidth, outerHeight, innerWidth, innerHeight, devicePixelRatio].join();
}

/**
 * Desktop px per CSS px between the two places that are farthest apart.
 * @param {Array<MouseLike>} places
 * @returns {number|null} null: too near each other to tell
 */
function slope(places) {
  let [best, travel] = [1, 0];
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      const css = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (css <= travel) continue;
      travel = css;
      best = Math.hypot(a.screenX - b.screenX, a.screenY - b.screenY) / css;
    }
  }
  if (travel < TRAVEL || !(best > 0)) return null;
  const step = nearest(best);
  if (Math.abs(step / best - 1) < SNAP) return step;
  return travel < FAR_TRAVEL ? null : best;
}

/** Which of the places to drop: the one that is nearest to another. @param {Array<MouseLike>} places */
function leastTelling(places) {
  let [least, index] = [Infinity, 0];
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      const css = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (css < least) [least, index] = [css, i];
    }
  }
  return index;
}

/** The step at which the page nearly fills the window's width; 1 if none does. @param {Numbers} numbers */
function zoomOfSizes({ outerWidth, innerWidth }) {
  const left = (/** @type {number} */ zoom) => Math.abs(outerWidth - innerWidth * zoom - BORDERS / 2);
  const best = STEPS.reduce((a, b) => (left(b) < left(a) ? b : a));
  return left(best) <= BORDERS / 2 + 2 ? best : 1;
}

/** @param {number} zoom */
function nearest(zoom) {
  return STEPS.reduce((a, b) => (Math.abs(b / zoom - 1) < Math.abs(a / zoom - 1) ? b : a));
}

/** @param {Array<number>} values */
function mean(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** @param {number} ms @returns {import('./messages.js').Ns} */
function nsOf(ms) {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
