// Geometry of small charts: scales, ticks, path data. No DOM.

const STEPS = [1, 2, 5, 10];

/**
 * Round numbers from 0 or `low` to `high`.
 * @param {number} low @param {number} high @param {number} most about how many
 * @returns {number[]}
 */
export function ticks(low, high, most = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, most);
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * (STEPS.find((each) => each * size >= rough - 1e-12) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * @param {[number, number]} domain @param {[number, number]} range
 * @returns {(value: number) => number}
 */
export function scale([d0, d1], [r0, r1]) {
  const slope = d1 === d0 ? 0 : (r1 - r0) / (d1 - d0);
  return (value) => r0 + (value - d0) * slope;
}

/**
 * Path data of a line; a gap where a value is missing.
 * @param {number[]} xs @param {(number|null)[]} ys @returns {string}
 */
export function linePath(xs, ys) {
  let pen = 'M';
  let path = '';
  xs.forEach((x, i) => {
    const y = ys[i];
    if (y === null || y === undefined || !Number.isFinite(y)) { pen = 'M'; return; }
    path += `${pen}${round(x)} ${round(y)}`;
    pen = 'L';
  });
  return path;
}

/** @param {number} value */
export function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * Spans of frames as rectangles, those that would look the same joined.
 * @param {[number, number][]} spans half-open, ascending
 * @param {number} nFrames @param {number} width
 * @returns {{x: number, width: number}[]} at least one px wide
 */
export function strips(spans, nFrames, width) {
  const to = scale([0, Math.max(1, nFrames)], [0, width]);
  /** @type {{x: number, width: number}[]} */
  const found = [];
  for (const [start, stop] of spans) {
    const x = to(start);
    const end = Math.max(x + 1, to(stop));
    const before = found[found.length - 1];
    if (before && x <= before.x + before.width + 0.5) before.width = round(Math.max(before.x + before.width, end) - before.x);
    else found.push({ x: round(x), width: round(end - x) });
  }
  return found;
}

/**
 * Labels moved apart so that none covers another, in the order given.
 * @param {number[]} wanted places, in any order @param {number} gap @param {number} low @param {number} high
 * @returns {number[]} one per wanted place
 */
export function spread(wanted, gap, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  /** @type {number[]} */
  const places = [];
  let next = low;
  for (const i of order) {
    places[i] = Math.max(next, wanted[i] ?? low);
    next = (places[i] ?? low) + gap;
  }
  let limit = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i] ?? limit, limit);
    limit = (places[i] ?? limit) - gap;
  }
  return places;
}
