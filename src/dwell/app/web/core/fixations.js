// Fixations for review: which AOIs each is on, by the mapping or by hand, and which to show.

/**
 * @typedef {import('./messages.js').Eye} Eye
 * @typedef {import('./messages.js').FixationMark} FixationMark
 * @typedef {'all' | 'border' | 'hand' | 'nothing'} FixationFilter
 *
 * @typedef {object} Fixation
 * @property {number} index in Eye
 * @property {string} startNs
 * @property {number} durationMs
 * @property {number} first frame; −1: outside the video
 * @property {number} stop
 * @property {number[]} byRule object_ids, as the mapping says
 * @property {number[]} on object_ids that count: by hand if put by hand
 * @property {boolean} byHand
 * @property {number | null} x px
 * @property {number | null} y px
 */

/**
 * @param {Eye | null} eye
 * @param {ReadonlyArray<number[]>} fixationsOn by the mapping, one list per fixation
 * @param {ReadonlyMap<string, FixationMark>} marks by start_ns
 * @returns {Fixation[]}
 */
export function listFixations(eye, fixationsOn, marks) {
  if (!eye) return [];
  return eye.fixation_start_ns.map((startNs, index) => {
    const mark = marks.get(String(startNs));
    const byRule = fixationsOn[index] ?? [];
    return {
      index,
      startNs: String(startNs),
      durationMs: Number(BigInt(eye.fixation_end_ns[index]) - BigInt(startNs)) / 1e6,
      first: eye.fixation_first_frame[index],
      stop: eye.fixation_stop_frame[index],
      byRule,
      on: mark ? mark.object_ids : byRule,
      byHand: mark !== undefined,
      x: eye.fixation_x[index],
      y: eye.fixation_y[index],
    };
  });
}

/**
 * Fixations that overlap a moment whose gaze is near a border.
 * @param {readonly Fixation[]} fixations
 * @param {ReadonlyArray<import('./messages.js').Moment>} moments
 * @returns {Set<number>} indices
 */
export function nearBorder(fixations, moments) {
  const near = new Set();
  const spans = moments.filter(({ border_deg: border, reason }) => border !== null || reason === 'border');
  for (const { index, first, stop } of fixations) {
    if (first >= 0 && spans.some((moment) => moment.first_frame < stop && first < moment.stop_frame)) near.add(index);
  }
  return near;
}

/**
 * @param {readonly Fixation[]} fixations
 * @param {FixationFilter} filter
 * @param {ReadonlySet<number>} near
 */
export function filterFixations(fixations, filter, near) {
  const inVideo = fixations.filter(({ first }) => first >= 0);
  if (filter === 'border') return inVideo.filter(({ index }) => near.has(index));
  if (filter === 'hand') return inVideo.filter(({ byHand }) => byHand);
  if (filter === 'nothing') return inVideo.filter(({ on }) => on.length === 0);
  return inVideo;
}

/**
 * The next fixation of a list after an index, or the previous one.
 * @param {readonly Fixation[]} fixations
 * @param {number} index of the current one in Eye; may be missing from the list
 * @param {1 | -1} direction
 * @returns {Fixation | null}
 */
export function stepFixation(fixations, index, direction) {
  if (direction > 0) return fixations.find((fixation) => fixation.index > index) ?? null;
  return fixations.findLast((fixation) => fixation.index < index) ?? null;
}

/**
 * AOIs after one was switched on or off.
 * @param {readonly number[]} objectIds
 * @param {number} objectId
 */
export function toggled(objectIds, objectId) {
  return objectIds.includes(objectId) ? objectIds.filter((id) => id !== objectId) : [...objectIds, objectId];
}
