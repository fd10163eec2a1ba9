// Editing tools: what there is, what each needs, and the request for it.

/** @typedef {import('./messages.js').EditTool} EditTool */
/** @typedef {import('./messages.js').Edited} Edited */
/** @typedef {import('./messages.js').Aoi} Aoi */
/** @typedef {EditTool['tool']} ToolId */
/** @typedef {'here'|'on'|'to'|'span'|'all'|'frames'} Scope this frame; from here on; up to here; the marked span; all; two frames that are typed */
/**
 * @typedef {object} Tool
 * @property {ToolId} id
 * @property {string} label in the menu
 * @property {string} title of its dialog; `%` is the AOI
 * @property {string} note what it does
 * @property {string} yes the button
 * @property {Scope[]} scopes the first is the usual one
 * @property {string} [px] what the number of pixels means
 * @property {boolean} [pxNeeded] it may not be left empty
 * @property {boolean} [other] it needs another AOI
 * @property {string} [absent] what the tick says
 * @property {boolean} [overwrite]
 * @property {boolean} [approved] it can change approved masks, too
 * @property {boolean} [video] makes no sense on a single picture
 */

/** @type {Scope[]} */
const ANY = ['all', 'here', 'on', 'to', 'span', 'frames'];
const ABSENT = 'Where nothing is left, it is absent (else such masks are left alone)';

/** In groups, as in the menu. @type {readonly (readonly Tool[])[]} */
export const TOOLS = [
  [
    { id: 'swap', label: 'Swap identities from here on…', title: 'Swap % with another AOI', yes: 'Swap', scopes: ['on', 'to', 'span', 'frames'], other: true, video: true,
      note: 'When the tracker took two things for each other: all that either has on these frames becomes the other’s, approved masks and prompts too.' },
  ],
  [
    { id: 'split-at', label: 'Split off a part…', title: 'Split off a part of %', yes: 'Split off', scopes: ['all'], note: 'Click a part of its mask: it becomes an AOI of its own, on all frames on which it stays apart.' },
    { id: 'split', label: 'Split into its parts…', title: 'Split % into its parts', yes: 'Split', scopes: ANY, px: 'Parts smaller than … px do not count (empty: a tenth of the mask)', approved: true,
      note: 'An AOI for each part, followed from frame to frame.' },
  ],
  [
    { id: 'copy', label: 'Copy to frames…', title: 'Copy the mask of % to other frames', yes: 'Copy', scopes: ['span', 'on', 'to', 'all', 'frames'], approved: true, video: true,
      note: 'The mask of this frame takes the place of what is on the others, as if painted by hand; what was tracked beside them is to be tracked again.' },
    { id: 'interpolate', label: 'Interpolate…', title: 'Interpolate %', yes: 'Interpolate', scopes: ['frames', 'span'], overwrite: true, video: true,
      note: 'Fills the frames between two masks that are known with shapes between theirs.' },
  ],
  [
    { id: 'fill-holes', label: 'Fill holes…', title: 'Fill holes of %', yes: 'Fill', scopes: ANY, px: 'Holes up to … px (empty: all)', approved: true, note: 'Fills what a mask surrounds on all sides.' },
    { id: 'remove-specks', label: 'Remove specks…', title: 'Remove specks of %', yes: 'Remove', scopes: ANY, px: 'Parts smaller than … px (empty: all but the largest)', approved: true, note: 'The largest part of each mask stays.' },
    { id: 'grow', label: 'Grow…', title: 'Grow %', yes: 'Grow', scopes: ANY, px: 'By … px', pxNeeded: true, approved: true, note: 'On all sides, cut off at the edge of the picture.' },
    { id: 'shrink', label: 'Shrink…', title: 'Shrink %', yes: 'Shrink', scopes: ANY, px: 'By … px', pxNeeded: true, approved: true, note: 'On all sides; a mask of which nothing would be left stays.' },
  ],
  [
    { id: 'union', label: 'Add another AOI…', title: 'Add another AOI to %', yes: 'Add', scopes: ANY, other: true, approved: true, note: 'Adds the other AOI’s pixels; the other one stays as it is.' },
    { id: 'intersect', label: 'Keep what lies in another…', title: 'Keep of % what lies in another AOI', yes: 'Keep', scopes: ANY, other: true, absent: ABSENT, approved: true, note: 'The other AOI stays as it is.' },
    { id: 'subtract', label: 'Subtract another AOI…', title: 'Subtract another AOI from %', yes: 'Subtract', scopes: ANY, other: true, absent: ABSENT, approved: true, note: 'Takes out the other AOI’s pixels; the other one stays as it is.' },
  ],
  [
    { id: 'delete', label: 'Delete masks…', title: 'Delete masks of %', yes: 'Delete', scopes: ['on', 'to', 'here', 'span', 'all', 'frames'], absent: 'It is not there: mark it absent instead', approved: true,
      note: 'Masks and prompts go, so that nobody knows where it is on these frames.' },
  ],
];

/** @param {ToolId} id @returns {Tool} */
export function toolOf(id) {
  const found = TOOLS.flat().find((each) => each.id === id);
  if (!found) throw new Error(`There is no tool ${id}.`);
  return found;
}

/** What makes sense with so many frames, in groups. @param {number} nFrames @returns {Tool[][]} */
export function toolsFor(nFrames) {
  return TOOLS.map((group) => group.filter((tool) => nFrames > 1 || !tool.video)).filter((group) => group.length);
}

