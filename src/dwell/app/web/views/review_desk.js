// What the review queue does: fetches moments, goes to them, and carries out what the person decides.

import { gapAround } from '../core/correct.js';
import { Loop } from '../core/loop.js';
import { Queue, REASONS } from '../core/queue.js';
import { approveSpan, markAbsent } from '../core/spans.js';
import { Clock, clampSpan } from '../core/timeline.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {import('../core/messages.js').Moment} Moment
 * @typedef {import('../core/messages.js').ChangeSet} ChangeSet
 */

const ROOM_MS = 2000;
const LOOP_ROOM_MS = 500;
const SETTLE_MS = 700;
const SETTLE_TRACKING_MS = 3000;

export class ReviewDesk {
  /**
   * @param {Ctx} ctx
   * @param {{changed: () => void, announce: (words: string) => void}} owner
   */
  constructor(ctx, { changed, announce }) {
    this.ctx = ctx;
    this.changed = changed;
    this.announce = announce;
    this.queue = new Queue();
    this.clock = new Clock(ctx.player);
    this.loop = new Loop(ctx.player, changed);
    this.target = 0.95;
    this.busy = false;
    this.stale = true;
    this.error = '';
    /** AOIs and frames whose gap is tracked again when tracking has ended. @type {Array<[number, number]>} */
    this.gaps = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.off = ctx.store.subscribe((change) => this.follow(change));
  }

  close() {
    clearTimeout(this.timer);
    this.loop.close();
    this.off();
  }

  get shown() {
    return this.ctx.ui.get('panel') === 'review';
  }

