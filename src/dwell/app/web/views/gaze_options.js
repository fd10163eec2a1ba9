// What the columns of a dropped gaze CSV mean.
import { guessColumns, headerOf, readerOptions } from '../core/gazecsv.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';

const HEAD_BYTES = 65_536;

/**
 * @param {File} file
 * @returns {Promise<Record<string, string|boolean>|null>} reader options; null: cancelled
 */
export async function askGazeOptions(file) {
  const header = headerOf(await file.slice(0, HEAD_BYTES).text());
  const guess = guessColumns(header);
  /** @type {Record<string, HTMLSelectElement>} */
  const fields = {
    time: columnSelect(header, guess.time),
    x: columnSelect(header, guess.x),
    y: columnSelect(header, guess.y),
    units: select([['', 'As the column says'], ['ns', 'Nanoseconds'], ['us', 'Microseconds'], ['ms', 'Milliseconds'], ['s', 'Seconds']]),
    normalised: select([['', 'As the columns say'], ['no', 'Pixels'], ['yes', 'Shares of the picture, 0 to 1']]),
    origin: select([['', 'Top left'], ['bottom-left', 'Bottom left']]),
    video_start_ns: select([['', 'As the files say'], ['first gaze', 'With the first gaze sample']]),
  };
  const labels = { time: 'Time column', x: 'Column with x', y: 'Column with y', units: 'Unit of time', normalised: 'Positions are', origin: 'Positions count from', video_start_ns: 'The video starts' };
  const body = el('div', { class: 'stack' },
    el('p', { text: `${file.name} has ${header.length} columns. Check what they mean; what is left as it is, Dwell finds out itself.` }),
    el('div', { class: 'field-grid' }, ...Object.entries(labels).map(([name, label]) => el('label', { class: 'field' }, el('span', { text: label }), fields[name]))));
  const said = await openDialog({ title: 'Gaze from a CSV', wide: true, body, actions: [{ label: 'Cancel' }, { label: 'Go on', primary: true }] }).closed;
  if (said !== 'Go on') return null;
  return readerOptions(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])));
}

/** @param {string[]} header @param {string} guess */
function columnSelect(header, guess) {
  return select([['', 'Find it by its name'], ...header.map((name) => /** @type {[string, string]} */ ([name, name]))], guess);
}

/** @param {[string, string][]} choices @param {string} [value] */
function select(choices, value = '') {
  return el('select', { value }, ...choices.map(([each, label]) => el('option', { value: each, text: label })));
}
