// Masks as runs: positions (x * height + y) where runs of mask pixels start and stop, in pairs.
// String layout as in maskApi.c of the COCO API (Dollár and Lin, 2014).

const FIRST_CHAR = 48;
const MORE = 0x20;
const SIGN = 0x10;
const PAYLOAD = 0x1f;

/** Run lengths of a COCO counts string, background first. @param {string} text @returns {number[]} */
export function decodeCounts(text) {
  /** @type {number[]} */
  const counts = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    let shift = 0;
    let code = 0;
    do {
      code = text.charCodeAt(at++) - FIRST_CHAR;
      value |= (code & PAYLOAD) << shift;
      shift += 5;
    } while (code & MORE && at < text.length);
    if (code & SIGN && shift < 32) value |= -1 << shift;
    counts.push(counts.length > 2 ? value + (counts[counts.length - 2] ?? 0) : value);
  }
  return counts;
}

/** The COCO counts string of run lengths. @param {readonly number[]} counts @returns {string} */
export function encodeCounts(counts) {
  let text = '';
  counts.forEach((count, index) => {
    let value = index > 2 ? count - (counts[index - 2] ?? 0) : count;
    for (let more = true; more; ) {
      let code = value & PAYLOAD;
      value >>= 5;
      more = code & SIGN ? value !== -1 : value !== 0;
      if (more) code |= MORE;
      text += String.fromCharCode(code + FIRST_CHAR);
    }
  });
  return text;
}

/** One mask. Immutable. */
export class Mask {
  /** @type {number[][]|null} */ #outline = null;

  /** @param {number} height @param {number} width @param {Uint32Array} runs starts and stops, ascending */
  constructor(height, width, runs) {
    this.height = height;
    this.width = width;
    this.runs = runs;
  }

  /** @param {string} text COCO counts string @param {number} height @param {number} width */
  static fromString(text, height, width) {
    const counts = decodeCounts(text);
    const runs = new Uint32Array(counts.length - (counts.length % 2));
    let at = 0;
    for (let index = 0; index + 1 < counts.length; index += 2) {
      runs[index] = at += counts[index] ?? 0;
      runs[index + 1] = at += counts[index + 1] ?? 0;
    }
    return new Mask(height, width, runs);
  }

  /** @param {ArrayLike<number>} pixels rows of `width`; any value but 0 is mask @param {number} height @param {number} width */
  static fromPixels(pixels, height, width) {
    /** @type {number[]} */
    const runs = [];
    let inside = false;
    for (let x = 0; x < width; x++)
      for (let y = 0; y < height; y++) {
        const now = Boolean(pixels[y * width + x]);
        if (now !== inside) runs.push(x * height + y);
        inside = now;
      }
    if (inside) runs.push(width * height);
    return new Mask(height, width, Uint32Array.from(runs));
  }

  /** @returns {string} COCO counts string */
  toString() {
    const counts = [];
    let last = 0;
    for (const position of this.runs) {
      counts.push(position - last);
      last = position;
    }
    if (last < this.height * this.width) counts.push(this.height * this.width - last);
    return encodeCounts(counts);
  }

  get area() {
    let area = 0;
    for (let index = 0; index < this.runs.length; index += 2) area += at(this.runs, index + 1) - at(this.runs, index);
    return area;
  }

  /** Whether a point is on the mask: the pixel that it falls into. @param {number} x @param {number} y */
  has(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return false;
    const position = column * this.height + row;
    let [low, high] = [0, this.runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(this.runs, middle) <= position) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  }

  /** Calls for each vertical piece of mask. @param {(x: number, y0: number, y1: number) => void} piece y1 exclusive */
  eachColumn(piece) {
    const height = this.height;
    for (let index = 0; index < this.runs.length; index += 2) {
      const stop = at(this.runs, index + 1);
      for (let from = at(this.runs, index); from < stop; ) {
        const x = Math.floor(from / height);
        const to = Math.min(stop, (x + 1) * height);
        piece(x, from - x * height, to - x * height);
        from = to;
      }
    }
  }

  /** @returns {[number, number, number, number]|null} x0, y0, x1, y1, exclusive at the end; null: empty */
  get box() {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -1, -1];
    this.eachColumn((x, top, bottom) => {
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x + 1);
      y0 = Math.min(y0, top);
      y1 = Math.max(y1, bottom);
    });
    return x1 < 0 ? null : [x0, y0, x1, y1];
  }

  /** Its border along pixel edges: closed polygons x, y, x, y … with the mask to their right. @returns {number[][]} */
  get outline() {
    return (this.#outline ??= traceOutline(this));
  }
}