  /** Fetches the queue if it is out of date and looked at. */
  async load() {
    if (this.busy || !this.stale || !this.shown) return;
    this.busy = true;
    this.stale = false;
    this.changed();
    try {
      this.queue.load(await this.ctx.api.get(`review?target=${this.target}`));
      this.error = '';
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.busy = false;
    this.changed();
    if (this.stale) this.later();
  }

  /** Fetches it soon. */
  later() {
    this.stale = true;
    clearTimeout(this.timer);
    const ms = this.ctx.store.job?.state === 'running' ? SETTLE_TRACKING_MS : SETTLE_MS;
    this.timer = setTimeout(() => void this.load(), ms);
  }

  /** @param {number} target 0 … 1 */
  setTarget(target) {
    this.target = target;
    this.later();
  }

  /** @param {ChangeSet} change */
  follow(change) {
    for (const done of this.queue.dealt) {
      if (done.step === null && done.rev === change.rev) done.step = this.ctx.store.steps.undo?.id ?? null;
    }
    if (change.steps) this.noteUndo();
    this.noteCorrection(change);
    if (change.job && change.job.state !== 'running') void this.retrackNext(change.job.state === 'cancelled');
    if (change.lanes || change.prompts || change.results || change.aois) this.later();
  }

  /** What was undone, here or in another tab, is not dealt with any more. */
  noteUndo() {
    const newest = this.ctx.store.steps.undo?.id ?? -1;
    for (const done of this.queue.dealt.filter(({ step }) => step !== null && step > newest)) this.queue.reopen(done);
    this.changed();
  }

  /** A prompt in the current moment deals with it. @param {ChangeSet} change */
  noteCorrection({ origin, prompts, rev }) {
    const moment = this.queue.current;
    if (origin !== this.ctx.client || !prompts || !moment || !this.shown) return;
    if (this.ctx.store.steps.redo) return; // undo brought them back
    const made = [...prompts.created, ...prompts.updated].filter(
      ({ object_id: id, frame_idx: at }) =>
        id === moment.object_id && at >= moment.first_frame && at < moment.stop_frame,
    );
    if (made.length === 0) return;
    const absent = made.every(({ kind }) => kind === 'absent');
    this.queue.deal(moment, absent ? 'absent' : 'corrected', rev, this.ctx.store.steps.undo?.id ?? null, made[0].frame_idx);
    this.changed();
  }

  /** The moment one is at, if it is still open; says so if there is none. */
  get current() {
    const { current } = this.queue;
    if (!current) this.ctx.say.info('Go to a moment first: Enter.');
    return current;
  }

  next() {
    const moment = this.queue.next();
    if (moment) return this.show(moment);
    const left = this.queue.open.length;
    this.ctx.say.info(left ? 'That was the last moment of the queue.' : 'Nothing is left in the queue.');
    this.changed();
  }

  back() {
    const moment = this.queue.back();
    if (moment) this.show(moment);
    else this.ctx.say.info('There is no moment before this one.');
  }

  /** @param {Moment} moment */
  go(moment) {
    this.show(this.queue.go(moment));
  }

  /** @param {Moment} moment */
  show(moment) {
    const { ui, player, store } = this.ctx;
    this.loop.stop();
    if (store.aois.has(moment.object_id)) ui.set('selected', moment.object_id);
    ui.set('timelineSpan', clampSpan(this.framesAround(moment, ROOM_MS), player.nFrames));
    player.seek(moment.frame_idx);
    const place = this.queue.index() + 1;
    const name = store.aois.get(moment.object_id)?.name ?? 'AOI';
    const where = place > 0 ? `Moment ${place} of ${this.queue.open.length}: ` : '';
    this.announce(`${where}${name}, ${REASONS[moment.reason].words}. ${moment.why}`);
    this.changed();
  }

  /**
   * @param {Moment} moment
   * @param {number} room in ms on both sides
   * @returns {[number, number]}
   */
  framesAround(moment, room) {
    const start = this.clock.frame(this.clock.ms(moment.first_frame) - room);
    const stop = this.clock.frame(this.clock.ms(moment.stop_frame) + room);
    return [start, stop];
  }

  async approve() {
    const moment = this.current;
    if (!moment) return;
    const span = { objectId: moment.object_id, start: moment.first_frame, stop: moment.stop_frame };
    const done = await approveSpan(this.ctx, span, true, true);
    if (!done || done.n === 0) return;
    this.dealt(moment, 'approved', done.rev, moment.frame_idx);
  }

  async absent() {
    const moment = this.current;
    if (!moment) return;
    const { frameIdx } = this.ctx.player;
    const inside = frameIdx >= moment.first_frame && frameIdx < moment.stop_frame;
    const at = inside ? frameIdx : moment.frame_idx;
    const answer = await markAbsent(this.ctx, moment.object_id, at);
    if (!answer) return;
    this.dealt(moment, 'absent', answer.rev, at);
    await this.retrack(moment.object_id, at);
  }

  /** Tracks the gap around a frame again; once it has ended, if tracking is under way.
   * @param {number} objectId @param {number} frameIdx @returns {Promise<boolean>} whether it is tracked, or will be */
  async retrack(objectId, frameIdx) {
    const { api, client, ui, say, store } = this.ctx;
    if (!ui.get('autoTrack')) return false;
    if (store.job?.state === 'running') return this.gaps.push([objectId, frameIdx]) > 0;
    try {
      const gap = gapAround(new Uint8Array(await api.bytes(`lanes/${objectId}`)), frameIdx);
      const job = gap && (await api.post('track', { client, object_ids: [objectId], ...gap, direction: 'both', join: true }));
      if (job && (job.span[0] > gap.start || job.span[1] < gap.stop)) this.gaps.push([objectId, frameIdx]); // another's
      return gap !== null;
    } catch (error) {
      say.error(error);
      return false;
    }
  }

  /** After tracking: the next gap that waits for it. @param {boolean} stopped by a person, who wants no more of it */
  async retrackNext(stopped) {
    const waiting = this.gaps;
    this.gaps = [];
    if (stopped) return;
    for (let gap = waiting.shift(); gap; gap = waiting.shift()) {
      if (this.ctx.store.aois.has(gap[0]) && (await this.retrack(...gap))) break;
    }
    this.gaps.push(...waiting);
  }

  /** @param {Moment} moment @param {import('../core/queue.js').Outcome} outcome @param {number} rev @param {number} frameIdx */
  dealt(moment, outcome, rev, frameIdx) {
    const { store } = this.ctx;
    const step = store.rev === rev ? (store.steps.undo?.id ?? null) : null;
    this.queue.deal(moment, outcome, rev, step, frameIdx);
    if (this.queue.open.length) this.next();
    else this.announce('Nothing is left in the queue.');
    this.changed();
  }

  /** To the click tool and the picture. */
  correct() {
    const moment = this.current;
    if (!moment) return;
    const { ui, player } = this.ctx;
    this.loop.stop();
    ui.set('selected', moment.object_id);
    ui.set('tool', 'click');
    if (player.frameIdx < moment.first_frame || player.frameIdx >= moment.stop_frame) player.seek(moment.frame_idx);
    else player.pause();
    const canvas = document.querySelector('#stage [tabindex="0"]');
    if (canvas instanceof HTMLElement) canvas.focus();
    this.announce('Click what belongs to the AOI, Alt-click what does not.');
  }

  skip() {
    if (!this.queue.open.length) return this.ctx.say.info('No moment is left to skip.');
    const moment = this.current;
    if (!moment) return;
    this.queue.skip(moment);
    this.next();
  }

  toggleLoop() {
    const moment = this.current;
    if (!moment) return;
    const [start, stop] = this.framesAround(moment, LOOP_ROOM_MS);
    const last = this.ctx.player.nFrames;
    this.loop.toggle(Math.max(0, Math.floor(start)), Math.min(last, Math.ceil(stop)));
  }

  /** @param {import('../core/queue.js').Dealt} done */
  async undo(done) {
    const { ctx } = this;
    const { moment, outcome, step, frameIdx } = done;
    const { object_id: objectId, first_frame: start, stop_frame: stop } = moment;
    try {
      if (step !== null && ctx.store.steps.undo?.id === step)
        await ctx.api.post('undo', { client: ctx.client, expect: step });
      else if (outcome === 'approved') await approveSpan(ctx, { objectId, start, stop }, false, true);
      else if (outcome === 'absent')
        await ctx.api.post('prompts/clear', { client: ctx.client, object_id: objectId, frame_idx: frameIdx });
      else
        return ctx.say.info('Something was changed after this correction. Undo that first, with Undo in the toolbar.');
    } catch (error) {
      return ctx.say.error(error);
    }
    this.queue.reopen(done);
    this.go(moment);
    this.later();
  }
}
