// The heading of a gaze CSV, looked at before it goes up, so that its columns can be chosen by name.

const SEPARATORS = [',', ';', '\t'];
const GUESSES = {
  time: [/^timestamp/i, /time/i, /^t$/i],
  x: [/gaze.*x/i, /\bx\b/i, /x$/i],
  y: [/gaze.*y/i, /\by\b/i, /y$/i],
};

/** @typedef {{time: string, x: string, y: string}} Guess '' = not found */

/** @param {string} text the beginning of the file @returns {string[]} names of the columns */
export function headerOf(text) {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  const counts = SEPARATORS.map((each) => line.split(each).length);
  const separator = SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
  return line.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1')).filter(Boolean);
}

/** @param {string[]} header @returns {Guess} */
export function guessColumns(header) {
  const find = (/** @type {RegExp[]} */ patterns) => {
    for (const pattern of patterns) {
      const name = header.find((each) => pattern.test(each));
      if (name) return name;
    }
    return '';
  };
  return { time: find(GUESSES.time), x: find(GUESSES.x), y: find(GUESSES.y) };
}

/**
 * Reader options: what was left to the reader is left out.
 * @param {Record<string, string>} chosen
 * @returns {Record<string, string|boolean>}
 */
export function readerOptions(chosen) {
  /** @type {Record<string, string|boolean>} */
  const options = {};
  for (const [name, value] of Object.entries(chosen)) {
    if (value === '') continue;
    options[name] = name === 'normalised' ? value === 'yes' : value;
  }
  return options;
}
