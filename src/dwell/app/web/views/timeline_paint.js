// What the timeline's painters share: canvases, colours, patterns.

/**
 * @typedef {object} Palette
 * @property {string} text
 * @property {string} muted
 * @property {string} line
 * @property {string} edge
 * @property {string} panel
 * @property {string} raised
 * @property {string} accent
 * @property {string} warn
 * @property {string} ok
 * @property {string} font
 *
 * What a painter is given. Lengths are in px of the screen; `unit` of them are one px of the design.
 * @typedef {object} Scene
 * @property {CanvasRenderingContext2D} g
 * @property {number} width
 * @property {number} height
 * @property {number} unit
 * @property {[number, number]} span frames shown
 * @property {Palette} palette
 * @property {Patterns} patterns
 */

export const DESIGN_REM_PX = 16;

/**
 * A canvas of the right size, empty.
 * @param {HTMLCanvasElement} canvas
 * @param {number} widthPx in CSS px
 * @param {number} heightPx
 * @param {[number, number]} span
 * @param {Patterns} patterns
 * @returns {Scene}
 */
export function prepare(canvas, widthPx, heightPx, span, patterns) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(widthPx * ratio));
  const height = Math.max(1, Math.round(heightPx * ratio));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  g.clearRect(0, 0, width, height);
  return { g, width, height, unit: (remPx() / DESIGN_REM_PX) * ratio, span, palette: paletteNow(), patterns };
}

/** One rem in CSS px. */
export function remPx() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || DESIGN_REM_PX;
}

/** @returns {Palette} */
export function paletteNow() {
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    text: of('--text'),
    muted: of('--muted'),
    line: of('--line'),
    edge: of('--edge'),
    panel: of('--panel'),
    raised: of('--raised'),
    accent: of('--accent'),
    warn: of('--warn'),
    ok: of('--ok'),
    font: of('--font'),
  };
}

/** @typedef {'lost' | 'stale' | 'blink' | 'approved'} PatternKind */

/** Fillings that tell states apart without colour. */
export class Patterns {
  constructor() {
    /** @type {Map<string, CanvasPattern | string>} */
    this.made = new Map();
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {PatternKind} kind
   * @param {string} colour
   * @param {number} unit
   */
  get(g, kind, colour, unit) {
    const key = `${kind} ${colour} ${unit}`;
    let pattern = this.made.get(key);
    if (!pattern) {
      if (this.made.size > 300) this.made.clear();
      pattern = g.createPattern(TILES[kind](colour, unit), 'repeat') ?? colour;
      this.made.set(key, pattern);
    }
    return pattern;
  }
}

/** @type {Record<PatternKind, (colour: string, unit: number) => HTMLCanvasElement>} */
const TILES = {
  lost: (colour, unit) => diagonal(colour, Math.round(7 * unit), 1.8 * unit, 1),
  stale: (colour, unit) => upright(colour, Math.round(5 * unit), Math.max(1, Math.round(2 * unit))),
  blink: (colour, unit) => diagonal(colour, Math.round(4 * unit), 1.1 * unit, -1),
  approved: (colour, unit) => ticks(colour, Math.round(11 * unit), Math.round(6 * unit), 1.5 * unit),
};

/**
 * @param {number} width
 * @param {number} height
 * @param {(g: CanvasRenderingContext2D) => void} draw
 */
function tile(width, height, draw) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')));
  return canvas;
}

/**
 * @param {string} colour
 * @param {number} size
 * @param {number} line
 * @param {1 | -1} slope 1: rising
 */
function diagonal(colour, size, line, slope) {
  return tile(size, size, (g) => {
    g.strokeStyle = colour;
    g.lineWidth = line;
    g.beginPath();
    for (const shift of [-size, 0, size]) {
      g.moveTo(shift - 1, slope > 0 ? size + 1 : -1);
      g.lineTo(shift + size + 1, slope > 0 ? -1 : size + 1);
    }
    g.stroke();
  });
}

/**
 * @param {string} colour
 * @param {number} size
 * @param {number} line
 */
function upright(colour, size, line) {
  return tile(size, 1, (g) => {
    g.fillStyle = colour;
    g.globalAlpha = 0.55;
    g.fillRect(0, 0, line, 1);
  });
}

/**
 * @param {string} colour
 * @param {number} width
 * @param {number} height
 * @param {number} line
 */
function ticks(colour, width, height, line) {
  return tile(width, height, (g) => {
    g.strokeStyle = colour;
    g.lineWidth = line;
    g.lineJoin = 'round';
    g.beginPath();
    g.moveTo(width * 0.15, height * 0.5);
    g.lineTo(width * 0.35, height * 0.85);
    g.lineTo(width * 0.75, height * 0.12);
    g.stroke();
  });
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} x centre
 * @param {number} y
 * @param {number} r
 */
export function diamond(g, x, y, r) {
  g.beginPath();
  g.moveTo(x, y - r);
  g.lineTo(x + r, y);
  g.lineTo(x, y + r);
  g.lineTo(x - r, y);
  g.closePath();
}

/**
 * Index of the first of ascending spans that ends after a frame.
 * @param {(i: number) => number} stopOf
 * @param {number} n
 * @param {number} frame
 */
export function firstAfter(stopOf, n, frame) {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stopOf(middle) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
