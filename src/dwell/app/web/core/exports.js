// What can be exported, and the request for it.

/** @typedef {import('./messages.js').ExportRequest} ExportRequest */
/** @typedef {import('./messages.js').LabelOptions} LabelOptions */
/** @typedef {import('./messages.js').FormatInfo} FormatInfo */
/** @typedef {'results'|'labels'|'gaze'|'volume'} Group */
/**
 * @typedef {{id: string, group: Group, label: string, note: string, detail: string, needsGaze: boolean, doing: string, missing: string}} Item
 * detail: what a format keeps and loses; doing: the server's words while it works on it; missing: why it cannot be had
 */

/** @type {readonly (readonly [Group, string])[]} */
export const GROUPS = [['results', 'Results'], ['volume', 'Volume'], ['labels', 'Labels'], ['gaze', 'Gaze for other programs']];

/** @param {string} id @param {string} label @param {string} note @param {boolean} needsGaze @param {string} doing @returns {Item} */
const result = (id, label, note, needsGaze, doing) => ({ id, group: 'results', label, note, detail: '', needsGaze, doing, missing: '' });

/** @type {Item[]} */
export const RESULTS = [
  result('tables', 'Tables', 'CSV files: dwell, visits, fixations, every sample, every frame', true, 'Writing the tables'),
  result('video', 'Enriched video', 'MP4 with masks, gaze and names; the slowest part', false, 'Rendering the video'),
  result('timeline', 'Timeline plot', 'PNG of visits and fixations per AOI', true, 'Drawing the timeline'),
  result('heatmap', 'Heatmap', 'PNG of where gaze was', true, 'Drawing the heatmaps'),
];

/** The same for the picture of an enrichment. @type {Item[]} */
export const PICTURE_RESULTS = [
  result('tables', 'Tables', 'CSV files: fixations and metrics as in Pupil Cloud, dwell and visits', true, 'Writing the tables'),
  result('aoi_heatmap', 'AOI heatmap', 'PNG and SVG of the AOIs, coloured by the measure chosen under Results', true, 'Colouring the AOIs'),
  result('heatmap', 'Gaze heatmap', 'PNG of where gaze was', true, 'Drawing the heatmaps'),
];

/**
 * What is offered: results, and every format that the server knows and that fits.
 * @param {{kind: string, volume?: {dicom: boolean}|null}} recording @param {boolean} isPicture of an enrichment
 * @param {readonly FormatInfo[]} formats @returns {Item[]}
 */
export function itemsOf(recording, isPicture, formats) {
  const isVolume = recording.kind === 'volume';
  const fits = (/** @type {FormatInfo} */ { name, group }) => {
    if (group === 'gaze') return !isVolume && !isPicture;
    if (group === 'volume') return isVolume && (name !== 'dicom-seg' || Boolean(recording.volume?.dicom)); // segments refer to DICOM slices
    return true;
  };
  const results = isPicture ? PICTURE_RESULTS : RESULTS.filter((item) => !isVolume || !item.needsGaze);
  return [...results, ...formats.filter(fits).map(itemOf)];
}

/** @param {FormatInfo} format @returns {Item} */
function itemOf({ name, title, group, files, keeps, loses, doing, missing }) {
  const detail = missing || `Keeps ${keeps}.${loses ? ` Loses ${loses}.` : ' Loses nothing.'}`;
  return { id: name, group, label: title, note: missing || files, detail, needsGaze: group === 'gaze', doing, missing };
}

/** @type {readonly (readonly [NonNullable<LabelOptions['frames']>, string])[]} */
export const WHICH = [
  ['all', 'All'],
  ['anchors', 'Those on which a person prompted or approved something'],
  ['approved', 'Those that are approved as a whole'],
];

/** @type {readonly (readonly [NonNullable<LabelOptions['unanswered']>, string])[]} */
export const UNANSWERED = [
  ['skip', 'Leave the frame out'],
  ['write', 'Write it without that AOI'],
  ['stop', 'Stop, and say where that is'],
];

/**
 * @param {readonly Item[]} items what is offered
 * @param {Iterable<string>} chosen their ids
 * @param {{client: string, out: string, marginDeg: number, rule: 'majority'|'any'|'mean', pxPerDegree: number|null, labels: LabelOptions,
 *   picture?: import('./picture.js').Options|null}} how picture: how gaze is mapped on the picture of an enrichment
 * @returns {ExportRequest}
 * @throws {Error} a sentence that says what is missing
 */
export function exportRequest(items, chosen, how) {
  const set = new Set(chosen);
  const wanted = items.filter((item) => set.has(item.id));
  if (wanted.length === 0) throw new Error('Nothing is ticked: tick at least one thing to export.');
  if (!how.out.trim()) throw new Error('Choose a folder to write to.');
  if (!Number.isFinite(how.marginDeg)) throw new Error('The margin must be a number of degrees, such as 0.5.');
  const every = how.labels.every ?? 1;
  const hasLabels = wanted.some((item) => item.group === 'labels' || item.group === 'volume');
  if (hasLabels && !(Number.isInteger(every) && every >= 1)) throw new Error('“Every … frames” must be a whole number from 1 on.');
  return {
    client: how.client,
    what: wanted.map((item) => item.id),
    out: how.out.trim(),
    margin_deg: how.marginDeg,
    fixation_rule: how.rule,
    px_per_degree: how.pxPerDegree,
    ...(how.picture ? { picture: pictureOptions(how.picture), measure: how.picture.measure } : {}),
    ...(hasLabels ? { labels: how.labels } : {}),
  };
}

/** @param {import('./picture.js').Options} options @returns {import('./messages.js').PictureOptions} */
function pictureOptions({ marginPx, fixationRule, ttffOrigin, groupBy }) {
  return { margin_px: marginPx, fixation_rule: fixationRule, ttff_origin: ttffOrigin, group_by: groupBy };
}

/**
 * How far each ticked item is, by what the server works on now.
 * @param {readonly Item[]} all what is offered @param {string[]} what @param {import('./messages.js').Task} task
 * @returns {{item: Item, state: 'waiting'|'working'|'done'|'failed', error: string}[]} in the order they are written
 */
export function itemStates(all, what, task) {
  const items = inOrder(all).filter((item) => what.includes(item.id));
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

/** As the server writes them: what is quick comes first. @param {readonly Item[]} items */
function inOrder(items) {
  const first = ['tables', 'timeline', 'heatmap', 'aoi_heatmap'];
  const rank = (/** @type {Item} */ { id, group }) => (first.includes(id) ? first.indexOf(id) : group === 'gaze' ? 10 : id === 'video' ? 30 : 20);
  return [...items].sort((a, b) => rank(a) - rank(b));
}

/** @param {{done: number, total: number}} task @returns {number|null} 0 … 1; null: it cannot be told */
export function progressOf(task) {
  return task.total > 0 ? Math.min(1, task.done / task.total) : null;
}
