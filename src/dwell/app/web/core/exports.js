// What can be exported, and the request for it.

/** @typedef {import('./messages.js').ExportRequest} ExportRequest */
/** @typedef {ExportRequest['what'][number]} What */
/** @typedef {{id: What, group: string, label: string, note: string, needsGaze: boolean, doing: string}} Item `doing`: the server's words while it works on it */

/** What is quick comes first. @type {What[]} */
const WRITTEN = ['tables', 'timeline', 'heatmap', 'aoi_heatmap', 'coco', 'nifti', 'nifti-each', 'dicom-seg', 'davis', 'video'];

/** @type {Item[]} */
export const ITEMS = [
  { id: 'tables', group: 'Numbers', label: 'Tables', note: 'CSV files: dwell, visits, fixations, every sample, every frame', needsGaze: true, doing: 'Writing the tables' },
  { id: 'video', group: 'Pictures', label: 'Enriched video', note: 'MP4 with masks, gaze and names; the slowest part', needsGaze: false, doing: 'Rendering the video' },
  { id: 'timeline', group: 'Pictures', label: 'Timeline plot', note: 'PNG of visits and fixations per AOI', needsGaze: true, doing: 'Drawing the timeline' },
  { id: 'heatmap', group: 'Pictures', label: 'Heatmap', note: 'PNG of where gaze was', needsGaze: true, doing: 'Drawing the heatmaps' },
  { id: 'coco', group: 'Labels', label: 'COCO', note: 'JSON with masks as run lengths', needsGaze: false, doing: 'Writing COCO labels' },
  { id: 'davis', group: 'Labels', label: 'DAVIS', note: 'One indexed PNG per frame', needsGaze: false, doing: 'Writing DAVIS labels' },
];

/** What a medical volume has beside them. @type {Item[]} */
export const VOLUME_ITEMS = [
  { id: 'nifti', group: 'Labels', label: 'NIfTI', note: 'One label per voxel on the volume’s own grid, and a table with each AOI’s ml', needsGaze: false, doing: 'Writing NIfTI labels' },
  { id: 'nifti-each', group: 'Labels', label: 'NIfTI per AOI', note: 'A file per AOI, so that AOIs may overlap, and the same table', needsGaze: false, doing: 'Writing a NIfTI file per AOI' },
  { id: 'dicom-seg', group: 'Labels', label: 'DICOM-SEG', note: 'Segments of a DICOM series, and the same table', needsGaze: false, doing: 'Writing DICOM segments' },
];

/** The same for the picture of an enrichment. @type {Item[]} */
export const PICTURE_ITEMS = [
  { id: 'tables', group: 'Numbers', label: 'Tables', note: 'CSV files: fixations and metrics as in Pupil Cloud, dwell and visits', needsGaze: true, doing: 'Writing the tables' },
  { id: 'aoi_heatmap', group: 'Pictures', label: 'AOI heatmap', note: 'PNG and SVG of the AOIs, coloured by the measure chosen under Results', needsGaze: true, doing: 'Colouring the AOIs' },
  { id: 'heatmap', group: 'Pictures', label: 'Gaze heatmap', note: 'PNG of where gaze was', needsGaze: true, doing: 'Drawing the heatmaps' },
  ...ITEMS.filter((item) => item.group === 'Labels'),
];

/** @param {{kind: string, volume?: {dicom: boolean}|null}} recording @param {boolean} isPicture of an enrichment @returns {Item[]} what is offered */
export function itemsOf(recording, isPicture) {
  if (isPicture) return PICTURE_ITEMS;
  if (recording.kind !== 'volume') return ITEMS;
  const own = VOLUME_ITEMS.filter((item) => item.id !== 'dicom-seg' || recording.volume?.dicom); // segments refer to DICOM slices
  return [...own, ...ITEMS.filter((item) => !item.needsGaze)];
}

/**
 * @param {Iterable<What>} chosen
 * @param {{client: string, out: string, marginDeg: number, rule: 'majority'|'any'|'mean', pxPerDegree: number|null,
 *   picture?: import('./picture.js').Options|null}} how picture: how gaze is mapped on the picture of an enrichment
 * @returns {ExportRequest}
 * @throws {Error} a sentence that says what is missing
 */
export function exportRequest(chosen, how) {
  const set = new Set(chosen);
  const what = (how.picture ? PICTURE_ITEMS : [...ITEMS, ...VOLUME_ITEMS]).filter((item) => set.has(item.id)).map((item) => item.id);
  if (what.length === 0) throw new Error('Nothing is ticked: tick at least one thing to export.');
  if (!how.out.trim()) throw new Error('Choose a folder to write to.');
  if (!Number.isFinite(how.marginDeg)) throw new Error('The margin must be a number of degrees, such as 0.5.');
  return {
    client: how.client,
    what,
    out: how.out.trim(),
    margin_deg: how.marginDeg,
    fixation_rule: how.rule,
    px_per_degree: how.pxPerDegree,
    ...(how.picture ? { picture: pictureOptions(how.picture), measure: how.picture.measure } : {}),
  };
}

/** @param {import('./picture.js').Options} options @returns {import('./messages.js').PictureOptions} */
function pictureOptions({ marginPx, fixationRule, ttffOrigin, groupBy }) {
  return { margin_px: marginPx, fixation_rule: fixationRule, ttff_origin: ttffOrigin, group_by: groupBy };
}

/**
 * How far each ticked item is, by what the server works on now.
 * @param {What[]} what @param {import('./messages.js').Task} task
 * @returns {{item: Item, state: 'waiting'|'working'|'done'|'failed', error: string}[]} in the order they are written
 */
export function itemStates(what, task) {
  const known = [...ITEMS, ...VOLUME_ITEMS, ...PICTURE_ITEMS.filter((item) => item.id === 'aoi_heatmap')];
  const items = WRITTEN.flatMap((id) => known.filter((item) => item.id === id && what.includes(id)));
  const at = items.findIndex((item) => item.doing === task.what);
  /** @type {{what: string, error: string}[]} */
  const errors = task.result?.['errors'] ?? [];
  return items.map((item, i) => {
    const error = errors.find((each) => each.what === item.id)?.error ?? '';
    if (error) return { item, state: 'failed', error };
    if (task.state === 'done' || i < at) return { item, state: 'done', error };
    return { item, state: task.state === 'running' && i === at ? 'working' : 'waiting', error };
  });
}

/** @param {{done: number, total: number}} task @returns {number|null} 0 … 1; null: it cannot be told */
export function progressOf(task) {
  return task.total > 0 ? Math.min(1, task.done / task.total) : null;
}
