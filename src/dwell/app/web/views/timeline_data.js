// What the timeline shows, gathered: lanes, gaze on AOIs, fixations, and the stops that keys jump to.

import { stopsOf } from '../core/jumps.js';
import { LaneFeed } from '../core/lanefeed.js';
import { wordsOf } from '../core/lanes.js';
import { clock as timeText } from '../core/time.js';
import { Clock } from '../core/timeline.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {Array<[number, number]>} Spans
 * @typedef {{hits: Map<number, Spans>, visits: Map<number, Spans>}} OnAois
 * @typedef {{fixations: import('./timeline_common.js').FixationBar[], blinks: Spans}} InVideo
 */

export class TimelineData {
  /** @param {Ctx} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.n = ctx.store.recording.n_frames;
    this.clock = new Clock(ctx.player);
    this.lanes = new LaneFeed(ctx.api, ctx.store);
    /** @type {{info: unknown, on: OnAois} | null} */
    this.gazeKept = null;
    /** @type {{eye: unknown, video: InVideo} | null} */
    this.eyeKept = null;
  }

  close() {
    this.lanes.close();
  }

  get eye() {
    return this.ctx.results.eye;
  }

  /** AOIs in the order of the list. */
  get aois() {
    return [...this.ctx.store.aois.values()];
  }

  /** Spans of frames with gaze on each AOI, and its visits. @returns {OnAois} */
  get gaze() {
    const { info } = this.ctx.results;
    if (this.gazeKept?.info !== info) {
      /** @type {OnAois} */
      const on = { hits: new Map(), visits: new Map() };
      for (const [id, spans] of Object.entries(info?.hits ?? {})) on.hits.set(Number(id), spans);
      for (const { object_id: id, first_frame: first, stop_frame: stop } of info?.visits ?? []) {
        if (first < 0) continue;
        const spans = on.visits.get(id) ?? [];
        spans.push([first, Math.max(stop, first + 1)]);
        on.visits.set(id, spans);
      }
      this.gazeKept = { info, on };
    }
    return this.gazeKept.on;
  }

  /** Fixations and blinks that are in the video. @returns {InVideo} */
  get inVideo() {
    const { eye } = this;
    if (this.eyeKept?.eye !== eye) {
      const fixations = (eye?.fixation_first_frame ?? []).map((first, index) => {
        return { first, stop: Math.max(first + 1, eye?.fixation_stop_frame[index] ?? 0), index };
      });
      const blinks = (eye?.blink_first_frame ?? []).map((first, i) => {
        return /** @type {[number, number]} */ ([first, Math.max(first + 1, eye?.blink_stop_frame[i] ?? 0)]);
      });
      const video = {
        fixations: fixations.filter(({ first }) => first >= 0),
        blinks: blinks.filter(([first]) => first >= 0),
      };
      this.eyeKept = { eye, video };
    }
    return this.eyeKept.video;
  }

  /** How fixations look. @returns {import('./timeline_common.js').FixationLook} */
  get look() {
    const { store, results, ui } = this.ctx;
    const starts = results.eye?.fixation_start_ns ?? [];
    const on = results.info?.fixations_on ?? [];
    return {
      byHand: (i) => store.marks.has(String(starts[i])),
      colourOf: (i) =>
        store.aois.get((store.marks.get(String(starts[i]))?.object_ids ?? on[i] ?? [])[0])?.colour ?? null,
      selected: ui.get('fixation'),
    };
  }

  /**
   * Frames to stop at, of the selected AOI or of all.
   * @param {import('../core/jumps.js').JumpKind} kind
   */
  stops(kind) {
    const { ui, results, store } = this.ctx;
    const selected = ui.get('selected');
    const objectIds = selected !== null && store.aois.has(selected) ? [selected] : [...store.aois.keys()];
    const lanes = objectIds.flatMap((id) => this.lanes.get(id) ?? []);
    return stopsOf(kind, { objectIds, lanes, eye: results.eye, info: results.info });
  }

  /**
   * An AOI's state on a frame, in words.
   * @param {number} objectId
   * @param {number} frameIdx
   */
  stateAt(objectId, frameIdx) {
    return wordsOf(this.lanes.get(objectId)?.at(frameIdx) ?? 0);
  }

  /** Where a frame is, in words. @param {number} frameIdx */
  placeAt(frameIdx) {
    return this.ctx.volume ? `slice ${frameIdx}` : `${this.timeAt(frameIdx)} · frame ${frameIdx}`;
  }

  /**
   * @param {number} frameIdx
   * @param {number} [digits]
   */
  timeAt(frameIdx, digits = 1) {
    return timeText(this.clock.ms(frameIdx) / 1000, digits);
  }
}
