// The whole recording in a narrow strip, and which part of it the timeline shows.

import { SOME, eachRun, toColumns } from '../core/lanes.js';
import { clampSpan, pan, toFrame, toX } from '../core/timeline.js';
import { el } from './dom.js';
import { prepare } from './timeline_paint.js';

/**
 * @typedef {import('./timeline_data.js').TimelineData} TimelineData
 * @typedef {[number, number]} Span
 */

export class Minimap {
  /**
   * @param {TimelineData} data
   * @param {import('./timeline_paint.js').Patterns} patterns
   * @param {{getSpan: () => Span, setSpan: (span: Span) => void}} owner
   */
  constructor(data, patterns, { getSpan, setSpan }) {
    this.data = data;
    this.patterns = patterns;
    this.getSpan = getSpan;
    this.setSpan = setSpan;
    this.width = 0;
    /** What was painted, so that zooming does not paint it again. @type {unknown[]} */
    this.painted = [];
    this.canvas = el('canvas', { aria: { hidden: true } });
    this.window = el('div', { class: 'timeline-window' });
    this.head = el('div', { class: 'timeline-map-head' });
    this.node = el('div', { class: 'timeline-map', aria: { hidden: true } }, this.canvas, this.window, this.head);
    this.node.addEventListener('pointerdown', (event) => this.drag(event));
  }

  /** @param {number} width CSS px */
  paint(width) {
    this.width = width;
    const { aois, lanes } = this.data;
    const look = [width, devicePixelRatio, document.documentElement.dataset['theme']];
    const now = [...look, ...aois.flatMap((aoi) => [aoi.colour, lanes.get(aoi.object_id)])];
    if (now.length !== this.painted.length || now.some((each, i) => each !== this.painted[i])) {
      this.painted = now;
      this.paintAll(width);
    }
    this.place();
  }

  /** @param {number} width */
  paintAll(width) {
    const { data, patterns } = this;
    const { aois, lanes, n } = data;
    const scene = prepare(this.canvas, width, this.node.clientHeight, [0, Math.max(1, n)], patterns);
    const pad = Math.round(3 * scene.unit);
    const each = (scene.height - 2 * pad) / Math.max(1, aois.length);
    aois.forEach((aoi, i) => {
      const lane = lanes.get(aoi.object_id);
      if (lane?.n) paintRow(scene, lane, aoi.colour, pad + i * each, Math.max(1, each - 1));
    });
  }

  /** Window and playhead. */
  place() {
    const { n, ctx } = this.data;
    const all = /** @type {Span} */ ([0, Math.max(1, n)]);
    const [start, stop] = this.getSpan();
    const left = toX(all, this.width, start);
    this.window.style.transform = `translateX(${left}px)`;
    this.window.style.width = `${Math.max(6, toX(all, this.width, stop) - left)}px`;
    this.head.style.transform = `translateX(${toX(all, this.width, ctx.player.frameIdx + 0.5)}px)`;
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (event.button !== 0 || this.data.n === 0) return;
    const box = this.node.getBoundingClientRect();
    const at = (/** @type {PointerEvent} */ e) => toFrame([0, this.data.n], this.width, e.clientX - box.left);
    const grabbed = at(event);
    let from = this.getSpan();
    const length = from[1] - from[0];
    if (grabbed < from[0] || grabbed > from[1]) {
      from = clampSpan([grabbed - length / 2, grabbed + length / 2], this.data.n);
      this.setSpan(from);
    }
    const move = (/** @type {PointerEvent} */ e) => this.setSpan(pan(from, at(e) - grabbed, this.data.n));
    const end = () => {
      this.node.removeEventListener('pointermove', move);
      this.node.removeEventListener('lostpointercapture', end);
    };
    this.node.setPointerCapture(event.pointerId);
    this.node.addEventListener('pointermove', move);
    this.node.addEventListener('lostpointercapture', end);
  }
}

/**
 * @param {import('./timeline_paint.js').Scene} scene
 * @param {import('../core/lanes.js').Lane} lane
 * @param {string} colour
 * @param {number} y
 * @param {number} height
 */
function paintRow({ g, width, unit, span, palette, patterns }, lane, colour, y, height) {
  const { some } = toColumns(lane, span, width);
  eachRun(some, width, SOME.visible | SOME.lost | SOME.stale | SOME.absent, (from, to, bits) => {
    g.fillStyle = colour;
    g.globalAlpha = bits & SOME.stale ? 0.4 : 0.9;
    if (bits & SOME.visible) g.fillRect(from, y, to - from, height);
    else if (bits & SOME.absent) g.fillRect(from, y + height / 2, to - from, Math.max(1, unit));
    g.globalAlpha = 1;
    if (!(bits & SOME.lost)) return;
    g.fillStyle = patterns.get(g, 'blink', bits & SOME.visible ? palette.panel : colour, unit);
    g.fillRect(from, y, to - from, height);
  });
}
