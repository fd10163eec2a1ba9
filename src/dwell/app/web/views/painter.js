// Draws a scene: masks, prompts, gaze. Knows nothing of where it comes from.

/** @typedef {import('../core/viewport.js').Viewport} Viewport */
/** @typedef {import('../core/rle.js').Mask} Mask */
/** @typedef {import('../core/messages.js').Prompt} Prompt */
/** @typedef {import('../core/gaze.js').Sample} Sample */
/**
 * @typedef {object} ShownMask
 * @property {Mask} mask
 * @property {string} colour
 * @property {string} name
 * @property {boolean} selected
 * @property {boolean} looked
 * @property {boolean} stale
 * @property {string} badge words beside the name; empty: none
 * @property {boolean} [named] false: without its name
 */
/** @typedef {{prompt: Prompt, colour: string, pending: boolean}} ShownPrompt */
/**
 * @typedef {object} ShownSuggestion
 * @property {readonly [number, number, number, number]} box image px
 * @property {string} label
 * @property {string} colour
 * @property {boolean} on it is to be added
 * @property {boolean} hot a person points at it
 * @property {Mask|null} mask that it would have, once that is known
 */
/**
 * @typedef {object} Scene
 * @property {readonly ShownMask[]} masks lowest first
 * @property {readonly ShownPrompt[]} prompts
 * @property {readonly ShownSuggestion[]} suggestions lowest first
 * @property {readonly Sample[][]} trail unbroken stretches, oldest first
 * @property {readonly Sample[]} gaze samples of the frame
 * @property {{x: number, y: number, label: string}|null} fixation
 * @property {import('../core/messages.js').FixationDots|null} dots fixations of all recordings, on a picture
 * @property {{act: import('../core/gestures.js').Act, radius: number, colour: string}|null} draft in stage px
 * @property {{x: number, y: number}|null} aim image px
 * @property {{x: number, y: number, radius: number}|null} brush pointer in stage px, radius in stage px
 * @property {number} opacity
 * @property {boolean} labels
 * @property {number} unit stage px per px of the design: text and marks grow with the rest of the page
 */

const LOOKED = '#ffe600';
const GAZE = '#ff3d7f';
const FIXATION = '#ffffff';
/** A fixation of DOT_MS has a radius of DOT_PX. */
const [DOT_PX, DOT_MS, DOT_OPACITY] = [7, 300, 0.5];
export const HALO = 'rgb(0 0 0 / 65%)';
export const FONT = '600 12px system-ui, "Noto Sans", "Liberation Sans", sans-serif';

/** @type {WeakMap<Mask, Path2D>} */
const paths = new WeakMap();

/** @param {Mask} mask @returns {Path2D} */
export function pathOf(mask) {
  let path = paths.get(mask);
  if (!path) {
    path = new Path2D();
    for (const xy of mask.outline) {
      path.moveTo(xy[0] ?? 0, xy[1] ?? 0);
      for (let at = 2; at < xy.length; at += 2) path.lineTo(xy[at] ?? 0, xy[at + 1] ?? 0);
      path.closePath();
    }
    paths.set(mask, path);
  }
  return path;
}

/** @param {CanvasRenderingContext2D} to @param {Viewport} viewport @param {CanvasImageSource|null} picture */
export function paintFrame(to, viewport, picture) {
  to.setTransform(1, 0, 0, 1, 0, 0);
  to.clearRect(0, 0, to.canvas.width, to.canvas.height);
  if (!picture) return;
  to.setTransform(...viewport.transform);
  to.imageSmoothingEnabled = viewport.scale * viewport.ratio < 3;
  to.drawImage(picture, 0, 0, viewport.imageWidth, viewport.imageHeight);
}

