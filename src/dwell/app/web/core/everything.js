// Everything in a video: what to look for, when it is enough, how far it is.
import { progressText } from './tracking.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').EverythingInfo} EverythingInfo */
/** @typedef {import('./messages.js').SearchSettings} SearchSettings */
/** @typedef {import('./messages.js').LookedSettings} LookedSettings */
/** @typedef {import('./messages.js').Unfinished} Unfinished */
/** @typedef {import('./messages.js').Job} Job */
/** @typedef {Pick<Ctx, 'api'|'client'|'store'|'say'>} Needs */
/** @typedef {'everything'|'gaze-first'} Kind */
/** @typedef {'coverage'|'masks'|'minutes'} Limit */
/** @typedef {Omit<import('./messages.js').EverythingRequest, 'client'>} Wish */

/** @type {Record<Kind, string>} */
export const KINDS = { everything: 'Everything in the video', 'gaze-first': 'What was looked at' };

/** Limits in the order they are shown, as a person types them. @type {readonly {limit: Limit, label: string, unit: string, value: number, on: boolean, min: number, max: number, step: number}[]} */
export const LIMITS = [
  { limit: 'coverage', label: 'Coverage', unit: '% of what there is', value: 90, on: true, min: 1, max: 100, step: 1 },
  { limit: 'masks', label: 'Objects', unit: 'at most', value: 60, on: true, min: 1, max: 10_000, step: 1 },
  { limit: 'minutes', label: 'Time', unit: 'minutes', value: 10, on: false, min: 0.1, max: 100_000, step: 0.1 },
];

/**
 * A number that may be set: the field's own name, and what it means. `empty`: what it is when nothing is typed.
 * @typedef {{name: string, label: string, help: string, min: number, max: number, step: number, empty?: string, gaze?: boolean}} Setting
 */

/** @type {readonly (Setting & {name: Exclude<keyof SearchSettings, 'proposer'>})[]} */
export const SETTINGS = [
  { name: 'step', label: 'Frames between key frames', help: 'On key frames the picture is searched for new objects. Left empty, more of them lie where there is much motion.', min: 1, max: 100_000, step: 1, empty: 'by motion' },
  { name: 'iou_thresh', label: 'IoU threshold', help: 'A mask on a key frame that overlaps more than this (0 to 1) with an object that is tracked already is that object.', min: 0.05, max: 0.95, step: 0.01 },
  { name: 'max_masks_per_frame', label: 'Masks per frame', help: 'So many objects are tracked at a time, the most important first.', min: 1, max: 1000, step: 1 },
  { name: 'points_per_side', label: 'Points per side', help: 'Clicks along the longer side of the picture. More find smaller things and take longer; “embedded” needs none.', min: 1, max: 256, step: 1 },
  { name: 'pred_iou_thresh', label: 'Predicted-IoU threshold', help: 'A mask that is thought to fit its object less than this (0 to 1) is left out.', min: 0, max: 1, step: 0.01, empty: 'its own' },
  { name: 'stability_score_thresh', label: 'Stability threshold', help: 'A mask whose border is less clear-cut than this (0 to 1) is left out.', min: 0, max: 1, step: 0.01, empty: 'its own' },
  { name: 'min_area', label: 'Minimum area', help: 'A mask that covers a smaller share of the picture is left out; 0.0005 is a square of 21 pixels in a picture of 1280 × 720.', min: 0, max: 0.99, step: 0.0001 },
  { name: 'stride', label: 'Track every … frames', help: 'Masks on the frames between are interpolated: quicker, and less exact.', min: 1, max: 100, step: 1 },
  { name: 'gaze_weight', label: 'Weight of gaze', help: 'How much more important something is for being looked at; 0: not at all.', min: 0, max: 1000, step: 0.1, gaze: true },
];

/** The same of what was looked at. @type {readonly (Setting & {name: keyof LookedSettings})[]} */
export const LOOKED_SETTINGS = [
  { name: 'window_s', label: 'Seconds around a fixation', help: 'What a fixation is on is tracked for so long before and after it.', min: 0, max: 3600, step: 0.1 },
  { name: 'granularities', label: 'Masks at a fixation', help: '1: the thing; 2: and a part of it; 3: and what it belongs to.', min: 1, max: 3, step: 1 },
  { name: 'alike', label: 'Likeness', help: 'Things seen at different times that are this alike (0 to 1) are one.', min: 0.05, max: 1, step: 0.01 },
];

/** @type {Record<string, string>} */
const PHASES = { looking: 'looking for objects', forward: 'tracking forward', backward: 'tracking backward', relating: 'joining what belongs together', done: 'done' };

/** @param {string|null|undefined} phase */
export const phaseText = (phase) => PHASES[phase ?? ''] ?? '';

/** @param {number} n */
export const objects = (n) => `${n} object${n === 1 ? '' : 's'}`;

/** How far a job of any kind is. @param {Job} job */
export function jobText(job) {
  if (job.kind === 'track' || job.kind === undefined) return progressText(job);
  return [progressText(job), phaseText(job.phase), job.n_objects ? objects(job.n_objects) : ''].filter(Boolean).join(' · ');
}

