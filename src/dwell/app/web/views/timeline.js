// The timeline: a zoomable strip with a lane per AOI, what is common to all above it, the whole recording below.

import { timeLeft } from '../core/time.js';
import { around, clampSpan, follow, pan, toX, zoomAbout } from '../core/timeline.js';
import { watchSize } from './dom.js';
import { TimelineData } from './timeline_data.js';
import { resizeGrip } from './timeline_grip.js';
import { bindJumps, followFixation, jumpControl } from './timeline_jumps.js';
import { Labels } from './timeline_labels.js';
import { Minimap } from './timeline_map.js';
import { Patterns, remPx } from './timeline_paint.js';
import { makeParts, nameRows } from './timeline_parts.js';
import { attachPointer } from './timeline_pointer.js';
import { sliderKeys } from './timeline_slider.js';
import { SpanBar, openPlaceMenu } from './timeline_span.js';
import { LANE_REM, paintCommon, paintLanes } from './timeline_strip.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {[number, number]} Span
 */

/**
 * @param {HTMLElement} root
 * @param {Ctx} ctx
 * @returns {() => void} unmounts it
 */
export function mountTimeline(root, ctx) {
  const view = new Timeline(root, ctx);
  return () => view.close();
}

class Timeline {
  /**
   * @param {HTMLElement} root
   * @param {Ctx} ctx
   */
  constructor(root, ctx) {
    this.ctx = ctx;
    this.data = new TimelineData(ctx);
    this.patterns = new Patterns();
    this.width = 0;
    this.scrubbing = false;
    /** Whether a repaint is due, and whether of everything. */
    this.due = { all: false, head: false };
    /** @type {Array<() => void>} */
    this.offs = [];
    const zoomTo = (/** @type {number} */ start, /** @type {number} */ stop) => this.zoomTo(start, stop);
    this.bar = new SpanBar(this.data, { changed: () => this.paintLater(), zoomTo });
    this.labels = new Labels(this.data, (id) => ctx.ui.set('selected', id));
    const owner = { getSpan: () => this.span, setSpan: (/** @type {Span} */ span) => this.setSpan(span) };
    this.map = new Minimap(this.data, this.patterns, owner);
    this.jumps = bindJumps(this.data, (words) => this.announce(words));
    const zoom = { by: (/** @type {number} */ factor) => this.zoom(factor), fit: () => this.fit() };
    const pieces = {
      names: this.labels.node,
      map: this.map.node,
      span: this.bar.node,
      jump: jumpControl(this.jumps.jump, this.ctx),
    };
    this.parts = makeParts(pieces, zoom);
    this.parts.node.prepend(resizeGrip(this.parts.node, () => this.paintLater()));
    root.append(this.parts.node);
    this.listen();
    ctx.results.want();
    this.paintLater();
  }

  close() {
    for (const off of [...this.offs, this.jumps.off]) off();
    this.bar.close();
    this.data.close();
    this.parts.node.remove();
  }

  listen() {
    const { ctx } = this;
    const { slider, strip, scroll } = this.parts;
    const all = () => this.paintLater();
    const theme = new MutationObserver(all);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    this.offs.push(
      ctx.player.subscribe((at) => this.moved(at)),
      ctx.store.subscribe((change) => {
        if (change.aois || change.view) this.labels.build();
        if (change.aois) this.bar.renew();
        all();
      }),
      ctx.ui.subscribe((key) => this.uiChanged(key)),
      ctx.results.subscribe(all),
      this.data.lanes.subscribe(all),
      watchSize(this.parts.body, all),
      () => theme.disconnect(),
    );
    this.labels.build();
    scroll.addEventListener('scroll', all);
    for (const node of [slider, strip]) attachPointer(node, this.target());
    sliderKeys(slider, {
      ctx,
      getSpan: () => this.span,
      zoom: (by) => this.zoom(by),
      fit: () => this.fit(),
      menu: () => this.menuAtHead(),
    });
  }

