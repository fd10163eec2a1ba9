// Where frames and times are on a strip of pixels: zoom, pan, ticks, clock.

import { clock as timeText } from './time.js';

/**
 * Frames shown, [start, stop), possibly fractions of them.
 * @typedef {[number, number]} Span
 * @typedef {{frame: number, label: string}} Tick
 */

/** No closer than this many frames. */
export const MIN_FRAMES = 10;

/**
 * A span inside the recording and not too short.
 * @param {Span} span
 * @param {number} n frames of the recording
 * @returns {Span}
 */
export function clampSpan([start, stop], n) {
  const length = Math.min(n, Math.max(stop - start, Math.min(MIN_FRAMES, n)));
  const first = Math.min(Math.max(0, start), n - length);
  return [first, first + length];
}

/**
 * Zoomed so that a frame stays where it is.
 * @param {Span} span
 * @param {number} frame
 * @param {number} factor below 1: closer
 * @param {number} n
 * @returns {Span}
 */
export function zoomAbout([start, stop], frame, factor, n) {
  const length = Math.min(n, Math.max((stop - start) * factor, Math.min(MIN_FRAMES, n)));
  const kept = length / (stop - start);
  const first = frame - (frame - start) * kept;
  return clampSpan([first, first + length], n);
}

/**
 * @param {Span} span
 * @param {number} frames
 * @param {number} n
 * @returns {Span}
 */
export function pan([start, stop], frames, n) {
  return clampSpan([start + frames, stop + frames], n);
}

/**
 * So that a frame is on screen. While playing, the strip turns like a page; otherwise the frame comes to the middle.
 * @param {Span} span
 * @param {number} frame
 * @param {number} n
 * @param {boolean} [playing]
 * @returns {Span} the same span where nothing has to change
 */
export function follow(span, frame, n, playing = false) {
  const [start, stop] = span;
  const length = stop - start;
  if (frame >= start && frame + 1 <= stop) return span;
  const first = playing && frame >= stop - 1 ? frame - length * 0.05 : frame + 0.5 - length / 2;
  return clampSpan([first, first + length], n);
}

/**
 * Frames [first, stop) with some room on both sides.
 * @param {number} first
 * @param {number} stop
 * @param {number} room in frames
 * @param {number} n
 * @returns {Span}
 */
export function around(first, stop, room, n) {
  return clampSpan([first - room, stop + room], n);
}

/**
 * Left edge of a frame, in px.
 * @param {Span} span
 * @param {number} width
 * @param {number} frame
 */
export function toX([start, stop], width, frame) {
  return ((frame - start) / (stop - start)) * width;
}

/**
 * The frame at a pixel, as a fraction.
 * @param {Span} span
 * @param {number} width
 * @param {number} x
 */
export function toFrame([start, stop], width, x) {
  return start + (x / width) * (stop - start);
}

/**
 * The whole frame at a pixel.
 * @param {Span} span
 * @param {number} width
 * @param {number} x
 * @param {number} n
 */
export function frameAt(span, width, x, n) {
  return Math.min(n - 1, Math.max(0, Math.floor(toFrame(span, width, x))));
}

/**
 * Whole frames and their times, as the player knows them.
 * @typedef {{nFrames: number, msOf(frame: number): number, frameAt(ms: number): number}} FrameTimes
 */

/** Times of fractions of frames, in ms since the recording's first frame. */
export class Clock {
  /** @param {FrameTimes} times */
  constructor(times) {
    this.times = times;
  }

  /** How long a frame is shown; the last one as long as the one before it. @param {number} frame */
  lengthOf(frame) {
    const at = Math.min(frame, this.times.nFrames - 2);
    return at < 0 ? 0 : this.times.msOf(at + 1) - this.times.msOf(at);
  }

  /**
   * @param {number} frame possibly a fraction, or beyond the last one
   * @returns {number} ms
   */
  ms(frame) {
    const whole = Math.min(this.times.nFrames - 1, Math.max(0, Math.floor(frame)));
    return this.times.msOf(whole) + (frame - whole) * this.lengthOf(whole);
  }

  /**
   * The frame shown at a time, as a fraction; the inverse of `ms`.
   * @param {number} ms
   */
  frame(ms) {
    const whole = this.times.frameAt(ms);
    const length = this.lengthOf(whole);
    return whole + (length > 0 ? (ms - this.times.msOf(whole)) / length : 0);
  }
}

const TIME_STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/**
 * Round times in a span, at least so many px apart on average.
 * @param {Clock} clock
 * @param {Span} span
 * @param {number} width
 * @param {number} [apartPx]
 * @returns {Tick[]} at fractions of frames
 */
export function timeTicks(clock, span, width, apartPx = 90) {
  const from = clock.ms(span[0]);
  const to = clock.ms(span[1]);
  const least = ((to - from) / width) * apartPx;
  if (!(least > 0)) return [];
  const step = TIME_STEPS_MS.find((ms) => ms >= least) ?? TIME_STEPS_MS[TIME_STEPS_MS.length - 1];
  const decimals = step >= 1000 ? 0 : step >= 100 ? 1 : 2;
  const ticks = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) {
    ticks.push({ frame: clock.frame(i * step), label: timeText((i * step) / 1000, decimals) });
  }
  return ticks;
}

/**
 * Round frame numbers in a span, at least so many px apart.
 * @param {Span} span
 * @param {number} width
 * @param {number} [apartPx]
 * @returns {Tick[]}
 */
export function frameTicks(span, width, apartPx = 70) {
  const least = ((span[1] - span[0]) / width) * apartPx;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= least) ?? 10 * power;
  const ticks = [];
  for (let i = Math.ceil(span[0] / step); i * step < span[1]; i++)
    ticks.push({ frame: i * step, label: String(i * step) });
  return ticks;
}
