// Numbers of the results, as people read them: columns, formats, sorting, text to copy. Unknown is never 0.

/** @typedef {Record<string, any>} Metrics  one AOI's numbers, by the names of the table aoi_dwell */
/**
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {string} unit '' = none
 * @property {string} meaning one sentence
 * @property {(row: Metrics) => number|string|null} value
 * @property {(value: number) => string} format
 */

export const UNKNOWN = '—';

/** @param {string} name @returns {(row: Metrics) => number|null} ms as seconds */
const seconds = (name) => (row) => divided(numberOf(row[name]), 1000);

/** @type {Column[]} */
export const COLUMNS = [
  column('aoi', 'AOI', '', 'The area of interest.', (row) => String(row['aoi label'] ?? ''), String),
  column('dwell', 'Dwell', 's', 'Time that the gaze samples on the AOI stand for.', seconds('dwell time [ms]'), fixed(2)),
  column('share', 'Share', '%', 'Dwell time as a share of all valid gaze time.', percent('dwell share'), fixed(1)),
  column('perVisible', 'Per visible', '%', 'Dwell time as a share of the time in which the AOI was in view. Over 100 % is possible with a margin.', percent('dwell per visible time'), fixed(1)),
  column('visits', 'Visits', '', 'Uninterrupted stays of gaze on the AOI.', (row) => numberOf(row['visits']), String),
  column('fixations', 'Fixations', '', 'Fixations on the AOI; those put on it by hand included.', (row) => numberOf(row['total fixations']), String),
  column('ttff', 'First fixation', 's', 'Time to the first fixation on the AOI, from the start of the recording.', seconds('time to first fixation [ms]'), fixed(2)),
  column('unknown', 'Unknown gaze', '%', 'Share of the gaze time for which the place of the AOI is not known: not tracked, or lost. Track or review to bring it down.', unknownShare, fixed(1)),
];

/**
 * @param {string} id @param {string} title @param {string} unit @param {string} meaning
 * @param {(row: Metrics) => number|string|null} value @param {(value: number) => string} format
 * @returns {Column}
 */
export function column(id, title, unit, meaning, value, format) {
  return { id, title, unit, meaning, value, format };
}

/** @param {unknown} value @returns {number|null} null for what is missing or not finite */
export function numberOf(value) {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** @param {number|null} part @param {number} whole @returns {number|null} */
function divided(part, whole) {
  return part === null || !whole ? null : part / whole;
}

/** @param {string} name @returns {(row: Metrics) => number|null} */
function percent(name) {
  return (row) => divided(numberOf(row[name]), 0.01);
}

/** @param {Metrics} row @returns {number|null} percent */
export function unknownShare(row) {
  const share = divided(numberOf(row['unknown gaze time [ms]']), numberOf(row['gaze time [ms]']) ?? 0);
  return share === null ? null : share * 100;
}

/** @param {number} digits @returns {(value: number) => string} */
export function fixed(digits) {
  return (value) => value.toFixed(digits);
}

/** What a cell shows. @param {Column} col @param {Metrics} row @returns {string} */
export function cell(col, row) {
  const value = col.value(row);
  if (value === null) return UNKNOWN;
  return typeof value === 'number' ? col.format(value) : value;
}

/** The heading with its unit. @param {Column} col @returns {string} */
export function heading(col) {
  return col.unit ? `${col.title} [${col.unit}]` : col.title;
}

/**
 * Sorted rows; unknown values always come last.
 * @param {Metrics[]} rows @param {string|null} id of the column; null: as given @param {boolean} down
 * @param {Column[]} [columns]
 * @returns {Metrics[]}
 */
export function sorted(rows, id, down, columns = COLUMNS) {
  const by = columns.find((each) => each.id === id);
  if (!by) return [...rows];
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [by.value(a), by.value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'string' || typeof y === 'string') return sign * String(x).localeCompare(String(y), 'en', { numeric: true });
    return sign * (x - y);
  });
}

/** The table as text for spreadsheets: unknown is empty. @param {Metrics[]} rows @param {Column[]} [columns] @returns {string} */
export function tsv(rows, columns = COLUMNS) {
  const clean = (/** @type {string} */ text) => text.replace(/[\t\r\n]+/g, ' ');
  const line = (/** @type {string[]} */ cells) => cells.map(clean).join('\t');
  const body = rows.map((row) => line(columns.map((col) => { const text = cell(col, row); return text === UNKNOWN ? '' : text; })));
  return [line(columns.map(heading)), ...body].join('\n') + '\n';
}

/**
 * Dwell bars: known dwell, then what might be added (unknown gaze), as shares of the longest.
 * @param {Metrics[]} rows
 * @returns {{objectId: number, name: string, dwellS: number|null, unknownS: number|null, known: number, maybe: number}[]}
 */
export function bars(rows) {
  const parts = rows.map((row) => ({
    objectId: Number(row['object_id']),
    name: String(row['aoi label'] ?? ''),
    dwellS: divided(numberOf(row['dwell time [ms]']), 1000),
    unknownS: divided(numberOf(row['unknown gaze time [ms]']), 1000),
  }));
  const longest = Math.max(0, ...parts.map((part) => (part.dwellS ?? 0) + (part.unknownS ?? 0)));
  const share = (/** @type {number|null} */ s) => (longest > 0 ? (s ?? 0) / longest : 0);
  return parts.map((part) => ({ ...part, known: share(part.dwellS), maybe: share(part.unknownS) }));
}

/**
 * The transitions, checked, with each count's share of the largest off the diagonal.
 * @param {Record<string, any>} transitions
 * @returns {{names: string[], counts: number[][], weights: number[][], total: number}|null} null: none
 */
export function matrix(transitions) {
  const { names, counts } = transitions;
  if (!Array.isArray(names) || !Array.isArray(counts) || names.length < 2) return null;
  /** @type {number[][]} */
  const square = counts.map((row) => [...row].map(Number));
  const all = square.flat();
  const most = Math.max(0, ...all);
  const total = all.reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  return { names: names.map(String), counts: square, weights: square.map((row) => row.map((n) => n / most)), total };
}