/** @typedef {{frameIdx: number, nFrames: number, span: {start: number, stop: number}|null}} Place where the person is */

/** Which frames can be chosen there. @param {Tool} tool @param {Place} place @returns {Scope[]} */
export function scopesOf(tool, { nFrames, span }) {
  if (nFrames === 1) return ['all'];
  return tool.scopes.filter((scope) => scope !== 'span' || span !== null);
}

/** @param {Scope} scope @param {Place} place @param {'frame'|'slice'} word @returns {string} */
export function scopeText(scope, { frameIdx, nFrames, span }, word) {
  /** @type {Record<Scope, string>} */
  const texts = {
    here: `This ${word} (${frameIdx})`,
    on: `From here on (${range(frameIdx, nFrames)})`,
    to: `Up to here (${range(0, frameIdx + 1)})`,
    span: span ? `The marked span (${range(span.start, span.stop)})` : 'The marked span',
    all: `All ${nFrames} ${word}s`,
    frames: `${word === 'slice' ? 'Slices' : 'Frames'} from … to …`,
  };
  return texts[scope];
}

/** @param {number} start @param {number} stop */
const range = (start, stop) => (stop - start === 1 ? `${start}` : `${start}–${stop - 1}`);

/**
 * @param {Scope} scope @param {Place} place @param {{first: number, last: number}} typed
 * @returns {{start: number, stop: number}} half-open
 * @throws {Error} a sentence
 */
export function framesOf(scope, { frameIdx, nFrames, span }, { first, last }) {
  if (scope === 'here') return { start: frameIdx, stop: frameIdx + 1 };
  if (scope === 'on') return { start: frameIdx, stop: nFrames };
  if (scope === 'to') return { start: 0, stop: frameIdx + 1 };
  if (scope === 'all') return { start: 0, stop: nFrames };
  if (scope === 'span') {
    if (!span) throw new Error('No span is marked: press I where it begins and Shift+I where it ends.');
    return { start: span.start, stop: span.stop };
  }
  const inside = (/** @type {number} */ frame) => Number.isInteger(frame) && frame >= 0 && frame < nFrames;
  if (!inside(first) || !inside(last) || last < first) throw new Error(`Type two whole numbers from 0 to ${nFrames - 1}, the smaller one first.`);
  return { start: first, stop: last + 1 };
}

/**
 * @param {Tool} tool
 * @param {{client: string, objectIds: readonly number[], place: Place, scope: Scope, first: number, last: number, other: number|null,
 *   px: string, absent: boolean, overwrite: boolean, approved: boolean}} how px: as typed
 * @returns {EditTool}
 * @throws {Error} a sentence that says what is missing
 */
export function toolRequest(tool, { client, objectIds, place, scope, first, last, other, px, absent, overwrite, approved }) {
  if (tool.other && other === null) throw new Error('Choose the other AOI.');
  const size = Number(px.replace(',', '.'));
  if (px.trim() && !(size > 0)) throw new Error('Type a number of pixels above 0.');
  if (tool.pxNeeded && !px.trim()) throw new Error('Type by how many pixels.');
  return {
    client, tool: tool.id, object_ids: [...objectIds], ...framesOf(scope, place, { first, last }),
    ...(tool.other ? { other } : {}),
    ...(tool.px && px.trim() ? { px: size } : {}),
    ...(tool.absent ? { absent } : {}),
    ...(tool.overwrite ? { overwrite } : {}),
    ...(tool.approved ? { approved } : {}),
    ...(tool.id === 'copy' ? { frame_idx: place.frameIdx } : {}),
  };
}

/** What was done, for a message. @param {Edited} result @returns {string} */
export function editedText({ lines, step }) {
  const [first = '', ...rest] = lines;
  if (!step) return ['Nothing was to be changed.', ...rest].join(' ');
  return [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest].join(' ');
}

/**
 * AOIs that another one can be swapped or combined with, those nearest on this frame first: they are what a tracker mixes up.
 * @param {ReadonlyMap<number, Aoi>} aois @param {number} objectId
 * @param {(objectId: number) => readonly [number, number, number, number]|null|undefined} boxOf x0, y0, x1, y1 on this frame
 * @returns {Aoi[]}
 */
export function othersOf(aois, objectId, boxOf) {
  const mine = boxOf(objectId);
  const far = (/** @type {Aoi} */ aoi) => {
    const box = boxOf(aoi.object_id);
    return mine && box ? Math.hypot(mine[0] + mine[2] - box[0] - box[2], mine[1] + mine[3] - box[1] - box[3]) : Number.MAX_VALUE;
  };
  return [...aois.values()].filter((aoi) => aoi.object_id !== objectId).sort((a, b) => far(a) - far(b) || a.object_id - b.object_id);
}

/**
 * The two frames to interpolate between: the ends of the gap that the frame lies in, else the anchors around it.
 * @param {number} nFrames @param {number} frameIdx
 * @param {(frame: number) => boolean} known where it is known where the AOI is
 * @param {(frame: number) => boolean} anchor
 * @returns {[number, number]|null} null: there are none
 */
export function endsAround(nFrames, frameIdx, known, anchor) {
  const isEnd = known(frameIdx) ? anchor : known;
  let [first, last] = [frameIdx - (known(frameIdx) ? 0 : 1), frameIdx + 1];
  while (first >= 0 && !isEnd(first)) first--;
  while (last < nFrames && !isEnd(last)) last++;
  return first < 0 || last >= nFrames || last - first < 2 ? null : [first, last];
}
