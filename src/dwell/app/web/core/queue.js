// The review queue: which moments are open, where one is in it, what was done and how much that cleared.

/**
 * @typedef {import('./messages.js').Moment} Moment
 * @typedef {import('./messages.js').ReviewQueue} ReviewQueue
 * @typedef {'approved' | 'corrected' | 'absent'} Outcome
 *
 * A moment that was dealt with in this session.
 * @typedef {object} Dealt
 * @property {Moment} moment
 * @property {Outcome} outcome
 * @property {number} rev of the change; queues made before it still hold the moment
 * @property {number} clearedMs gaze time that could have been wrong
 * @property {number | null} step undo step that did it
 * @property {number} frameIdx frame it was done on
 */

/**
 * Frames that two moments of one AOI share, as a share of the shorter one; 0 for different AOIs.
 * @param {Moment} one
 * @param {Moment} other
 */
export function overlap(one, other) {
  if (one.object_id !== other.object_id) return 0;
  const shared = Math.min(one.stop_frame, other.stop_frame) - Math.max(one.first_frame, other.first_frame);
  const shorter = Math.min(one.stop_frame - one.first_frame, other.stop_frame - other.first_frame);
  return Math.max(0, shared) / Math.max(1, shorter);
}

/**
 * The moment that is the same as another, as a newer queue has it.
 * @param {readonly Moment[]} moments
 * @param {Moment | null} wanted
 * @returns {Moment | null}
 */
export function same(moments, wanted) {
  let best = null;
  let most = 0.5;
  for (const moment of wanted ? moments : []) {
    const shared = overlap(moment, /** @type {Moment} */ (wanted));
    const closer =
      best && wanted && Math.abs(moment.frame_idx - wanted.frame_idx) < Math.abs(best.frame_idx - wanted.frame_idx);
    if (shared > most || (shared === most && (!best || closer))) {
      best = moment;
      most = shared;
    }
  }
  return best;
}

/** What the person works through. */
export class Queue {
  constructor() {
    /** @type {ReviewQueue | null} */
    this.answer = null;
    /** Open moments, worst first; skipped ones last. @type {Moment[]} */
    this.open = [];
    /** Newest first. @type {Dealt[]} */
    this.dealt = [];
    /** @type {Moment[]} */
    this.skipped = [];
    /** Where one is; it may have been dealt with. @type {Moment | null} */
    this.current = null;
    /** Index in `open` to go on from once `current` is not open any more. */
    this.place = -1;
    /** @type {Moment[]} */
    this.trail = [];
  }

  /**
   * Takes a newer queue and keeps the place.
   * @param {ReviewQueue} answer
   */
  load(answer) {
    this.answer = answer;
    this.sort();
    const now = same(this.open, this.current);
    if (now) this.current = now;
  }

  /** Makes `open` anew. */
  sort() {
    const { moments, rev } = this.answer ?? { moments: [], rev: 0 };
    const since = this.dealt.filter((done) => done.rev > rev).map((done) => done.moment);
    const open = moments.filter((moment) => !same(since, moment));
    const isSkipped = (/** @type {Moment} */ moment) => same(this.skipped, moment) !== null;
    this.open = [...open.filter((moment) => !isSkipped(moment)), ...open.filter(isSkipped)];
    const index = this.index();
    if (index >= 0) this.place = index;
  }

  /** Index of the current moment among the open ones; −1 if it is not among them. */
  index() {
    const now = same(this.open, this.current);
    return now ? this.open.indexOf(now) : -1;
  }

  /**
   * Goes to a moment.
   * @param {Moment} moment
   */
  go(moment) {
    if (this.current && this.current !== moment) this.trail.push(this.current);
    this.current = moment;
    const index = this.index();
    if (index >= 0) this.place = index;
    return moment;
  }

  /** The moment after the current one, or the one that took its place. Stays at the last. */
  next() {
    const index = this.index();
    const at = index >= 0 ? index + 1 : Math.max(0, this.place);
    return at < this.open.length ? this.go(this.open[at]) : null;
  }

  /** The moment one was at before. */
  back() {
    const before = this.trail.pop();
    if (!before) return null;
    this.current = same(this.open, before) ?? before;
    const index = this.index();
    if (index >= 0) this.place = index;
    return this.current;
  }

