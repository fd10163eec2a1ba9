// Where to jump: the next or previous fixation, hit, visit, anchor, doubt, event or gap.

import { SOME, spansWith } from './lanes.js';

/**
 * @typedef {import('./lanes.js').Lane} Lane
 * @typedef {import('./messages.js').Eye} Eye
 * @typedef {import('./messages.js').ResultsInfo} ResultsInfo
 * @typedef {'anchor' | 'fixation' | 'hit' | 'visit' | 'doubt' | 'event' | 'gap'} JumpKind
 *
 * What jumps are made of. Of the selected AOI, or of all if none is selected.
 * @typedef {object} JumpSources
 * @property {number[]} objectIds
 * @property {Lane[]} lanes of these AOIs, as far as they are known
 * @property {Eye | null} eye
 * @property {ResultsInfo | null} info
 */

/** Doubt from which a maximum is worth a stop. */
export const DOUBT_FROM = 0.5;

/**
 * The next of ascending frames after one, or the last before it.
 * @param {ArrayLike<number>} frames
 * @param {number} from
 * @param {1 | -1} direction
 * @returns {number | null}
 */
export function next(frames, from, direction) {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (direction > 0 ? frames[middle] <= from : frames[middle] < from) low = middle + 1;
    else high = middle;
  }
  const at = direction > 0 ? low : low - 1;
  return at >= 0 && at < frames.length ? frames[at] : null;
}

/**
 * All frames to stop at, ascending, each once.
 * @param {JumpKind} kind
 * @param {JumpSources} sources
 * @returns {number[]}
 */
export function stopsOf(kind, sources) {
  return ascending(STOPS[kind](sources));
}

/** @type {Record<JumpKind, (sources: JumpSources) => number[]>} */
const STOPS = {
  anchor: ({ lanes }) => lanes.flatMap((lane) => framesWith(lane, SOME.anchor)),
  gap: ({ lanes }) => lanes.flatMap((lane) => startsOf(spansWith(lane, SOME.unknown))),
  doubt: ({ lanes }) => lanes.flatMap(doubtStops),
  fixation: ({ eye }) => (eye ? eye.fixation_first_frame : []),
  event: ({ eye }) => (eye ? eye.event_frames : []),
  hit: ({ objectIds, info }) => objectIds.flatMap((id) => startsOf(info?.hits[String(id)] ?? [])),
  visit: ({ objectIds, info }) =>
    (info?.visits ?? []).filter((visit) => objectIds.includes(visit.object_id)).map((visit) => visit.first_frame),
};

/**
 * Worst frame of each doubtful stretch, and where a loss or a check begins.
 * @param {Lane} lane
 * @param {number} [from] doubt, 0 … 1
 * @returns {number[]}
 */
export function doubtStops(lane, from = DOUBT_FROM) {
  const least = Math.round(from * 254) + 1;
  const stops = [];
  let worst = -1;
  for (let i = 0; i <= lane.n; i++) {
    const doubt = i < lane.n ? lane.doubts[lane.n + i] : 0;
    if (doubt >= least) {
      if (worst < 0 || doubt > lane.doubts[lane.n + worst]) worst = i;
    } else if (worst >= 0) {
      stops.push(worst);
      worst = -1;
    }
  }
  return ascending([...stops, ...startsOf(spansWith(lane, SOME.lost)), ...startsOf(spansWith(lane, SOME.check))]);
}

/**
 * @param {Lane} lane
 * @param {number} bit
 */
function framesWith(lane, bit) {
  const frames = [];
  for (let i = 0; i < lane.n; i++) if (lane.some[lane.n + i] & bit) frames.push(i);
  return frames;
}

/** @param {Array<[number, number]>} spans */
function startsOf(spans) {
  return spans.map(([start]) => start);
}

/** @param {number[]} frames without −1, which stands for none */
function ascending(frames) {
  return [...new Set(frames)].filter((frame) => frame >= 0).sort((a, b) => a - b);
}

/**
 * Which fixation is on a frame; otherwise the one before it, or −1.
 * @param {Eye} eye
 * @param {number} frameIdx
 */
export function fixationAt(eye, frameIdx) {
  let found = -1;
  for (let i = 0; i < eye.fixation_first_frame.length; i++) {
    const first = eye.fixation_first_frame[i];
    if (first >= 0 && first <= frameIdx) found = i;
    if (first > frameIdx) break;
  }
  return found;
}