/** @param {ArrayLike<number>} values @param {number} index */
const at = (values, index) => values[index] ?? 0;

/**
 * Walks two ascending lists of toggles; calls at each position with the states after it.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {(position: number, a: boolean, b: boolean) => void} call
 */
function sweep(a, b, call) {
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const position = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while (a[i] === position) i++;
    while (b[j] === position) j++;
    call(position, i % 2 === 1, j % 2 === 1);
  }
}

/** @param {Mask} mask @returns {number[][]} */
function traceOutline(mask) {
  const edges = new Edges(mask.width + 1);
  /** @type {Map<number, number[]>} */
  const columns = new Map();
  mask.eachColumn((x, top, bottom) => {
    edges.add(x, top, x + 1, top);
    edges.add(x + 1, bottom, x, bottom);
    const toggles = columns.get(x);
    if (toggles) toggles.push(top, bottom);
    else columns.set(x, [top, bottom]);
  });
  for (const [x, toggles] of columns) {
    addUpright(edges, x, columns.get(x - 1) ?? [], toggles);
    if (!columns.has(x + 1)) addUpright(edges, x + 1, toggles, []);
  }
  return edges.polygons();
}

/** Vertical edges at x between two columns: down where mask is on the left only, up where on the right only.
 * @param {Edges} edges @param {number} x @param {number[]} left @param {number[]} right */
function addUpright(edges, x, left, right) {
  let from = 0;
  let side = 0;
  sweep(left, right, (y, a, b) => {
    if (side > 0) edges.add(x, from, x, y);
    if (side < 0) edges.add(x, y, x, from);
    from = y;
    side = Number(a) - Number(b);
  });
}

/** Directed edges between pixel corners, to be joined to polygons. Corners are numbered y * stride + x. */
class Edges {
  /** @type {number[]} */ #from = [];
  /** @type {number[]} */ #to = [];

  /** @param {number} stride */
  constructor(stride) {
    this.stride = stride;
  }

  /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
  add(x0, y0, x1, y1) {
    this.#from.push(y0 * this.stride + x0);
    this.#to.push(y1 * this.stride + x1);
  }

  /** @returns {number[][]} */
  polygons() {
    const table = new EdgeTable(this.#from, this.#to);
    const polygons = [];
    for (const start of this.#from) {
      let corner = table.take(start);
      if (corner < 0) continue; // part of an earlier polygon
      const corners = [start];
      for (; corner !== start; corner = table.take(corner)) corners.push(corner);
      polygons.push(straightened(corners, this.stride));
    }
    return polygons;
  }
}

/** Edges by where they start: a hash table in typed arrays, several times faster than a Map. */
class EdgeTable {
  /** @param {readonly number[]} from @param {readonly number[]} to */
  constructor(from, to) {
    let size = 16;
    while (size < 2 * from.length) size *= 2;
    this.bits = size - 1;
    this.from = new Int32Array(size).fill(-1);
    this.to = new Int32Array(size).fill(-1);
    from.forEach((corner, index) => {
      let slot = this.#slot(corner);
      while ((this.from[slot] ?? -1) >= 0) slot = (slot + 1) & this.bits;
      this.from[slot] = corner;
      this.to[slot] = to[index] ?? -1;
    });
  }

  /** Where an edge from a corner leads, each edge once; −1: there is none left. @param {number} corner @returns {number} */
  take(corner) {
    for (let slot = this.#slot(corner); (this.from[slot] ?? -1) >= 0; slot = (slot + 1) & this.bits) {
      const to = this.to[slot] ?? -1;
      if (this.from[slot] !== corner || to < 0) continue;
      this.to[slot] = -1;
      return to;
    }
    return -1;
  }

  /** @param {number} corner */
  #slot(corner) {
    return (Math.imul(corner, 0x9e3779b1) >>> 8) & this.bits;
  }
}

/** Corners as x, y, x, y … without those on a straight line. @param {readonly number[]} corners @param {number} stride @returns {number[]} */
function straightened(corners, stride) {
  /** @type {number[]} */
  const kept = [];
  let before = at(corners, corners.length - 1);
  corners.forEach((corner, index) => {
    const after = at(corners, (index + 1) % corners.length);
    const [x, y] = [corner % stride, Math.floor(corner / stride)];
    const upright = before % stride === x && after % stride === x;
    const level = Math.floor(before / stride) === y && Math.floor(after / stride) === y;
    if (!upright && !level) kept.push(x, y);
    before = corner;
  });
  return kept;
}
