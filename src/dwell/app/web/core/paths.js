// Paths of the server's computer, as text: POSIX or Windows.

/** @typedef {import('./messages.js').Place} Place */
/** @typedef {import('./messages.js').Entry} Entry */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const VIDEO = /\.(mp4|mkv|avi|mov|m4v|webm|mjpeg)$/i;

/** @param {string} path @returns {'/'|'\\'} */
export function separatorOf(path) {
  return /^[A-Za-z]:\\|^\\\\/.test(path) ? '\\' : '/';
}

/** @param {string} folder @param {string} name @returns {string} */
export function join(folder, name) {
  const sep = separatorOf(folder);
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

/** @param {string} path @returns {string} the last part */
export function baseName(path) {
  const parts = path.split(separatorOf(path)).filter(Boolean);
  return parts[parts.length - 1] ?? path;
}

/** @param {string} path @returns {string} the folder it lies in */
export function folderOf(path) {
  const sep = separatorOf(path);
  const clean = path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
  const at = clean.lastIndexOf(sep);
  return at > 0 ? clean.slice(0, at) : sep;
}

/**
 * The way from a root to a folder.
 * @param {string} path
 * @param {Place[]} roots
 * @returns {{name: string, path: string}[]} first the root
 */
export function crumbs(path, roots) {
  const sep = separatorOf(path);
  const inside = roots.filter((root) => path === root.path || path.startsWith(slash(root.path, sep)));
  const root = inside.sort((a, b) => b.path.length - a.path.length)[0];
  if (!root) return [{ name: path, path }];
  const trail = [{ name: root.name, path: root.path }];
  let at = root.path;
  for (const name of path.slice(slash(root.path, sep).length).split(sep).filter(Boolean)) {
    at = join(at, name);
    trail.push({ name, path: at });
  }
  return trail;
}

/** @param {string} path @param {string} sep */
function slash(path, sep) {
  return path.endsWith(sep) ? path : path + sep;
}

/**
 * @param {Entry[]} entries
 * @param {string} text words that the name must hold, in any order
 */
export function matching(entries, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => words.every((word) => entry.name.toLowerCase().includes(word)));
}

/** @param {number|null|undefined} bytes @returns {string} such as `1.4 GB` */
export function fileSize(bytes) {
  if (bytes === null || bytes === undefined) return '';
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) { size /= 1000; unit += 1; }
  return `${unit && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** @param {string} name @returns {'video'|'image'|'volume'|'archive'|'table'|null} what a dropped file is */
export function kindOfFile(name) {
  if (VIDEO.test(name)) return 'video';
  if (/\.(jpe?g|png)$/i.test(name)) return 'image';
  if (/\.(nii|nii\.gz|dcm)$/i.test(name)) return 'volume';
  if (/\.zip$/i.test(name)) return 'archive';
  return /\.(csv|tsv)$/i.test(name) ? 'table' : null;
}