/** How the last job that looked for things has ended; empty: there was none, or it runs. @param {Job|null} job */
export function endText(job) {
  if (!job || job.kind === 'track' || job.kind === undefined || job.state === 'running') return '';
  const made = `${objects(job.n_objects ?? 0)} made`;
  if (job.state === 'failed') return job.error ?? 'It failed.';
  if (job.state === 'cancelled') return `Stopped: ${made}. What was done is kept.`;
  return job.n_objects ? `Done: ${made}.` : 'Done. Nothing was found; with a smaller minimum area, or another proposer, there may be more.';
}

/** What a run that was stopped was, in a sentence. @param {Unfinished} run */
export function unfinishedText({ kind, phase, minutes, masks, coverage }) {
  const limits = [coverage && `${Math.round(100 * coverage)} % of what there is`, masks && `at most ${objects(masks)}`, minutes && `${minutes} minutes`].filter(Boolean);
  const upTo = kind === 'everything' && limits.length ? ` (${limits.join(', ')})` : '';
  const doing = phaseText(phase);
  return `“${KINDS[kind]}”${upTo} was stopped before its end${doing ? `, while ${doing}` : ''}. What it has made is here.`;
}

/**
 * What is asked for, from what was typed.
 * @param {{kind: Kind, limits: Partial<Record<Limit, string>>, settings: Record<string, string>|null}} form
 *   limits: those that are on; settings: of this kind; null = the defaults
 * @returns {Wish}
 * @throws {Error} with a sentence for people
 */
export function wishOf({ kind, limits, settings }) {
  if (kind === 'gaze-first') return settings ? { kind, looked: /** @type {LookedSettings} */ (numbersIn(settings, LOOKED_SETTINGS)) } : { kind };
  const given = LIMITS.filter(({ limit }) => limits[limit] !== undefined);
  if (!given.length) throw new Error('Choose at least one limit: coverage, a number of objects, or a time.');
  /** @type {Wish} */
  const wish = { kind };
  for (const each of given) {
    const value = numberIn(limits[each.limit] ?? '', each);
    wish[each.limit] = each.limit === 'coverage' ? value / 100 : value;
  }
  if (settings) wish.settings = /** @type {SearchSettings} */ ({ ...numbersIn(settings, SETTINGS), proposer: settings['proposer'] });
  return wish;
}

/** @param {Record<string, string>} typed @param {readonly Setting[]} fields @returns {Record<string, number|null>} */
function numbersIn(typed, fields) {
  return Object.fromEntries(fields.map((each) => [each.name, each.empty && !typed[each.name]?.trim() ? null : numberIn(typed[each.name] ?? '', each)]));
}

/** @param {string} text @param {{label: string, min: number, max: number, step: number}} field */
function numberIn(text, { label, min, max, step }) {
  const value = Number(text);
  const good = text.trim() !== '' && Number.isFinite(value) && value >= min && value <= max && (step !== 1 || Number.isInteger(value));
  if (!good) throw new Error(`${label}: expected a ${step === 1 ? 'whole ' : ''}number from ${min} to ${max}.`);
  return value;
}

export class EverythingDesk {
  /** null until it has been fetched. @type {EverythingInfo|null} */ info = null;
  /** The answer to a click is awaited. */ asking = false;
  /** @type {Set<() => void>} */ #observers = new Set();
  /** Of the job that was seen last. */ #seen = '';

  /** @param {Needs} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.unfollow = ctx.store.subscribe((change, whole) => this.#follow(change, whole));
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  off() {
    this.unfollow();
    this.#observers.clear();
  }

  /** The job of this kind that runs. @returns {Job|null} */
  get running() {
    const { job } = this.ctx.store;
    return job?.state === 'running' && job.kind !== 'track' ? job : null;
  }

  /** Another job is in the way. */
  get busy() {
    return this.ctx.store.job?.state === 'running' && !this.running;
  }

  async load() {
    try {
      this.info = await this.ctx.api.get('everything');
      this.#tell();
    } catch (error) {
      this.ctx.say.error(error);
    }
  }

  /** Begins, or goes on. @param {Wish} wish @returns {Promise<boolean>} whether it did */
  async start(wish) {
    const { api, client, say } = this.ctx;
    this.asking = true;
    this.#tell();
    try {
      await api.post('everything', { client, ...wish });
      if (this.info) this.info = { ...this.info, unfinished: null };
      return true;
    } catch (error) {
      say.error(error);
      return false;
    } finally {
      this.asking = false;
      this.#tell();
    }
  }

  async stop() {
    const { api, client, say } = this.ctx;
    try {
      await api.post(`job/cancel?client=${encodeURIComponent(client)}`);
    } catch (error) {
      say.error(error);
    }
  }

  /** @param {import('./messages.js').ChangeSet} change @param {boolean} whole */
  #follow(change, whole) {
    const { job } = this.ctx.store;
    const now = job && job.kind !== 'track' ? `${job.id} ${job.state}` : '';
    const turned = now !== this.#seen;
    this.#seen = now;
    if (this.info && (turned || whole)) void this.load(); // a run that was stopped can be gone on with
    if (change.job || change.lost_writer !== null || whole) this.#tell();
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}
