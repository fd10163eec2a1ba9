// Paints the strip: the rows common to all, and the lanes of all AOIs on screen.

import { toX } from '../core/timeline.js';
import { commonRows, paintBlinks, paintEvents, paintFixations, paintRuler } from './timeline_common.js';
import { paintLane } from './timeline_lane.js';
import { prepare, remPx } from './timeline_paint.js';

/**
 * @typedef {object} Strip
 * @property {import('./timeline_data.js').TimelineData} data
 * @property {[number, number]} span frames shown
 * @property {number} width CSS px
 * @property {import('./timeline_paint.js').Patterns} patterns
 */

/** Height of a lane. */
export const LANE_REM = 2.25;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Strip} strip
 * @returns {import('./timeline_common.js').CommonRow[]} what was painted, from above
 */
export function paintCommon(canvas, { data, span, width, patterns }) {
  const rem = remPx();
  const rows = commonRows(data.eye, !data.ctx.volume);
  const total = rows.reduce((sum, row) => sum + row.height, 0) * rem;
  const scene = prepare(canvas, width, total, span, patterns);
  const scale = scene.height / total;
  let y = 0;
  for (const { kind, height: rems } of rows) {
    const height = rems * rem * scale;
    if (kind === 'ruler') paintRuler(scene, data.ctx.volume ? null : data.clock, y, height);
    else if (kind === 'events' && data.eye) paintEvents(scene, data.eye, y, height);
    else if (kind === 'fixations') paintFixations(scene, data.inVideo.fixations, data.look, y, height);
    else if (kind === 'blinks') paintBlinks(scene, data.inVideo.blinks, y, height);
    y += height;
  }
  return rows;
}

/**
 * @param {HTMLCanvasElement} canvas as high as what is seen of the lanes
 * @param {Strip} strip
 * @param {HTMLElement} scroll
 * @param {import('../core/spans.js').AoiSpan | null} chosen
 */
export function paintLanes(canvas, { data, span, width, patterns }, scroll, chosen) {
  const { ui, store } = data.ctx;
  const scene = prepare(canvas, width, Math.max(1, scroll.clientHeight), span, patterns);
  const ratio = scene.width / width;
  const height = LANE_REM * remPx() * ratio;
  const { hits, visits } = data.gaze;
  data.aois.forEach(({ object_id: id, colour }, i) => {
    const y = Math.round(i * height - scroll.scrollTop * ratio);
    if (y + height < 0 || y > scene.height) return;
    paintLane(scene, {
      y,
      height: Math.round(height),
      colour,
      lane: data.lanes.get(id),
      hits: hits.get(id) ?? [],
      visits: visits.get(id) ?? [],
      selected: ui.get('selected') === id,
      dim: store.view.hidden?.includes(id) ?? false,
    });
    if (chosen?.objectId === id) paintChosen(scene, chosen, y, height);
    if (store.job?.state === 'running' && store.job.object_ids.includes(id)) paintJob(scene, store.job, y, height);
    scene.g.fillStyle = scene.palette.line;
    scene.g.fillRect(0, y + Math.round(height) - 1, scene.width, 1);
  });
}

/**
 * @param {import('./timeline_paint.js').Scene} scene
 * @param {{start: number, stop: number}} chosen
 * @param {number} y
 * @param {number} height
 */
function paintChosen({ g, width, span, unit, palette }, chosen, y, height) {
  const x = Math.round(toX(span, width, chosen.start));
  const end = Math.round(toX(span, width, chosen.stop));
  g.fillStyle = palette.accent;
  g.globalAlpha = 0.25;
  g.fillRect(x, y, end - x, height);
  g.globalAlpha = 1;
  g.fillRect(x, y, 2 * unit, height);
  g.fillRect(end - 2 * unit, y, 2 * unit, height);
}

/**
 * What is tracked, and how far it is.
 * @param {import('./timeline_paint.js').Scene} scene
 * @param {import('../core/messages.js').Job} job
 * @param {number} y
 * @param {number} height
 */
function paintJob({ g, width, span, unit, palette }, job, y, height) {
  const x = (/** @type {number} */ frame) => Math.round(toX(span, width, frame));
  g.strokeStyle = palette.accent;
  g.lineWidth = Math.max(1, unit);
  g.setLineDash([4 * unit, 3 * unit]);
  g.strokeRect(x(job.span[0]) + 0.5, y + 1.5, x(job.span[1]) - x(job.span[0]) - 1, height - 4);
  g.setLineDash([]);
  if (job.frame_idx === null || job.frame_idx === undefined) return;
  const head = x(job.frame_idx);
  g.fillStyle = palette.accent;
  g.fillRect(head, y + 1, Math.max(3 * unit, x(job.frame_idx + 1) - head), height - 3);
}