/** @param {CanvasRenderingContext2D} to @param {Viewport} viewport @param {Scene} scene */
export function paintScene(to, viewport, scene) {
  to.setTransform(1, 0, 0, 1, 0, 0);
  to.clearRect(0, 0, to.canvas.width, to.canvas.height);
  to.setTransform(...viewport.transform);
  for (const shown of scene.masks) paintMask(to, shown, scene.opacity, scene.unit / viewport.scale);
  for (const { mask, colour } of scene.suggestions) if (mask) paintSuggestedMask(to, mask, colour, scene.opacity, scene.unit / viewport.scale);
  const { ratio } = viewport;
  const view = inUnits(viewport, scene.unit);
  to.setTransform(ratio * scene.unit, 0, 0, ratio * scene.unit, 0, 0);
  to.font = FONT;
  if (scene.labels) paintLabels(to, view, scene.masks.filter((each) => each.named !== false));
  for (const shown of scene.suggestions) paintSuggestion(to, view, shown);
  if (scene.dots) paintDots(to, view, scene.dots);
  paintGaze(to, view, scene);
  for (const shown of scene.prompts) paintPrompt(to, view, shown);
  if (scene.aim) paintAim(to, view.toScreen(scene.aim.x, scene.aim.y));
  to.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (scene.draft) paintDraft(to, scene.draft);
  if (scene.brush) ring(to, scene.brush.x, scene.brush.y, scene.brush.radius, '#ffffff', 1.5);
}

/** What painters need of a viewport. @typedef {Pick<Viewport, 'scale'|'stageWidth'|'stageHeight'|'toScreen'>} View */

/** The viewport in px of the design. @param {Viewport} viewport @param {number} unit @returns {View} */
export function inUnits(viewport, unit) {
  const { scale, stageWidth, stageHeight } = viewport;
  const toScreen = (/** @type {number} */ x, /** @type {number} */ y) => {
    const at = viewport.toScreen(x, y);
    return { x: at.x / unit, y: at.y / unit };
  };
  return { scale: scale / unit, stageWidth: stageWidth / unit, stageHeight: stageHeight / unit, toScreen };
}

/** @param {CanvasRenderingContext2D} to @param {ShownMask} shown @param {number} opacity @param {number} px one stage px in image px */
function paintMask(to, shown, opacity, px) {
  const path = pathOf(shown.mask);
  to.globalAlpha = shown.looked ? Math.min(1, opacity + 0.15) : opacity;
  to.fillStyle = shown.looked ? LOOKED : shown.colour;
  to.fill(path);
  to.globalAlpha = 1;
  to.lineJoin = 'round';
  const width = shown.looked ? 4 : shown.selected ? 2.5 : 1.5;
  stroke(to, path, shown.selected ? '#ffffff' : HALO, (width + (shown.selected ? 2.5 : 1.5)) * px, []);
  stroke(to, path, shown.colour, width * px, shown.stale ? [6 * px, 4 * px] : []);
}

/** @param {CanvasRenderingContext2D} to @param {Path2D} path @param {string} style @param {number} width @param {number[]} dash */
function stroke(to, path, style, width, dash) {
  to.strokeStyle = style;
  to.lineWidth = width;
  to.setLineDash(dash);
  to.stroke(path);
  to.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} to @param {View} viewport @param {readonly ShownMask[]} masks */
function paintLabels(to, viewport, masks) {
  for (const { mask, name, badge, colour } of masks) {
    if (mask.box) plate(to, viewport, mask.box, badge ? `${name} · ${badge}` : name, colour);
  }
}

/** A name above a box. @param {CanvasRenderingContext2D} to @param {View} viewport @param {readonly number[]} box image px
 * @param {string} text @param {string} colour */
function plate(to, viewport, box, text, colour) {
  const at = viewport.toScreen(box[0] ?? 0, box[1] ?? 0);
  const width = to.measureText(text).width + 22;
  const x = Math.max(2, Math.min(at.x, viewport.stageWidth - width - 2));
  const y = Math.max(2, Math.min(at.y - 24, viewport.stageHeight - 22));
  to.fillStyle = 'rgb(18 20 24 / 84%)';
  to.beginPath();
  to.roundRect(x, y, width, 20, 4);
  to.fill();
  to.fillStyle = colour;
  to.fillRect(x + 5, y + 6, 8, 8);
  to.fillStyle = '#ffffff';
  to.textBaseline = 'middle';
  to.fillText(text, x + 17, y + 10.5);
}

/** @param {CanvasRenderingContext2D} to @param {Mask} mask @param {string} colour @param {number} opacity @param {number} px one stage px in image px */
function paintSuggestedMask(to, mask, colour, opacity, px) {
  const path = pathOf(mask);
  to.globalAlpha = opacity;
  to.fillStyle = colour;
  to.fill(path);
  to.globalAlpha = 1;
  stroke(to, path, HALO, 4 * px, []);
  stroke(to, path, colour, 2 * px, [6 * px, 4 * px]);
}

