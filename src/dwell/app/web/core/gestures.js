// What a person means by pressing, moving and letting go: prompts, panning, zooming. Positions in stage px.

/** @typedef {import('./ui.js').UiState['tool']} Tool */
/**
 * @typedef {object} PointerLike
 * @property {number} id
 * @property {number} x stage px
 * @property {number} y
 * @property {number} [button] 0 main, 1 middle, 2 right
 * @property {boolean} [alt]
 * @property {boolean} [ctrl]
 * @property {boolean} [shift]
 * @property {string} [type] mouse, pen or touch
 * @property {number} [t] ms
 */
/** @typedef {[number, number]} XY */
/**
 * @typedef {{kind: 'point', x: number, y: number, positive: boolean}
 *   | {kind: 'box', x0: number, y0: number, x1: number, y1: number}
 *   | {kind: 'stroke', points: XY[], positive: boolean}
 *   | {kind: 'select', x: number, y: number}} Act in stage px
 */
/**
 * @typedef {object} Handlers
 * @property {() => Tool} tool
 * @property {(act: Act) => void} act
 * @property {(draft: Act|null) => void} draft what it will be if let go now
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom
 * @property {((dx: number, dy: number, state: 'going'|'done'|'dropped') => void)|null} [level] what dragging with the right button does; dx, dy from where it began
 * @property {boolean} [mac] a Ctrl-click is a right click there
 */

export const DRAG_PX = 4;
const LONG_PRESS_MS = 500;

export class Gestures {
  /** @type {Map<number, PointerLike>} */ #down = new Map();
  /** @type {PointerLike|null} */ #start = null;
  /** @type {XY[]} */ #path = [];
  #moved = false;
  #panning = false;
  /** Dragging with the right button has begun. */ #levels = false;
  /** While true a drag pans, whatever the tool. */ panKey = false;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  /** Whether something is going on. */
  get busy() {
    return this.#start !== null;
  }

  /** @param {PointerLike} pointer */
  down(pointer) {
    this.#down.set(pointer.id, pointer);
    if (this.#down.size > 1) return this.#drop(); // a second finger: pinch
    this.#start = pointer;
    this.#moved = false;
    this.#panning = this.panKey || pointer.button === 1 || this.handlers.tool() === 'pan';
    this.#path = [[pointer.x, pointer.y]];
    if (this.#brushing) this.#show();
  }

  /** @param {PointerLike} pointer */
  move(pointer) {
    const before = this.#down.get(pointer.id);
    if (!before) return;
    if (this.#down.size === 2) this.#pinch(before, pointer);
    this.#down.set(pointer.id, pointer);
    const start = this.#start;
    if (!start || this.#down.size > 1) return;
    this.#moved ||= Math.hypot(pointer.x - start.x, pointer.y - start.y) > DRAG_PX;
    if (start.button === 2 && this.handlers.level && !this.#panning) return this.#level(start, pointer);
    if (this.#panning) return this.handlers.pan(pointer.x - before.x, pointer.y - before.y);
    this.#path.push([pointer.x, pointer.y]);
    this.#show();
  }

  /** @param {PointerLike} pointer */
  up(pointer) {
    const start = this.#start;
    const levelled = this.#levels;
    if (levelled && start) this.#level(start, pointer, 'done');
    const act = start && !this.#panning && !levelled && start.id === pointer.id ? this.#meant(start, pointer) : null;
    this.#down.delete(pointer.id);
    this.#drop();
    if (act) this.handlers.act(act);
  }

  /** Forgets what was begun, as Escape does. @returns {boolean} whether there was something */
  cancel() {
    const busy = this.busy;
    this.#down.clear();
    this.#drop();
    return busy;
  }

  /** @param {PointerLike} start @param {PointerLike} now @param {'going'|'done'} [state] */
  #level(start, now, state = 'going') {
    if (!this.#moved) return;
    this.#levels = state === 'going';
    this.handlers.level?.(now.x - start.x, now.y - start.y, state);
  }

  #drop() {
    if (this.#levels) this.handlers.level?.(0, 0, 'dropped');
    this.#levels = false;
    this.#start = null;
    this.#path = [];
    this.handlers.draft(null);
  }

  get #brushing() {
    return !this.#panning && (this.handlers.tool() === 'brush' || this.handlers.tool() === 'eraser');
  }

  #show() {
    const start = this.#start;
    const [x, y] = this.#path.at(-1) ?? [0, 0];
    if (start && (this.#brushing || this.#moved)) this.handlers.draft(this.#meant(start, { ...start, x, y }));
  }

  /** @param {PointerLike} start @param {PointerLike} end @returns {Act|null} */
  #meant(start, end) {
    const tool = this.handlers.tool();
    const excludes = this.#excludes(start, end);
    if (this.#brushing) return { kind: 'stroke', points: [...this.#path], positive: (tool === 'brush') !== excludes };
    if (this.#moved) {
      const [x0, x1] = [Math.min(start.x, end.x), Math.max(start.x, end.x)];
      const [y0, y1] = [Math.min(start.y, end.y), Math.max(start.y, end.y)];
      return { kind: 'box', x0, y0, x1, y1 };
    }
    if (start.shift && !excludes) return { kind: 'select', x: start.x, y: start.y };
    if (tool === 'box') return null;
    return { kind: 'point', x: start.x, y: start.y, positive: !excludes };
  }

  /** @param {PointerLike} start @param {PointerLike} end */
  #excludes(start, end) {
    const long = start.type === 'touch' && (end.t ?? 0) - (start.t ?? 0) > LONG_PRESS_MS;
    return start.button === 2 || Boolean(start.alt) || Boolean(this.handlers.mac && start.ctrl) || long;
  }

  /** @param {PointerLike} before @param {PointerLike} now */
  #pinch(before, now) {
    const other = [...this.#down.values()].find((each) => each.id !== now.id);
    if (!other) return;
    const distance = (/** @type {PointerLike} */ p) => Math.hypot(p.x - other.x, p.y - other.y) || 1;
    const [x, y] = [(now.x + other.x) / 2, (now.y + other.y) / 2];
    this.handlers.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.handlers.zoom(distance(now) / distance(before), x, y);
  }
}

/** How much a turn of the wheel zooms. @param {{deltaY: number, deltaMode?: number}} wheel */
export function wheelFactor({ deltaY, deltaMode = 0 }) {
  const px = deltaY * (deltaMode === 1 ? 16 : deltaMode === 2 ? 400 : 1);
  return Math.exp(-Math.max(-200, Math.min(200, px)) * 0.0025);
}
