// Draws what is proposed and where the eye is. Nothing here looks like a saved AOI: those are filled with their colour.
import { dot, FONT, HALO, line2, marker, pathOf, rectangle, ring } from './painter.js';

/** @typedef {import('../core/viewport.js').Viewport} Viewport */
/** @typedef {import('../core/messages.js').LookView} LookView */
/** @typedef {import('../core/rle.js').Mask} Mask */
/** @typedef {import('./painter.js').View} View */

const LIGHT = '#ffffff';
const DARK = '#101418';
const INK = '#00d7c0';
const RING_PX = 17;
const HATCH_PX = 15;
const LENS_PX = 6;

/**
 * A hatched mask with an outline of light and dark dashes; one that is held has an outline without gaps.
 * @param {CanvasRenderingContext2D} to @param {Viewport} viewport @param {number} unit @param {Mask} mask @param {boolean} still it does not follow the eye
 */
export function paintProposal(to, viewport, unit, mask, still) {
  const path = pathOf(mask);
  hatch(to, viewport, unit, mask, path);
  to.setTransform(...viewport.transform);
  const px = unit / viewport.scale;
  to.lineJoin = 'round';
  outline(to, path, DARK, 4.5 * px, []);
  outline(to, path, LIGHT, (still ? 2.5 : 2) * px, still ? [] : [5 * px, 5 * px]);
}

/** @param {CanvasRenderingContext2D} to @param {Viewport} viewport @param {number} unit @param {Mask} mask @param {Path2D} path */
function hatch(to, viewport, unit, mask, path) {
  const box = mask.box;
  if (!box) return;
  to.save();
  to.setTransform(...viewport.transform);
  to.clip(path);
  to.setTransform(viewport.ratio, 0, 0, viewport.ratio, 0, 0);
  const [a, b] = [viewport.toScreen(box[0], box[1]), viewport.toScreen(box[2], box[3])];
  const [left, top] = [Math.max(0, a.x), Math.max(0, a.y)];
  const [right, bottom] = [Math.min(viewport.stageWidth, b.x), Math.min(viewport.stageHeight, b.y)];
  const step = HATCH_PX * unit;
  to.beginPath();
  for (let at = Math.floor((left - bottom) / step) * step; at < right - top; at += step) {
    to.moveTo(at + top, top);
    to.lineTo(at + bottom, bottom);
  }
  to.lineWidth = 1.25 * unit;
  to.strokeStyle = INK;
  to.globalAlpha = 0.5;
  to.stroke();
  to.restore();
}

/** @param {CanvasRenderingContext2D} to @param {Path2D} path @param {string} style @param {number} width @param {number[]} dash */
function outline(to, path, style, width, dash) {
  to.strokeStyle = style;
  to.lineWidth = width;
  to.setLineDash(dash);
  to.stroke(path);
  to.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} to @param {View} view @param {readonly number[]} box image px @param {string} text */
export function paintSign(to, view, box, text) {
  to.font = FONT;
  const width = to.measureText(text).width + 14;
  const at = view.toScreen(((box[0] ?? 0) + (box[2] ?? 0)) / 2, box[1] ?? 0);
  const x = Math.max(2, Math.min(at.x - width / 2, view.stageWidth - width - 2));
  const y = Math.max(2, Math.min(at.y - 27, view.stageHeight - 22));
  to.fillStyle = LIGHT;
  to.beginPath();
  to.roundRect(x, y, width, 20, 10);
  to.fill();
  to.fillStyle = DARK;
  to.textBaseline = 'middle';
  to.fillText(text, x + 7, y + 10.5);
}

/** What was said by keys. @param {CanvasRenderingContext2D} to @param {View} view @param {LookView} shown */
export function paintSaid(to, view, { said, corner, gaze }) {
  for (const word of said) {
    if (word.kind === 'point') {
      const at = view.toScreen(word.x ?? 0, word.y ?? 0);
      marker(to, at.x, at.y, word.positive !== false, DARK);
    } else if (word.kind === 'box') {
      const [a, b] = [view.toScreen(word.x0 ?? 0, word.y0 ?? 0), view.toScreen(word.x1 ?? 0, word.y1 ?? 0)];
      rectangle(to, a.x, a.y, b.x - a.x, b.y - a.y, LIGHT);
    }
  }
  if (!corner) return;
  const at = view.toScreen(...corner);
  if (gaze) {
    const end = view.toScreen(gaze.x, gaze.y);
    to.globalAlpha = 0.6;
    rectangle(to, at.x, at.y, end.x - at.x, end.y - at.y, LIGHT);
    to.globalAlpha = 1;
  }
  for (const [style, width] of /** @type {[string, number][]} */ ([[HALO, 5], [LIGHT, 2.5]])) {
    line2(to, { x: at.x - 10, y: at.y }, { x: at.x + 10, y: at.y }, style, width);
    line2(to, { x: at.x, y: at.y - 10 }, { x: at.x, y: at.y + 10 }, style, width);
  }
}

/** A small lens where the eye is: it hides nothing. @param {CanvasRenderingContext2D} to @param {View} view @param {{x: number, y: number}} gaze */
export function paintGaze(to, view, gaze) {
  const at = view.toScreen(gaze.x, gaze.y);
  ring(to, at.x, at.y, LENS_PX, LIGHT, 1.5);
  dot(to, at.x, at.y, 1.25, LIGHT, HALO, 0.75);
}

/** A ring that fills while the eye stays. @param {CanvasRenderingContext2D} to @param {View} view @param {LookView} shown */
export function paintDwell(to, view, { dwelt, fixation }) {
  if (!fixation || dwelt <= 0) return;
  const at = view.toScreen(fixation.x, fixation.y);
  ring(to, at.x, at.y, RING_PX, 'rgb(255 255 255 / 35%)', 4);
  to.beginPath();
  to.arc(at.x, at.y, RING_PX, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.min(1, dwelt));
  to.lineWidth = 4;
  to.lineCap = 'butt';
  to.strokeStyle = INK;
  to.stroke();
}