/** @param {CanvasRenderingContext2D} to @param {View} viewport @param {ShownSuggestion} shown */
function paintSuggestion(to, viewport, { box, label, colour, on, hot }) {
  const [a, b] = [viewport.toScreen(box[0], box[1]), viewport.toScreen(box[2], box[3])];
  to.globalAlpha = on || hot ? 1 : 0.45;
  rectangle(to, a.x, a.y, b.x - a.x, b.y - a.y, hot ? '#ffffff' : colour);
  plate(to, viewport, box, label, colour);
  to.globalAlpha = 1;
}

/** Fixations as discs whose area is their duration. @param {CanvasRenderingContext2D} to @param {View} view @param {NonNullable<Scene['dots']>} dots */
function paintDots(to, view, { x, y, ms }) {
  to.globalAlpha = DOT_OPACITY;
  to.fillStyle = GAZE;
  to.strokeStyle = HALO;
  to.lineWidth = 1;
  for (let at = 0; at < x.length; at++) {
    const spot = view.toScreen(x[at] ?? 0, y[at] ?? 0);
    to.beginPath();
    to.arc(spot.x, spot.y, Math.max(2, DOT_PX * Math.sqrt((ms[at] ?? 0) / DOT_MS)), 0, 2 * Math.PI);
    to.fill();
    to.stroke();
  }
  to.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} to @param {View} viewport @param {Scene} scene */
function paintGaze(to, viewport, { trail, gaze, fixation }) {
  const newest = trail.at(-1)?.at(-1)?.frameIdx ?? 0;
  const oldest = trail[0]?.[0]?.frameIdx ?? 0;
  to.lineCap = to.lineJoin = 'round';
  const lines = trail.map((line) => line.map((sample) => ({ ...viewport.toScreen(sample.x, sample.y), frameIdx: sample.frameIdx })));
  to.beginPath();
  for (const line of lines) line.forEach((at, index) => (index ? to.lineTo(at.x, at.y) : to.moveTo(at.x, at.y)));
  to.lineWidth = 4;
  to.strokeStyle = 'rgb(0 0 0 / 35%)';
  to.stroke(); // one path, so that the shadow is even where it crosses itself
  for (const line of lines)
    for (let index = 1; index < line.length; index++) {
      const [a, b] = [line[index - 1], line[index]];
      if (!a || !b) continue;
      to.globalAlpha = 0.2 + (0.75 * (b.frameIdx - oldest)) / Math.max(1, newest - oldest);
      line2(to, a, b, GAZE, 2);
    }
  to.globalAlpha = 1;
  if (fixation) paintFixation(to, viewport, fixation);
  const last = gaze.at(-1);
  for (const sample of gaze) {
    const at = viewport.toScreen(sample.x, sample.y);
    if (sample === last) dot(to, at.x, at.y, 6, GAZE, '#ffffff');
    else dot(to, at.x, at.y, 2.5, GAZE, HALO);
  }
}

/** @param {CanvasRenderingContext2D} to @param {View} viewport @param {{x: number, y: number, label: string}} fixation */
function paintFixation(to, viewport, { x, y, label }) {
  const at = viewport.toScreen(x, y);
  ring(to, at.x, at.y, 20, FIXATION, 2.5);
  to.textBaseline = 'middle';
  to.lineWidth = 3;
  to.strokeStyle = HALO;
  to.strokeText(label, at.x + 25, at.y);
  to.fillStyle = FIXATION;
  to.fillText(label, at.x + 25, at.y);
}

/** @param {CanvasRenderingContext2D} to @param {View} viewport @param {ShownPrompt} shown */
function paintPrompt(to, viewport, { prompt, colour, pending }) {
  to.globalAlpha = pending ? 0.75 : 1;
  if (prompt.kind === 'point') {
    const at = viewport.toScreen(prompt.x ?? 0, prompt.y ?? 0);
    marker(to, at.x, at.y, prompt.positive !== false, colour);
  } else if (prompt.kind === 'box') {
    const a = viewport.toScreen(prompt.x0 ?? 0, prompt.y0 ?? 0);
    const b = viewport.toScreen(prompt.x1 ?? 0, prompt.y1 ?? 0);
    rectangle(to, a.x, a.y, b.x - a.x, b.y - a.y, colour);
  } else if (prompt.points && pending) {
    const radius = (prompt.radius_px ?? 1) * viewport.scale;
    const points = prompt.points.map(([x, y]) => viewport.toScreen(x, y));
    brushLine(to, points.map((at) => [at.x, at.y]), radius, prompt.positive === false ? '#ffffff' : colour);
  }
  to.globalAlpha = 1;
}

