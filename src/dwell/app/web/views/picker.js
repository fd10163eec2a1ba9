// A picker of files and folders below the folders that the user named.
import { crumbs, fileSize, matching } from '../core/paths.js';
import { dayOf } from '../core/time.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/messages.js').Entry} Entry */
/** @typedef {import('../core/messages.js').Listing} Listing */
/** @typedef {import('../core/messages.js').Place} Place */
/**
 * @typedef {object} PickerOptions
 * @property {import('../core/api.js').Api} api of the start page
 * @property {Place[]} roots
 * @property {string} [at] folder to begin in
 * @property {boolean} [foldersOnly]
 * @property {(entry: Entry) => void} [onOpen] something to open was chosen
 * @property {(path: string) => void} [onFolder] the folder looked at now; '' = the list of roots
 */

/** @type {Record<Entry['kind'], [import('./icons.js').IconName, string]>} */
const KINDS = {
  folder: ['folder', ''], project: ['project', 'Project'], recording: ['recording', 'Recording'], video: ['video', 'Video'],
  archive: ['archive', 'Zip'], table: ['table', 'Table'], images: ['images', 'Pictures'], file: ['file', ''],
};
const FOLDERS = new Set(['folder', 'recording', 'images']);

/** @param {PickerOptions} options @returns {{node: HTMLElement, go: (path: string) => Promise<void>}} */
export function picker(options) {
  const trail = el('nav', { class: 'crumbs', aria: { label: 'Folder' } });
  const list = el('ul', { class: 'files', role: 'listbox', tabindex: 0, aria: { label: 'Files and folders' } });
  const note = el('p', { class: 'muted small-text', role: 'status' });
  const search = el('input', { type: 'search', placeholder: 'Filter this folder', aria: { label: 'Filter this folder' } });
  /** @type {Listing|null} */
  let listing = null;
  /** @type {Entry[]} */
  let shown = [];
  let at = 0;
  let visit = 0;

  const go = async (/** @type {string} */ path) => {
    const mine = ++visit;
    list.setAttribute('aria-busy', 'true');
    try {
      const found = /** @type {Listing} */ (await options.api.get(path ? `files?path=${encodeURIComponent(path)}` : 'files'));
      if (mine !== visit) return;
      listing = found;
      search.value = '';
      replace(trail, ...crumbNodes(found.path, options.roots, go));
      options.onFolder?.(found.path);
      draw();
    } catch (error) {
      if (mine === visit) note.textContent = sentence(error);
    } finally {
      list.removeAttribute('aria-busy');
    }
  };
  const enter = (/** @type {Entry} */ entry) => {
    if (entry.openable && !options.foldersOnly) options.onOpen?.(entry);
    else if (FOLDERS.has(entry.kind)) void go(entry.path);
  };
  const draw = () => {
    const all = (listing?.entries ?? []).filter((each) => !options.foldersOnly || FOLDERS.has(each.kind));
    shown = matching(all, search.value);
    at = 0;
    replace(list, ...shown.map((entry, i) => row(entry, i, { enter, look: go, mark })));
    mark(0, false);
    note.textContent = words(all.length, shown.length, listing, search.value);
  };
  const mark = (/** @type {number} */ to, /** @type {boolean} */ scroll = true) => {
    at = Math.min(Math.max(0, to), shown.length - 1);
    [...list.children].forEach((each, i) => each.setAttribute('aria-selected', String(i === at)));
    const node = list.children[at];
    if (node) list.setAttribute('aria-activedescendant', node.id);
    else list.removeAttribute('aria-activedescendant');
    if (scroll) node?.scrollIntoView({ block: 'nearest' });
  };
  const steer = (/** @type {KeyboardEvent} */ event) => {
    const entry = shown[at];
    const page = 10;
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, ...(event.target === list ? { Home: 0, End: shown.length } : {}) };
    const to = moves[event.key];
    const up = event.key === 'Backspace' && (event.target === list || search.value === '');
    if (to !== undefined) mark(to);
    else if (event.key === 'Enter' && entry) enter(entry);
    else if (event.key === 'ArrowRight' && event.target === list && entry && FOLDERS.has(entry.kind)) void go(entry.path);
    else if (up || (event.key === 'ArrowLeft' && event.target === list)) { if (listing?.path) void go(listing.parent ?? ''); }
    else if (event.target === list && event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      search.focus();
      return;
    } else return;
    event.preventDefault();
  };
  search.addEventListener('input', draw);
  search.addEventListener('keydown', steer);
  list.addEventListener('keydown', steer);
  void go(options.at ?? (options.roots.length === 1 ? (options.roots[0]?.path ?? '') : ''));
  return { node: el('div', { class: 'picker' }, el('div', { class: 'row' }, trail, search), list, note), go };
}

/** @param {Entry} entry @param {number} i @param {{enter: (entry: Entry) => void, look: (path: string) => unknown, mark: (i: number) => void}} does */
function row(entry, i, does) {
  const [sign, badge] = KINDS[entry.kind];
  const dim = !entry.openable && !FOLDERS.has(entry.kind);
  const inside = entry.openable && FOLDERS.has(entry.kind);
  const look = { click: (/** @type {MouseEvent} */ event) => { event.stopPropagation(); does.look(entry.path); } };
  return el('li', {
    id: `picker-${i}`, role: 'option', class: dim ? 'file dim' : 'file', title: dim ? 'This file is no recording of its own' : entry.path,
    on: { click: () => { does.mark(i); does.enter(entry); } },
  },
  icon(sign), el('span', { class: 'file-name cut', text: entry.name }), el('span', { class: 'file-kind' }, badge ? el('span', { class: 'badge', text: badge }) : null),
  el('span', { class: 'file-size muted numbers', text: fileSize(entry.size_bytes) }), el('span', { class: 'file-day muted numbers', text: dayOf(entry.modified_ns) }),
  el('span', { class: 'file-into', aria: { hidden: true }, ...(inside ? { title: 'Look into this folder (→)', on: look } : {}) }, inside ? icon('next') : null));
}

/** @param {string} path @param {Place[]} roots @param {(path: string) => Promise<void>} go */
function crumbNodes(path, roots, go) {
  const trail = path ? crumbs(path, roots) : [];
  const all = roots.length > 1 || !path ? [{ name: 'Folders', path: '' }, ...trail] : trail;
  return all.flatMap((each, i) => {
    const last = i === all.length - 1;
    const node = button({ label: each.name, class: 'quiet small', run: () => void go(each.path) });
    if (last) node.setAttribute('aria-current', 'true');
    return i ? [el('span', { class: 'muted', aria: { hidden: true }, text: '/' }), node] : [node];
  });
}

/** @param {number} all @param {number} shown @param {Listing|null} listing @param {string} filter */
function words(all, shown, listing, filter) {
  if (!listing) return '';
  if (all === 0) return listing.path ? 'This folder is empty.' : 'No folder was named. Start with dwell app --root FOLDER.';
  if (shown === 0) return `Nothing here has “${filter}” in its name.`;
  return listing.truncated ? 'There is more in this folder than can be listed. Type to filter, or start with --root on a folder further in.' : '';
}
