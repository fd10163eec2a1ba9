// What can be done to a stretch of frames of one AOI: approve, unlock, mark absent, track.

import { SOME } from './lanes.js';
import { count } from './queue.js';

/**
 * @typedef {Pick<import('./context.js').Ctx, 'api' | 'client' | 'store' | 'say'>} Needs
 *
 * Frames [start, stop) of an AOI.
 * @typedef {{objectId: number, start: number, stop: number}} AoiSpan
 */

/**
 * Approves masks, or unlocks them.
 * @param {Needs} ctx
 * @param {AoiSpan} span
 * @param {boolean} approved
 * @param {boolean} [quiet] says nothing when it went well
 * @returns {Promise<import('./messages.js').Done | null>} null: refused, and said so
 */
export function approveSpan(ctx, { objectId, start, stop }, approved, quiet = false) {
  return change(ctx, objectId, async () => {
    const body = { client: ctx.client, object_ids: [objectId], start, stop, approved };
    /** @type {import('./messages.js').Done} */
    const done = await ctx.api.post('approve', body);
    if (done.n > 0 && !quiet) ctx.say.success(`${approved ? 'Approved' : 'Unlocked'} ${count(done.n, 'frame')}.`);
    else if (done.n > 0) return done;
    else if (approved) ctx.say.info('There is no mask here to approve. Click the AOI, or track it to here first (t).');
    else ctx.say.info('Nothing is approved here.');
    return done;
  });
}

/**
 * Says that an AOI is not on a frame.
 * @param {Needs} ctx
 * @param {number} objectId
 * @param {number} frameIdx
 * @returns {Promise<import('./messages.js').Segmented | null>}
 */
export function markAbsent(ctx, objectId, frameIdx) {
  return change(ctx, objectId, () => absent(ctx, objectId, frameIdx));
}

/**
 * Says that an AOI is not on any frame of a span: by hand on both ends, and tracked again in between.
 * @param {Needs} ctx
 * @param {AoiSpan} span
 * @returns {Promise<boolean | null>}
 */
export function markSpanAbsent(ctx, { objectId, start, stop }) {
  return change(ctx, objectId, async () => {
    await absent(ctx, objectId, start);
    if (stop - start > 1) await absent(ctx, objectId, stop - 1);
    const job = ctx.store.job?.state === 'running' ? ctx.store.job : null;
    const waits = stop - start > 2 && job !== null && !job.object_ids.includes(objectId);
    if (waits) {
      ctx.say.info(`${nameOf(ctx, objectId)} is marked absent on both ends. Track the frames between when tracking has ended.`);
      return true;
    }
    if (stop - start > 2) await track(ctx, { objectId, start, stop }, { join: true });
    ctx.say.success(`${nameOf(ctx, objectId)} is marked absent.`);
    return true;
  });
}

/**
 * @param {Needs} ctx
 * @param {AoiSpan} span
 * @returns {Promise<import('./messages.js').Job | null>}
 */
export function trackSpan(ctx, span) {
  return change(ctx, span.objectId, () => track(ctx, span));
}

/**
 * The stretch around a frame in which an AOI's state is the same.
 * @param {import('./lanes.js').Lane} lane
 * @param {number} frameIdx
 * @returns {[number, number]}
 */
export function stretchAround(lane, frameIdx) {
  const bits = SOME.unknown | SOME.visible | SOME.absent | SOME.lost | SOME.stale | SOME.approved;
  const like = lane.at(frameIdx) & bits;
  let [start, stop] = [frameIdx, frameIdx + 1];
  while (start > 0 && (lane.at(start - 1) & bits) === like) start--;
  while (stop < lane.n && (lane.at(stop) & bits) === like) stop++;
  return [start, stop];
}

/** @param {Needs} ctx @param {number} objectId @param {number} frameIdx */
function absent({ api, client }, objectId, frameIdx) {
  const prompts = [{ kind: 'absent' }];
  return api.post('prompts', { client, object_id: objectId, frame_idx: frameIdx, prompts, fresh: true });
}

/** @param {Needs} ctx @param {AoiSpan} span @param {{join?: boolean}} [how] join: what tracks it already will do */
function track({ api, client }, { objectId, start, stop }, { join = false } = {}) {
  return api.post('track', { client, object_ids: [objectId], start, stop, direction: 'both', join });
}

/**
 * @template T
 * @param {Needs} ctx
 * @param {number} objectId
 * @param {() => Promise<T>} run
 * @returns {Promise<T | null>}
 */
async function change(ctx, objectId, run) {
  if (ctx.store.view.locked?.includes(objectId)) {
    ctx.say.info(`${nameOf(ctx, objectId)} is locked. Unlock it in the list of AOIs to change it.`);
    return null;
  }
  try {
    return await run();
  } catch (error) {
    ctx.say.error(error);
    return null;
  }
}

/** @param {Needs} ctx @param {number} objectId */
function nameOf({ store }, objectId) {
  return store.aois.get(objectId)?.name ?? 'The AOI';
}