  /**
   * Notes that a moment was dealt with.
   * @param {Moment} moment
   * @param {Outcome} outcome
   * @param {number} rev
   * @param {number | null} [step]
   * @param {number} [frameIdx]
   * @returns {Dealt}
   */
  deal(moment, outcome, rev, step = null, frameIdx = moment.frame_idx) {
    const clearedMs = moment.weight * (this.answer?.total_ms ?? 0);
    const done = { moment, outcome, rev, clearedMs, step, frameIdx };
    this.dealt = [done, ...this.dealt.filter((other) => overlap(other.moment, moment) <= 0.5)];
    this.skipped = this.skipped.filter((other) => overlap(other, moment) <= 0.5);
    this.sort();
    return done;
  }

  /**
   * Takes back that a moment was dealt with.
   * @param {Dealt} done
   */
  reopen(done) {
    this.dealt = this.dealt.filter((other) => other !== done);
    this.sort();
  }

  /**
   * Puts a moment at the end.
   * @param {Moment} moment
   */
  skip(moment) {
    const index = this.index();
    if (same(this.skipped, moment)) return;
    this.skipped.push(moment);
    this.sort();
    if (index >= 0) this.place = index;
    if (this.current && same([moment], this.current)) {
      this.trail.push(this.current);
      this.current = null;
    }
  }

  /** Share of the possible error that was cleared in this session, 0 … 1. */
  progress() {
    const cleared = this.dealt.reduce((sum, done) => sum + done.clearedMs, 0);
    const left = this.open.reduce((sum, moment) => sum + moment.weight, 0) * (this.answer?.total_ms ?? 0);
    return cleared > 0 ? cleared / (cleared + left) : 0;
  }

  /** Of the moments that are open now, those that cover the target. */
  within() {
    const target = this.answer?.target ?? 1;
    let covered = 0;
    let n = 0;
    for (const moment of this.open) {
      if (covered >= target - 1e-9) break;
      covered += moment.weight;
      n++;
    }
    return n;
  }
}

/**
 * "23 moments, about 4 minutes, cover 95 % of the possible error".
 * @param {ReviewQueue} queue
 */
export function headline({ moments, n_for_target: n, minutes, target }) {
  const covered = n > 0 && n <= moments.length ? moments[n - 1].cumulative : target;
  const share = Math.min(100, Math.floor(Math.max(covered, 0) * 100 + 1e-6));
  const verb = n === 1 ? 'covers' : 'cover';
  return `${count(n, 'moment')}, ${duration(minutes)}, ${verb} ${share}\u00a0% of the possible error`;
}

/** @param {number} minutes */
function duration(minutes) {
  if (minutes < 0.75) return 'under a minute';
  return `about ${count(Math.round(minutes), 'minute')}`;
}

/**
 * @param {number} n
 * @param {string} what
 */
export function count(n, what) {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Words and a sign for each reason. */
export const REASONS = Object.freeze({
  lost: { sign: '✕', words: 'lost' },
  untracked: { sign: '…', words: 'not tracked' },
  stale: { sign: '↻', words: 'out of date' },
  doubtful: { sign: '?', words: 'doubtful' },
  jump: { sign: '↯', words: 'jumps' },
  'just found': { sign: '+', words: 'just found' },
  border: { sign: '◐', words: 'gaze near the border' },
});

/**
 * Why there is nothing to review, and what to do next.
 * @param {{hasGaze: boolean, nAois: number, nKnown: number}} project nKnown: frames with an answer, over all AOIs
 * @returns {{title: string, next: string}}
 */
export function whyEmpty({ hasGaze, nAois, nKnown }) {
  if (nAois === 0) {
    return { title: 'No AOIs yet', next: 'Press n to name one, then click it in the video.' };
  }
  if (nKnown === 0) {
    return { title: 'No masks yet', next: 'Click an AOI in the video, then press t to track it.' };
  }
  if (!hasGaze) {
    return {
      title: 'This recording has no gaze',
      next: 'Moments are ranked by gaze. Step through doubtful frames with d instead, or export the masks.',
    };
  }
  return { title: 'Nothing left to review', next: 'No gaze hangs on a doubtful mask. Go on to the results (m).' };
}

/**
 * How far gaze is from the border, for people.
 * @param {number | null} border
 * @param {boolean} hasCamera whether it is in deg
 */
export function borderText(border, hasCamera) {
  if (border === null) return '';
  return hasCamera ? `${border.toFixed(1)}° from the border` : `${Math.round(border)} px from the border`;
}
