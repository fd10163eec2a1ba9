// A medical volume in numbers: which pixel is which voxel, how large things are, and its window. No DOM, no requests.

/** @typedef {import('./messages.js').PlaneInfo} PlaneInfo */
/** @typedef {import('./messages.js').VolumeInfo} VolumeInfo */
/** @typedef {import('./messages.js').WindowInfo} WindowInfo */
/** @typedef {[number, number, number]} Triple */
/** @typedef {{level: number, width: number}} Spread what is spread from black to white */

/** How many px of dragging double a window's width, or move its level by that width. */
const DRAG_PX = 300;
const BAR_MM = [1, 5, 10, 50];

/** The voxel in which a pixel's centre lies, as `View.voxel_of`. @param {PlaneInfo} plane @param {number} slice @param {number} row @param {number} column @returns {Triple} i, j, k */
export function voxelOf(plane, slice, row, column) {
  const [slices, rows, columns] = plane.n_voxels;
  const at = [
    within(slice, slices),
    spread(within(row, plane.height), rows, plane.height),
    spread(within(column, plane.width), columns, plane.width),
  ];
  /** @type {Triple} */
  const ijk = [0, 0, 0];
  plane.axes.forEach((axis, role) => {
    const n = plane.n_voxels[role] ?? 1;
    ijk[axis] = plane.reversed[role] ? n - 1 - (at[role] ?? 0) : (at[role] ?? 0);
  });
  return ijk;
}

/** The pixel in which a voxel's centre lies, as `View.pixel_of`. @param {PlaneInfo} plane @param {Triple} ijk @returns {Triple} slice, row, column */
export function pixelOf(plane, ijk) {
  const at = plane.axes.map((axis, role) => {
    const n = plane.n_voxels[role] ?? 1;
    return plane.reversed[role] ? n - 1 - (ijk[axis] ?? 0) : (ijk[axis] ?? 0);
  });
  const [slice = 0, row = 0, column = 0] = at;
  return [slice, spread(row, plane.height, plane.n_voxels[1]), spread(column, plane.width, plane.n_voxels[2])];
}

/** Of things numbered along one length, the one among `to` in which the centre of number `at` among `from` lies. @param {number} at @param {number} to @param {number} from */
const spread = (at, to, from) => Math.floor(((2 * at + 1) * to) / (2 * from));
/** @param {number} at @param {number} n */
const within = (at, n) => Math.min(Math.max(Math.floor(at), 0), n - 1);

/** @param {VolumeInfo} volume @param {string} [name] the plane; else that of the frames @returns {PlaneInfo} */
export function planeOf(volume, name = volume.plane) {
  const found = volume.planes.find((each) => each.plane === name);
  if (!found) throw new Error(`This volume is not shown in the ${name} plane.`);
  return found;
}

/** A scale bar that is not longer than it may be. @param {number} mmPerPx @param {number} mostPx @returns {{mm: number, px: number}} */
export function scaleBar(mmPerPx, mostPx) {
  const mm = BAR_MM.findLast((each) => each / mmPerPx <= mostPx) ?? BAR_MM[0] ?? 1;
  return { mm, px: mm / mmPerPx };
}

/** What dragging makes of a window: to the right wider, down higher (darker). @param {Spread} from @param {number} dx @param {number} dy px @param {boolean} whole values are whole numbers @returns {Spread} */
export function dragged({ level, width }, dx, dy, whole) {
  const wider = width * (dx < 0 ? 2 ** (dx / DRAG_PX) : 1 + dx / DRAG_PX);
  const tidy = (/** @type {number} */ value) => (whole ? Math.round(value) : Number(value.toPrecision(4)));
  return { level: tidy(level + (width * dy) / DRAG_PX), width: Math.max(tidy(wider), whole ? 1 : Number.MIN_VALUE) };
}

/**
 * Values through a window, as the server's `to_grey`: DICOM's LINEAR for whole numbers, LINEAR_EXACT for others (PS3.3 C.11.2.1).
 * @param {Float32Array} values @param {Spread} window @param {boolean} whole @param {Uint8ClampedArray} rgba four per value, to be written
 */
export function paintGreys(values, window, whole, rgba) {
  const stepped = whole && window.width >= 1;
  const [level, width] = stepped ? [window.level - 0.5, window.width - 1] : [window.level, window.width];
  for (let at = 0, to = 0; at < values.length; at += 1, to += 4) {
    const value = values[at] ?? NaN;
    const grey = width > 0 ? 255 * ((value - level) / width + 0.5) : value > level ? 255 : 0;
    rgba[to] = rgba[to + 1] = rgba[to + 2] = grey; // clamped and rounded; NaN is 0
    rgba[to + 3] = 255;
  }
}

/** As the server takes it. @param {Spread} spread */
export const windowText = ({ level, width }) => `${plain(level)}/${plain(width)}`;
/** At most six digits, as the server names it. @param {number} value */
const plain = (value) => String(Number(value.toPrecision(6)));

/** The preset after or before the window's; the first or last where it is none. @param {VolumeInfo} volume @param {number} step 1 or −1 @returns {WindowInfo|undefined} */
export function nextPreset({ presets, window }, step) {
  const at = presets.findIndex((each) => each.name === window.name);
  return at < 0 ? presets.at(step > 0 ? 0 : -1) : presets[(at + step + presets.length) % presets.length];
}

/** A value with its unit. @param {number|null} value @param {VolumeInfo} volume */
export function valueText(value, { unit, whole }) {
  if (value === null) return 'no value';
  const shown = whole ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
  return `${shown.replace('-', '−')}${unit ? ` ${unit}` : ''}`;
}

/** What a frame is called. @param {{volume: VolumeInfo|null}} recording @returns {'slice'|'frame'} */
export const frameWord = ({ volume }) => (volume ? 'slice' : 'frame');

/** Volume in ml, with as many digits as mean something. @param {number} ml */
export const mlText = (ml) => (ml >= 100 ? ml.toFixed(0) : ml >= 10 ? ml.toFixed(1) : ml.toFixed(ml === 0 ? 0 : 2));

/**
 * What the table of volumes cannot say in numbers.
 * @param {Array<{lost: number, unknown: number, without_voxel: number, shared: number}>} rows
 */
export const volumeNotes = (rows) => [
  rows.some((row) => row.lost + row.unknown > 0) ? 'At least (≥): the AOI is lost or was never tracked on some slices, where it has no voxel. Track them, or mark it absent there.' : '',
  rows.some((row) => row.without_voxel > 0) ? 'At least (≥): on some slices the mask is so thin that it lies between the centres of the voxels and has none. Work in the plane of the finest pictures.' : '',
  rows.some((row) => row.shared > 0) ? 'AOIs overlap: voxels that two share count for both.' : '',
].filter(Boolean);
