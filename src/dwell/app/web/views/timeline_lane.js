// Paints the lane of one AOI: its states, confidence, anchors, hits and visits.

import { SOME, eachRun, toColumns } from '../core/lanes.js';
import { toX } from '../core/timeline.js';
import { diamond, firstAfter } from './timeline_paint.js';

/**
 * @typedef {import('./timeline_paint.js').Scene} Scene
 * @typedef {import('../core/lanes.js').Lane} Lane
 *
 * @typedef {object} LaneRow
 * @property {number} y top, in px of the screen
 * @property {number} height
 * @property {string} colour
 * @property {Lane | null} lane
 * @property {ReadonlyArray<[number, number]>} hits frames
 * @property {ReadonlyArray<[number, number]>} visits frames
 * @property {boolean} selected
 * @property {boolean} dim hidden on the canvas
 */

const BODY = SOME.unknown | SOME.visible | SOME.absent | SOME.lost | SOME.stale;

/** @typedef {{some: Uint8Array, doubts: Uint8Array}} Columns */

/** Columns of lanes as painted last: they change only when the lane or what is shown of it does. */
/** @type {WeakMap<Lane, {key: string, columns: Columns}>} */
const painted = new WeakMap();

/** @param {Lane} lane @param {Scene} scene @returns {Columns} */
function columnsOf(lane, { span, width }) {
  const key = `${span} ${width}`;
  const before = painted.get(lane);
  if (before?.key === key) return before.columns;
  const columns = toColumns(lane, span, width, before?.columns);
  painted.set(lane, { key, columns });
  return columns;
}

/**
 * @param {Scene} scene
 * @param {LaneRow} row
 */
export function paintLane(scene, row) {
  const { g, width, unit, palette } = scene;
  if (row.selected) {
    g.fillStyle = palette.accent;
    g.globalAlpha = 0.1;
    g.fillRect(0, row.y, width, row.height);
  }
  g.globalAlpha = row.dim ? 0.4 : 1;
  const body = { top: row.y + Math.round(7 * unit), bottom: row.y + row.height - Math.round(8 * unit) };
  if (row.lane && row.lane.n > 0) {
    const columns = columnsOf(row.lane, scene);
    paintStates(scene, row, body, columns);
    paintApproved(scene, row, columns.some);
    paintMarks(scene, row, body, columns.some);
  } else baseline(scene, 0, width, body.bottom);
  paintHits(scene, row, body);
  paintVisits(scene, row, body);
  g.globalAlpha = 1;
}

/**
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {{top: number, bottom: number}} body
 * @param {{some: Uint8Array, doubts: Uint8Array}} columns
 */
function paintStates(scene, row, body, { some, doubts }) {
  const { g, width, unit, patterns } = scene;
  const height = body.bottom - body.top;
  eachRun(some, width, BODY, (from, to, bits) => {
    const stale = (bits & SOME.stale) !== 0;
    const alpha = g.globalAlpha;
    if (stale) g.globalAlpha = alpha * 0.55;
    if (bits & SOME.visible && !stale) confidence(scene, row, body, doubts, from, to);
    else if (bits & SOME.visible) fill(scene, row.colour, 0.25, from, body.top, to - from, height);
    if (bits & SOME.absent && !(bits & SOME.visible)) {
      g.fillStyle = row.colour;
      g.fillRect(from, Math.round((body.top + body.bottom) / 2 - unit), to - from, Math.max(2, Math.round(2 * unit)));
    }
    if (bits & SOME.lost) {
      g.fillStyle = patterns.get(g, 'lost', row.colour, unit);
      g.fillRect(from, body.top, to - from, height);
    }
    if (stale) {
      g.fillStyle = patterns.get(g, 'stale', row.colour, unit);
      g.fillRect(from, body.top, to - from, height);
    }
    if (bits & SOME.unknown) baseline(scene, from, to, body.bottom);
    g.globalAlpha = alpha;
  });
}

/**
 * Solid up to 1 − doubt, tinted above.
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {{top: number, bottom: number}} body
 * @param {Uint8Array} doubts
 * @param {number} from
 * @param {number} to
 */
function confidence(scene, row, body, doubts, from, to) {
  const { g } = scene;
  const height = body.bottom - body.top;
  fill(scene, row.colour, 0.28, from, body.top, to - from, height);
  g.fillStyle = row.colour;
  g.beginPath();
  g.moveTo(from, body.bottom);
  let last = -1;
  for (let x = from; x < to; x++) {
    const kept = doubts[x];
    const y = body.top + (kept > 0 ? ((kept - 1) / 254) * height * 0.9 : 0);
    if (y === last && x + 1 < to) continue;
    if (last >= 0) g.lineTo(x, last);
    g.lineTo(x, y);
    last = y;
  }
  g.lineTo(to, last);
  g.lineTo(to, body.bottom);
  g.fill();
}

/**
 * @param {Scene} scene
 * @param {string} colour
 * @param {number} alpha
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 */
function fill({ g }, colour, alpha, x, y, w, h) {
  const before = g.globalAlpha;
  g.globalAlpha = before * alpha;
  g.fillStyle = colour;
  g.fillRect(x, y, w, h);
  g.globalAlpha = before;
}