  /** @param {string} key */
  uiChanged(key) {
    if (key === 'selected') {
      const selected = this.ctx.ui.get('selected');
      this.labels.update();
      if (selected !== null) this.labels.show(selected);
    }
    if (key === 'selected' || key === 'fixation' || key === 'timelineSpan') this.paintLater();
  }

  /** Frames shown. @returns {Span} */
  get span() {
    const n = Math.max(1, this.data.n);
    return clampSpan(this.ctx.ui.get('timelineSpan') ?? [0, n], n);
  }

  /** @param {Span} span */
  setSpan(span) {
    const n = Math.max(1, this.data.n);
    const [start, stop] = clampSpan(span, n);
    this.ctx.ui.set('timelineSpan', stop - start >= n ? null : [start, stop]);
  }

  fit() {
    this.setSpan([0, this.data.n]);
  }

  /** About the playhead if it is on screen, else about the middle. @param {number} factor */
  zoom(factor) {
    const { span } = this;
    const head = this.ctx.player.frameIdx + 0.5;
    const about = head >= span[0] && head <= span[1] ? head : (span[0] + span[1]) / 2;
    this.setSpan(zoomAbout(span, about, factor, this.data.n));
  }

  /** @param {number} start @param {number} stop */
  zoomTo(start, stop) {
    this.setSpan(around(start, stop, Math.max(2, (stop - start) * 0.1), this.data.n));
  }

  /** @param {{frameIdx: number, settled: boolean}} at */
  moved({ frameIdx, settled }) {
    const { span } = this;
    const wanted = this.scrubbing
      ? pushed(span, frameIdx, this.data.n)
      : follow(span, frameIdx, this.data.n, this.ctx.player.playing);
    if (wanted !== span) this.setSpan(wanted);
    if (settled) followFixation(this.data, frameIdx);
    this.headLater();
  }

  /** @returns {import('./timeline_pointer.js').Target} */
  target() {
    const { player } = this.ctx;
    return {
      getSpan: () => this.span,
      setSpan: (span) => this.setSpan(span),
      width: () => this.width,
      n: this.data.n,
      objectAt: (event) => this.objectAt(event),
      scrub: (frame, settle) => {
        this.scrubbing = !settle;
        player.seek(frame, { settle });
      },
      select: (objectId, start, stop) => this.bar.set({ objectId, start, stop }),
      menu: (event, frame, objectId) => this.openMenu(event.clientX, event.clientY, frame, objectId),
      hover: (event, frame, objectId) => this.hover(event, frame, objectId),
    };
  }

  /** @param {MouseEvent} event */
  objectAt(event) {
    const { scroll } = this.parts;
    if (!(event.target instanceof Node) || !scroll.contains(event.target)) return null;
    const y = event.clientY - scroll.getBoundingClientRect().top + scroll.scrollTop;
    return this.data.aois[Math.floor(y / (LANE_REM * remPx()))]?.object_id ?? null;
  }

  /** @param {number} x @param {number} y @param {number} frame @param {number | null} objectId */
  openMenu(x, y, frame, objectId) {
    const zoomTo = (/** @type {number} */ start, /** @type {number} */ stop) => this.zoomTo(start, stop);
    const { anchor } = this.parts;
    openPlaceMenu(this.data, this.bar, { frame, objectId, x, y, zoomTo, fit: () => this.fit(), anchor });
  }

  menuAtHead() {
    const { player, ui } = this.ctx;
    const box = this.parts.slider.getBoundingClientRect();
    this.openMenu(
      box.left + toX(this.span, this.width, player.frameIdx),
      box.bottom,
      player.frameIdx,
      ui.get('selected'),
    );
  }

