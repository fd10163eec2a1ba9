// What can be exported, and the request for it.

/** @typedef {import('./messages.js').ExportRequest} ExportRequest */
/** @typedef {ExportRequest['what'][number]} What */
/** @typedef {{id: What, group: string, label: string, note: string, needsGaze: boolean}} Item */

/** @type {Item[]} */
export const ITEMS = [
  { id: 'tables', group: 'Numbers', label: 'Tables', note: 'CSV files: dwell, visits, fixations, every sample, every frame', needsGaze: true },
  { id: 'video', group: 'Pictures', label: 'Enriched video', note: 'MP4 with masks, gaze and names; the slowest part', needsGaze: false },
  { id: 'timeline', group: 'Pictures', label: 'Timeline plot', note: 'PNG of visits and fixations per AOI', needsGaze: true },
  { id: 'heatmap', group: 'Pictures', label: 'Heatmap', note: 'PNG of where gaze was', needsGaze: true },
  { id: 'coco', group: 'Labels', label: 'COCO', note: 'JSON with masks as run lengths', needsGaze: false },
  { id: 'davis', group: 'Labels', label: 'DAVIS', note: 'One indexed PNG per frame', needsGaze: false },
];

/**
 * @param {Iterable<What>} chosen
 * @param {{client: string, out: string, marginDeg: number, rule: 'majority'|'any'|'mean', pxPerDegree: number|null}} how
 * @returns {ExportRequest}
 * @throws {Error} a sentence that says what is missing
 */
export function exportRequest(chosen, how) {
  const set = new Set(chosen);
  const what = ITEMS.filter((item) => set.has(item.id)).map((item) => item.id);
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
  };
}

/** @param {{done: number, total: number}} task @returns {number|null} 0 … 1; null: it cannot be told */
export function progressOf(task) {
  return task.total > 0 ? Math.min(1, task.done / task.total) : null;
}
