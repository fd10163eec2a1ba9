// What to track, in numbers and in words.
import { roughly, timeLeft } from './time.js';

/** @typedef {import('./messages.js').Job} Job */
/** @typedef {import('./messages.js').Estimate} Estimate */
/** @typedef {'all'|'fromHere'|'toHere'|'gap'|'timeline'|'custom'} SpanKind */

const ANCHOR = 8;

/**
 * Frames between the nearest anchors around a frame, over all given AOIs.
 * @param {readonly Uint8Array[]} lanes 2 bytes per frame @param {number} frameIdx @param {number} nFrames
 * @returns {[number, number]} half-open
 */
export function betweenAnchors(lanes, frameIdx, nFrames) {
  let [start, stop] = [0, nFrames];
  for (const lane of lanes) {
    const anchor = (/** @type {number} */ at) => ((lane[2 * at] ?? 0) & ANCHOR) !== 0;
    for (let at = frameIdx; at >= start; at--) if (anchor(at)) start = at;
    for (let at = frameIdx + 1; at < stop; at++) if (anchor(at)) stop = at + 1;
  }
  return [start, stop];
}

/**
 * @param {SpanKind} kind @param {{frameIdx: number, nFrames: number, lanes: readonly Uint8Array[],
 *   timeline: readonly [number, number]|null, custom: readonly [number, number]}} at custom: first and last frame
 * @returns {[number, number]} half-open, at least one frame
 */
export function spanOf(kind, { frameIdx, nFrames, lanes, timeline, custom }) {
  /** @type {Record<SpanKind, () => readonly [number, number]>} */
  const spans = {
    all: () => [0, nFrames],
    fromHere: () => [frameIdx, nFrames],
    toHere: () => [0, frameIdx + 1],
    gap: () => betweenAnchors(lanes, frameIdx, nFrames),
    timeline: () => timeline ?? [0, nFrames],
    custom: () => [Math.min(...custom), Math.max(...custom) + 1],
  };
  const [start, stop] = spans[kind]();
  const first = Math.min(Math.max(0, Math.round(start)), nFrames - 1);
  return [first, Math.min(Math.max(first + 1, Math.round(stop)), nFrames)];
}

/** @param {Estimate} estimate */
export function estimateText({ frames, seconds, note }) {
  const text = frames === 0 ? 'Nothing to do: everything there is tracked and up to date.' : `About ${roughly(seconds)} for ${frames} frames, measured on this computer.`;
  return note ? `${text} ${note}` : text;
}

/** @param {Job} job */
export function progressText(job) {
  const share = `${Math.floor((100 * job.done) / Math.max(1, job.total))} %`;
  return [`${job.what}: ${share}`, timeLeft(job.left_s)].filter(Boolean).join(', ');
}