  /** @param {MouseEvent | null} event @param {number} frame @param {number | null} objectId */
  hover(event, frame, objectId) {
    const { data } = this;
    const { hint, body } = this.parts;
    hint.hidden = !event || event.buttons !== 0;
    if (!event || hint.hidden) return;
    const aoi = objectId === null ? undefined : data.ctx.store.aois.get(objectId);
    const doubt = aoi && data.lanes.get(aoi.object_id)?.doubtAt(frame);
    const sure = typeof doubt === 'number' ? `, doubt ${Math.round(doubt * 100)} %` : '';
    const state = aoi ? ` · ${aoi.name}: ${data.stateAt(aoi.object_id, frame)}${sure}` : this.fixationWords(frame);
    hint.textContent = `${data.placeAt(frame)}${state}`;
    const box = body.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 12, box.width - hint.offsetWidth - 8);
    hint.style.transform = `translate(${Math.max(0, left)}px, ${event.clientY - box.top - hint.offsetHeight - 10}px)`;
  }

  /** @param {number} frame */
  fixationWords(frame) {
    const { eye } = this.data;
    const found = this.data.inVideo.fixations.find(({ first, stop }) => first <= frame && frame < stop);
    if (!eye || !found) return '';
    const id = eye.fixation_ids[found.index];
    return ` · fixation ${id >= 0 ? id : found.index + 1}`;
  }

  /** @param {string} words */
  announce(words) {
    this.parts.live.textContent = words;
  }

  paintLater() {
    this.due.all = true;
    this.headLater();
  }

  headLater() {
    if (this.due.head) return;
    this.due.head = true;
    requestAnimationFrame(() => {
      const { all } = this.due;
      this.due = { all: false, head: false };
      if (!this.parts.node.isConnected) return;
      if (all) this.paint();
      this.paintHead();
    });
  }

  paint() {
    const { scroll, strip, top, bottom, common, lanes, names } = this.parts;
    const gutter = scroll.offsetWidth - scroll.clientWidth;
    for (const row of [top, bottom]) row.style.paddingRight = `${gutter}px`;
    this.width = strip.clientWidth;
    if (this.width < 10) return;
    const strips = { data: this.data, span: this.span, width: this.width, patterns: this.patterns };
    nameRows(names, paintCommon(common, strips));
    paintLanes(lanes, strips, scroll, this.bar.span);
    this.map.paint(this.width);
    this.paintJob();
  }

  paintJob() {
    const { job } = this.ctx.store;
    const running = job?.state === 'running';
    const share = job && job.total > 0 ? ` · ${Math.floor((job.done / job.total) * 100)} %` : '';
    const left = timeLeft(job?.left_s);
    const words = running && job ? `${job.what}${share}${left ? ` · ${left}` : ''}` : '';
    if (this.parts.job.textContent !== words) this.parts.job.textContent = words;
    this.parts.job.hidden = !running;
  }

  paintHead() {
    const { player } = this.ctx;
    const { span, width, data } = this;
    const { head, slider, cover, strip, body, readout } = this.parts;
    const left = strip.getBoundingClientRect().left - body.getBoundingClientRect().left;
    cover.style.left = `${left}px`;
    cover.style.width = `${width}px`;
    head.style.transform = `translateX(${toX(span, width, player.frameIdx)}px)`;
    head.style.width = `${Math.max(2, width / (span[1] - span[0]))}px`;
    this.map.place();
    this.labels.update();
    const place = `${data.placeAt(player.frameIdx)} of 0–${data.n - 1}`;
    const words = this.ctx.volume ? place : `frame ${player.frameIdx} of 0–${data.n - 1}, ${data.timeAt(player.frameIdx)}`;
    readout.textContent = place;
    if (player.playing) return;
    slider.setAttribute('aria-valuemin', '0');
    slider.setAttribute('aria-valuemax', String(Math.max(0, data.n - 1)));
    slider.setAttribute('aria-valuenow', String(player.frameIdx));
    slider.setAttribute('aria-valuetext', words);
  }
}

/**
 * A span that is pushed by a frame at its edge.
 * @param {Span} span @param {number} frame @param {number} n
 */
function pushed(span, frame, n) {
  if (frame < span[0]) return pan(span, frame - span[0], n);
  return frame + 1 > span[1] ? pan(span, frame + 1 - span[1], n) : span;
}