/**
 * Dots where nothing is known.
 * @param {Scene} scene
 * @param {number} from
 * @param {number} to
 * @param {number} y
 */
function baseline({ g, unit, palette }, from, to, y) {
  g.strokeStyle = palette.edge;
  g.lineWidth = Math.max(1, 1.2 * unit);
  g.setLineDash([Math.max(1, unit), 3 * unit]);
  g.lineDashOffset = from;
  g.beginPath();
  g.moveTo(from, y - unit);
  g.lineTo(to, y - unit);
  g.stroke();
  g.setLineDash([]);
}

/**
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {Uint8Array} some
 */
function paintApproved({ g, width, unit, palette, patterns }, row, some) {
  eachRun(some, width, SOME.approved, (from, to, bits) => {
    if (!bits) return;
    const y = row.y + Math.round(unit);
    const height = Math.round(6 * unit);
    g.fillStyle = palette.ok;
    g.fillRect(from, y + height - Math.max(1, Math.round(unit)), Math.max(to - from, 2), Math.max(1, Math.round(unit)));
    if (to - from < 8 * unit) return;
    g.save();
    g.translate(from, y - Math.round(unit));
    g.fillStyle = patterns.get(g, 'approved', palette.ok, unit);
    g.fillRect(0, 0, to - from, height);
    g.restore();
  });
}

/**
 * Diamonds for what a person made, triangles for what should be checked.
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {{top: number, bottom: number}} body
 * @param {Uint8Array} some
 */
function paintMarks({ g, width, unit, span, palette }, row, body, some) {
  const frameWidth = width / (span[1] - span[0]);
  const apart = Math.max(frameWidth, 9 * unit);
  const middle = (body.top + body.bottom) / 2;
  g.lineWidth = Math.max(1, 1.25 * unit);
  marks(some, width, SOME.anchor, apart, frameWidth, (x) => {
    diamond(g, x, middle, 4.5 * unit);
    g.fillStyle = palette.panel;
    g.fill();
    g.strokeStyle = palette.text;
    g.stroke();
  });
  marks(some, width, SOME.check, apart, frameWidth, (x) => {
    g.beginPath();
    g.moveTo(x - 4 * unit, row.y + unit);
    g.lineTo(x + 4 * unit, row.y + unit);
    g.lineTo(x, row.y + 7 * unit);
    g.closePath();
    g.fillStyle = palette.warn;
    g.fill();
  });
}

/**
 * A place for each marked frame, or for the ends and some in between where there are too many.
 * @param {Uint8Array} some
 * @param {number} width
 * @param {number} bit
 * @param {number} apart
 * @param {number} frameWidth
 * @param {(x: number) => void} draw
 */
function marks(some, width, bit, apart, frameWidth, draw) {
  eachRun(some, width, bit, (from, to, bits) => {
    if (!bits) return;
    const half = Math.min(frameWidth, to - from) / 2;
    const n = Math.max(
      1,
      Math.min(Math.round((to - from) / Math.max(1, frameWidth)), Math.floor((to - from) / apart) + 1),
    );
    for (let i = 0; i < n; i++) draw(n === 1 ? (from + to) / 2 : from + half + (i / (n - 1)) * (to - from - 2 * half));
  });
}

/**
 * Gaze on the AOI: a bright band below it.
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {{bottom: number}} body
 */
function paintHits({ g, width, unit, span, palette }, row, body) {
  g.fillStyle = palette.text;
  const y = body.bottom + Math.round(2 * unit);
  eachSpan(row.hits, span, width, (from, to) => g.fillRect(from, y, to - from, Math.max(2, Math.round(3 * unit))));
}

/**
 * @param {Scene} scene
 * @param {LaneRow} row
 * @param {{top: number, bottom: number}} body
 */
function paintVisits({ g, width, unit, span, palette }, row, body) {
  g.strokeStyle = palette.text;
  g.lineWidth = Math.max(1, unit);
  const half = g.lineWidth / 2;
  const height = body.bottom + Math.round(7 * unit) - body.top;
  const alpha = g.globalAlpha;
  g.globalAlpha = alpha * 0.75;
  eachSpan(row.visits, span, width, (from, to) => {
    if (to - from < 6 * unit) return;
    g.beginPath();
    g.roundRect(from + half, body.top - 2 * unit + half, to - from - 2 * half, height + unit, 3 * unit);
    g.stroke();
  });
  g.globalAlpha = alpha;
}

/**
 * Spans on screen, joined where they are less than a pixel apart.
 * @param {ReadonlyArray<readonly [number, number]>} spans ascending
 * @param {[number, number]} shown
 * @param {number} width
 * @param {(from: number, to: number) => void} each
 */
export function eachSpan(spans, shown, width, each) {
  let from = NaN;
  let to = NaN;
  for (let i = firstAfter((k) => spans[k][1], spans.length, shown[0]); i < spans.length; i++) {
    const [start, stop] = spans[i];
    if (start >= shown[1]) break;
    const x = Math.round(toX(shown, width, start));
    const end = Math.max(x + 1, Math.round(toX(shown, width, stop)));
    if (x <= to) to = Math.max(to, end);
    else {
      if (to > from) each(from, to);
      [from, to] = [x, end];
    }
  }
  if (to > from) each(from, to);
}