/** A disc with + or −: told apart by shape and fill, not by colour alone.
 * @param {CanvasRenderingContext2D} to @param {number} x @param {number} y @param {boolean} positive @param {string} colour */
export function marker(to, x, y, positive, colour) {
  dot(to, x, y, 8, positive ? colour : '#ffffff', positive ? '#ffffff' : '#c00020', 2);
  const ink = positive ? '#ffffff' : '#c00020';
  if (positive) line2(to, { x, y: y - 4.5 }, { x, y: y + 4.5 }, HALO, 3.5);
  if (positive) line2(to, { x: x - 4.5, y }, { x: x + 4.5, y }, HALO, 3.5);
  line2(to, { x: x - 4, y }, { x: x + 4, y }, ink, 2);
  if (positive) line2(to, { x, y: y - 4 }, { x, y: y + 4 }, ink, 2);
}

/** @param {CanvasRenderingContext2D} to @param {NonNullable<Scene['draft']>} draft */
function paintDraft(to, { act, radius, colour }) {
  if (act.kind === 'box') rectangle(to, act.x0, act.y0, act.x1 - act.x0, act.y1 - act.y0, colour);
  if (act.kind !== 'stroke') return;
  to.globalAlpha = 0.55;
  brushLine(to, act.points, radius, act.positive ? colour : '#ffffff');
  to.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} to @param {readonly (readonly [number, number])[]} points @param {number} radius @param {string} colour */
function brushLine(to, points, radius, colour) {
  const [x0, y0] = points[0] ?? [0, 0];
  to.beginPath();
  to.moveTo(x0, y0);
  for (const [x, y] of points) to.lineTo(x, y);
  if (points.length === 1) to.lineTo(x0 + 0.01, y0);
  to.lineCap = to.lineJoin = 'round';
  to.lineWidth = 2 * radius;
  to.strokeStyle = colour;
  to.stroke();
}

/** @param {CanvasRenderingContext2D} to @param {{x: number, y: number}} at */
function paintAim(to, { x, y }) {
  for (const [style, width] of /** @type {[string, number][]} */ ([[HALO, 4], ['#ffffff', 1.5]])) {
    for (const [dx, dy] of /** @type {[number, number][]} */ ([[1, 0], [-1, 0], [0, 1], [0, -1]]))
      line2(to, { x: x + dx * 4, y: y + dy * 4 }, { x: x + dx * 18, y: y + dy * 18 }, style, width);
  }
  dot(to, x, y, 1.5, '#ffffff', HALO);
}

/** @param {CanvasRenderingContext2D} to @param {number} x @param {number} y @param {number} w @param {number} h @param {string} colour */
export function rectangle(to, x, y, w, h, colour) {
  to.strokeStyle = HALO;
  to.lineWidth = 4;
  to.strokeRect(x, y, w, h);
  to.strokeStyle = colour;
  to.lineWidth = 2;
  to.setLineDash([7, 4]);
  to.strokeRect(x, y, w, h);
  to.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} to @param {number} x @param {number} y @param {number} r @param {string} fill @param {string} edge @param {number} [width] */
export function dot(to, x, y, r, fill, edge, width = 1.5) {
  to.beginPath();
  to.arc(x, y, r, 0, 2 * Math.PI);
  to.fillStyle = fill;
  to.fill();
  to.lineWidth = width;
  to.strokeStyle = edge;
  to.stroke();
}

/** @param {CanvasRenderingContext2D} to @param {number} x @param {number} y @param {number} r @param {string} colour @param {number} width */
export function ring(to, x, y, r, colour, width) {
  to.beginPath();
  to.arc(x, y, r, 0, 2 * Math.PI);
  to.lineWidth = width + 2;
  to.strokeStyle = HALO;
  to.stroke();
  to.lineWidth = width;
  to.strokeStyle = colour;
  to.stroke();
}

/** @param {CanvasRenderingContext2D} to @param {{x: number, y: number}} a @param {{x: number, y: number}} b @param {string} style @param {number} width */
export function line2(to, a, b, style, width) {
  to.beginPath();
  to.moveTo(a.x, a.y);
  to.lineTo(b.x, b.y);
  to.lineWidth = width;
  to.strokeStyle = style;
  to.stroke();
}
