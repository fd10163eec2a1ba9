// Labels of other programs: what is in a file, and the request to take it over.

/** @typedef {import('./messages.js').FoundLabels} FoundLabels */
/** @typedef {import('./messages.js').FoundVideoInfo} FoundVideoInfo */
/** @typedef {import('./messages.js').ImportRequest} ImportRequest */
/** @typedef {import('./messages.js').Imported} Imported */
/** @typedef {import('./messages.js').Aoi} Aoi */

/** Names that the project has already. @param {FoundVideoInfo|null} video @param {Iterable<Aoi>} aois @returns {string[]} */
export function taken(video, aois) {
  const names = new Set([...aois].map((aoi) => aoi.name));
  return [...new Set(video?.aois ?? [])].filter((name) => names.has(name));
}

/** The video that is chosen at first. @param {FoundLabels} found @returns {FoundVideoInfo|null} */
export function usualVideo({ videos, video }) {
  return videos.find((each) => each.name === video) ?? videos.find((each) => !each.problem) ?? videos[0] ?? null;
}

/** What a video of a file has, in one line. @param {FoundVideoInfo} video */
export function videoText({ aois, n_aois: nAois, n_labels: nLabels }) {
  const named = aois.slice(0, 6).join(', ') + (nAois > 6 ? ` and ${nAois - 6} more` : '');
  return `${plural(nLabels, 'label')} of ${plural(nAois, 'AOI')}${named ? `: ${named}` : ''}`;
}

/**
 * @param {FoundLabels} found
 * @param {{client: string, video: FoundVideoInfo|null, how: ImportRequest['how'], existing: ImportRequest['existing']}} how
 * @returns {ImportRequest}
 * @throws {Error} a sentence
 */
export function importRequest(found, { client, video, how, existing }) {
  if (!video) throw new Error('This file has labels of no video.');
  if (video.problem) throw new Error(video.problem);
  return { client, path: found.path, format: found.format, video: video.name, how: found.boxes ? 'prompts' : how, existing };
}

/** What was taken over, for a message. @param {Imported} result */
export function importedText({ title, object_ids: ids, n_masks: nMasks, n_prompts: nPrompts, n_frames: nFrames }) {
  const what = nPrompts || !nMasks ? plural(nPrompts, 'prompt') : plural(nMasks, 'mask');
  return `${title}: ${what} of ${plural(ids.length, 'AOI')} on ${plural(nFrames, 'frame')} imported.`;
}

/** @param {number} n @param {string} word */
const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
