// Paints what all AOIs share: ruler, events, fixations, blinks.

import { frameTicks, timeTicks, toX } from '../core/timeline.js';
import { eachSpan } from './timeline_lane.js';
import { firstAfter } from './timeline_paint.js';

/**
 * @typedef {import('./timeline_paint.js').Scene} Scene
 * @typedef {import('../core/messages.js').Eye} Eye
 *
 * @typedef {object} CommonRow
 * @property {'ruler' | 'events' | 'fixations' | 'blinks'} kind
 * @property {string} label
 * @property {number} height in rem
 *
 * @typedef {{first: number, stop: number, index: number}} FixationBar index in Eye
 *
 * @typedef {object} FixationLook
 * @property {(i: number) => boolean} byHand
 * @property {(i: number) => string | null} colourOf null: on no AOI
 * @property {number | null} selected
 */

/**
 * Rows there is something for.
 * @param {Eye | null} eye
 * @param {boolean} timed frames have times
 * @returns {CommonRow[]}
 */
export function commonRows(eye, timed) {
  /** @type {CommonRow[]} */
  const rows = [timed ? { kind: 'ruler', label: 'Time', height: 2 } : { kind: 'ruler', label: 'Slice', height: 1.25 }];
  if (eye?.event_frames.some((frame) => frame >= 0)) rows.push({ kind: 'events', label: 'Events', height: 1.25 });
  if (eye?.fixation_first_frame.length) rows.push({ kind: 'fixations', label: 'Fixations', height: 1.125 });
  if (eye?.blink_first_frame.length) rows.push({ kind: 'blinks', label: 'Blinks', height: 0.875 });
  return rows;
}

/**
 * Time above, frame numbers below.
 * @param {Scene} scene
 * @param {import('../core/timeline.js').Clock|null} clock null: there are no times
 * @param {number} y
 * @param {number} height
 */
export function paintRuler(scene, clock, y, height) {
  const { g, width, unit, span, palette } = scene;
  const line = Math.max(1, Math.round(unit));
  g.fillStyle = palette.raised;
  g.fillRect(0, y, width, height);
  g.fillStyle = palette.line;
  g.fillRect(0, y + height - line, width, line);
  g.textBaseline = 'alphabetic';
  text(scene, 11.5);
  for (const { frame, label } of clock ? timeTicks(clock, span, width, 90 * unit) : []) {
    const x = Math.round(toX(span, width, frame));
    g.fillStyle = palette.edge;
    g.fillRect(x, y, line, Math.round(height * 0.42));
    g.fillStyle = palette.text;
    g.fillText(label, x + 4 * unit, y + 12.5 * unit);
  }
  text(scene, 10);
  for (const { frame, label } of frameTicks(span, width, 80 * unit)) {
    const x = Math.round(toX(span, width, frame));
    g.fillStyle = palette.edge;
    g.fillRect(x, y + Math.round(height * 0.72), line, Math.round(height * 0.28));
    g.fillStyle = palette.muted;
    g.fillText(label, x + 4 * unit, y + height - 4 * unit);
  }
}

/**
 * @param {Scene} scene
 * @param {number} size in design px
 */
function text({ g, unit, palette }, size) {
  g.font = `${size * unit}px ${palette.font}`;
}

/**
 * Flags with names, as many names as fit.
 * @param {Scene} scene
 * @param {Eye} eye
 * @param {number} y
 * @param {number} height
 */
export function paintEvents(scene, eye, y, height) {
  const { g, width, unit, span, palette } = scene;
  text(scene, 10.5);
  g.textBaseline = 'middle';
  const order = eye.event_frames.map((frame, i) => ({ frame, name: eye.event_names[i] ?? '' }));
  order.sort((a, b) => a.frame - b.frame);
  const places = order.map(({ frame }) => Math.round(toX(span, width, frame)));
  order.forEach(({ frame, name }, i) => {
    const x = places[i];
    if (frame < 0 || frame > span[1] || x < -width) return;
    g.fillStyle = palette.accent;
    g.fillRect(x, y + 2 * unit, Math.max(1, Math.round(1.5 * unit)), height - 2 * unit);
    g.beginPath();
    g.moveTo(x, y + 2 * unit);
    g.lineTo(x + 7 * unit, y + 5.5 * unit);
    g.lineTo(x, y + 9 * unit);
    g.fill();
    if (x + 12 * unit + g.measureText(name).width > (places[i + 1] ?? Infinity)) return;
    g.fillStyle = palette.text;
    g.fillText(name, x + 10 * unit, y + height / 2 + unit);
  });
}

/**
 * Bars, filled with the AOI's colour, hollow where they are on nothing; a dot on those put by hand.
 * @param {Scene} scene
 * @param {ReadonlyArray<FixationBar>} bars ascending
 * @param {FixationLook} look
 * @param {number} y
 * @param {number} height
 */
export function paintFixations(scene, bars, look, y, height) {
  const { width, unit, span } = scene;
  const gap = Math.round(unit);
  let painted = -Infinity;
  for (let k = firstAfter((at) => bars[at].stop, bars.length, span[0]); k < bars.length; k++) {
    const { first, stop, index } = bars[k];
    if (first > span[1]) break;
    const x = Math.round(toX(span, width, first));
    const end = Math.max(x + Math.max(1, gap), Math.round(toX(span, width, stop)) - gap);
    if (end <= painted && index !== look.selected) continue;
    paintFixation(scene, look, index, { x, y: y + 3 * unit, w: end - x, h: height - 6 * unit });
    painted = end;
  }
}

/**
 * @param {Scene} scene
 * @param {FixationLook} look
 * @param {number} i
 * @param {{x: number, y: number, w: number, h: number}} bar
 */
function paintFixation({ g, unit, palette }, look, i, { x, y, w, h }) {
  const colour = look.colourOf(i);
  const line = Math.max(1, Math.round(unit));
  if (colour !== null || w < 4 * unit) {
    g.fillStyle = colour ?? palette.edge;
    g.fillRect(x, y, w, h);
  } else {
    g.strokeStyle = palette.edge;
    g.lineWidth = line;
    g.strokeRect(x + line / 2, y + line / 2, w - line, h - line);
  }
  if (look.byHand(i)) {
    g.beginPath();
    g.arc(x + w / 2, y + h / 2, 3 * unit, 0, 7);
    g.fillStyle = palette.panel;
    g.fill();
    g.lineWidth = 1.5 * unit;
    g.strokeStyle = palette.text;
    g.stroke();
  }
  if (look.selected === i) {
    g.lineWidth = 2 * unit;
    g.strokeStyle = palette.accent;
    g.strokeRect(x - unit, y - unit, w + 2 * unit, h + 2 * unit);
  }
}

/**
 * @param {Scene} scene
 * @param {ReadonlyArray<[number, number]>} blinks frames, ascending
 * @param {number} y
 * @param {number} height
 */
export function paintBlinks(scene, blinks, y, height) {
  const { g, width, unit, span, palette, patterns } = scene;
  g.fillStyle = patterns.get(g, 'blink', palette.muted, unit);
  eachSpan(blinks, span, width, (from, to) => g.fillRect(from, y + 2 * unit, to - from, height - 4 * unit));
}
