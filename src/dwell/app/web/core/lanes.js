// What is known of one AOI on every frame, ready to be drawn at any zoom.
//
// The server sends two bytes per frame. They are kept in a tree whose leaves are frames and whose nodes say what
// occurs below them, so any stretch of frames is summed up exactly in a handful of steps.

/** States of a frame, as the server numbers them. */
export const STATE = Object.freeze({ unknown: 0, visible: 1, absent: 2, lost: 3 });

/** What occurs in a stretch of frames: one bit each, together a byte. */
export const SOME = Object.freeze({
  unknown: 1,
  visible: 2,
  absent: 4,
  lost: 8,
  approved: 16,
  anchor: 32,
  stale: 64,
  check: 128,
});

const STATE_MASK = 3;
const APPROVED = 4;
const ANCHOR = 8;
const STALE = 16;
const CHECK = 32;
const DOUBT_UNKNOWN = 255;

/** Byte of a frame, as sent → byte of SOME bits. */
const SOME_OF_BYTE = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    (1 << (byte & STATE_MASK)) |
    (byte & APPROVED ? SOME.approved : 0) |
    (byte & ANCHOR ? SOME.anchor : 0) |
    (byte & STALE ? SOME.stale : 0) |
    (byte & CHECK ? SOME.check : 0),
);

/** One AOI's lane. Immutable: a changed lane is a new one. */
export class Lane {
  /**
   * @param {ArrayBuffer | Uint8Array} sent 2 bytes per frame, as `lanes/<object_id>` answers
   */
  constructor(sent) {
    const bytes = new Uint8Array(sent);
    if (bytes.length % 2) throw new RangeError(`A lane has 2 bytes per frame; got ${bytes.length} bytes.`);
    /** Frames. */
    this.n = bytes.length / 2;
    /** Nodes 1 … n−1, then the frames. Bits of SOME. */
    this.some = new Uint8Array(2 * this.n);
    /** Greatest doubt below a node, plus 1; 0: not known. */
    this.doubts = new Uint8Array(2 * this.n);
    for (let i = 0; i < this.n; i++) {
      const doubt = bytes[2 * i + 1];
      this.some[this.n + i] = SOME_OF_BYTE[bytes[2 * i]];
      this.doubts[this.n + i] = doubt === DOUBT_UNKNOWN ? 0 : doubt + 1;
    }
    for (let i = this.n - 1; i > 0; i--) {
      this.some[i] = this.some[2 * i] | this.some[2 * i + 1];
      this.doubts[i] = Math.max(this.doubts[2 * i], this.doubts[2 * i + 1]);
    }
  }

  /**
   * Bits of SOME of one frame.
   * @param {number} frameIdx
   */
  at(frameIdx) {
    return frameIdx >= 0 && frameIdx < this.n ? this.some[this.n + frameIdx] : 0;
  }

  /**
   * Doubt of one frame, 0 … 1, or null where it is not known.
   * @param {number} frameIdx
   */
  doubtAt(frameIdx) {
    return frameIdx >= 0 && frameIdx < this.n ? toDoubt(this.doubts[this.n + frameIdx]) : null;
  }

  /**
   * What occurs in frames [start, stop): SOME bits in the low byte, the greatest doubt + 1 in the next.
   * @param {number} start
   * @param {number} stop
   */
  over(start, stop) {
    let low = Math.max(0, start) + this.n;
    let high = Math.min(this.n, stop) + this.n;
    let some = 0;
    let doubt = 0;
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) {
        some |= this.some[low];
        if (this.doubts[low] > doubt) doubt = this.doubts[low];
        low++;
      }
      if (high & 1) {
        high--;
        some |= this.some[high];
        if (this.doubts[high] > doubt) doubt = this.doubts[high];
      }
    }
    return some | (doubt << 8);
  }
}

/**
 * Doubt as kept in a lane → 0 … 1, or null.
 * @param {number} kept
 */
export function toDoubt(kept) {
  return kept === 0 ? null : (kept - 1) / 254;
}

/**
 * A lane as columns of pixels: what occurs in each, and the greatest doubt in it (0: not known, else doubt·254 + 1).
 * @param {Lane} lane
 * @param {readonly [number, number]} span frames shown, possibly fractions of them
 * @param {number} width columns
 * @param {{some: Uint8Array, doubts: Uint8Array}} [out] to be written to, if long enough
 */
export function toColumns(lane, span, width, out) {
  const columns =
    out && out.some.length >= width ? out : { some: new Uint8Array(width), doubts: new Uint8Array(width) };
  const perColumn = (span[1] - span[0]) / width;
  let start = Math.floor(span[0]);
  for (let x = 0; x < width; x++) {
    const next = Math.floor(span[0] + (x + 1) * perColumn);
    const over = lane.over(start, next > start ? next : start + 1);
    columns.some[x] = over & 255;
    columns.doubts[x] = over >> 8;
    start = next;
  }
  return columns;
}

/**
 * Runs of columns that are alike in some bits.
 * @param {Uint8Array} some
 * @param {number} width
 * @param {number} bits only these are compared
 * @param {(from: number, to: number, some: number) => void} each columns [from, to) and their bits
 */
export function eachRun(some, width, bits, each) {
  let from = 0;
  for (let x = 1; x <= width; x++) {
    if (x < width && (some[x] & bits) === (some[from] & bits)) continue;
    each(from, x, some[from] & bits);
    from = x;
  }
}

/**
 * Spans of frames [start, stop) in which a bit of SOME is set.
 * @param {Lane} lane
 * @param {number} bit
 * @returns {Array<[number, number]>}
 */
export function spansWith(lane, bit) {
  /** @type {Array<[number, number]>} */
  const spans = [];
  let start = -1;
  for (let i = 0; i <= lane.n; i++) {
    const set = i < lane.n && (lane.some[lane.n + i] & bit) !== 0;
    if (set && start < 0) start = i;
    else if (!set && start >= 0) {
      spans.push([start, i]);
      start = -1;
    }
  }
  return spans;
}

/**
 * What a frame's bits say, in words for people; worst news first.
 * @param {number} some bits of SOME of one frame
 */
export function wordsOf(some) {
  if (some === 0) return '';
  const state =
    some & SOME.lost ? 'lost' : some & SOME.visible ? 'visible' : some & SOME.absent ? 'absent' : 'not tracked';
  const more = [];
  if (some & SOME.stale) more.push('out of date');
  if (some & SOME.check) more.push('to be checked');
  if (some & SOME.approved) more.push('approved');
  if (some & SOME.anchor) more.push('set by hand');
  return [state, ...more].join(', ');
}
