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
 * @property {boolean} [anyFile] every file can be chosen, not only what can be opened; folders are looked into
 * @property {(entry: Entry) => void} [onOpen] something to open was chosen
 * @property {(path: string) => void} [onFolder] the folder looked at now; '' = the list of roots
 */

/** @type {Record<Entry['kind'], [import('./icons.js').IconName, string]>} */
const KINDS = {
  folder: ['folder', ''], project: ['project', 'Project'], recording: ['recording', 'Recording'], video: ['video', 'Video'],
  archive: ['archive', 'Zip'], table: ['table', 'Table'], images: ['images', 'Pictures'], image: ['images', 'Picture'], volume: ['images', 'Volume'], scan: ['images', 'DICOM'], file: ['file', ''],
};
const PAGE = 10;
const FOLDERS = new Set(['folder', 'recording', 'images', 'scan']);

/** @param {PickerOptions} options @returns {{node: HTMLElement}} */
export function picker(options) {
  return new Picker(options);
}

class Picker {
  trail = el('nav', { class: 'crumbs', aria: { label: 'Folder' } });
  list = el('ul', { class: 'files', role: 'listbox', tabindex: 0, aria: { label: 'Files and folders' } });
  note = el('p', { class: 'muted small-text', role: 'status' });
  search = el('input', { type: 'search', placeholder: 'Filter this folder', aria: { label: 'Filter this folder' } });
  node = el('div', { class: 'picker' }, el('div', { class: 'row' }, this.trail, this.search), this.list, this.note);
  /** @type {Listing|null} */ #listing = null;
  /** @type {Entry[]} */ #shown = [];
  #at = 0;
  #visit = 0;

  /** @param {PickerOptions} options */
  constructor(options) {
    this.options = options;
    this.search.addEventListener('input', () => this.#draw());
    this.search.addEventListener('keydown', (event) => this.#steer(event, false));
    this.list.addEventListener('keydown', (event) => this.#steer(event, true));
    void this.go(options.at ?? (options.roots.length === 1 ? (options.roots[0]?.path ?? '') : ''));
  }

  /** Shows a folder; '' = the folders that may be used. @param {string} path */
  async go(path) {
    const visit = ++this.#visit;
    this.list.setAttribute('aria-busy', 'true');
    try {
      const found = /** @type {Listing} */ (await this.options.api.get(path ? `files?path=${encodeURIComponent(path)}` : 'files'));
      if (visit !== this.#visit) return;
      this.#listing = found;
      this.search.value = '';
      replace(this.trail, ...crumbNodes(found.path, this.options.roots, (to) => this.go(to)));
      this.options.onFolder?.(found.path);
      this.#draw();
    } catch (error) {
      if (visit === this.#visit) this.note.textContent = sentence(error);
    } finally {
      this.list.removeAttribute('aria-busy');
    }
  }

  #draw() {
    const all = (this.#listing?.entries ?? []).filter((each) => !this.options.foldersOnly || FOLDERS.has(each.kind));
    this.#shown = matching(all, this.search.value);
    const does = { enter: (/** @type {Entry} */ entry) => this.#enter(entry), look: (/** @type {string} */ path) => this.go(path), mark: (/** @type {number} */ i) => this.#mark(i) };
    replace(this.list, ...this.#shown.map((entry, i) => row(entry, i, does, this.options.anyFile ?? false)));
    this.#mark(0, false);
    this.note.textContent = words(all.length, this.#shown.length, this.#listing, this.search.value);
  }

  /** @param {Entry} entry */
  #enter(entry) {
    const chooses = this.options.anyFile ? !FOLDERS.has(entry.kind) : entry.openable && !this.options.foldersOnly;
    if (chooses) this.options.onOpen?.(entry);
    else if (FOLDERS.has(entry.kind)) void this.go(entry.path);
  }

  /** @param {number} to @param {boolean} [scroll] */
  #mark(to, scroll = true) {
    this.#at = Math.min(Math.max(0, to), this.#shown.length - 1);
    [...this.list.children].forEach((each, i) => each.setAttribute('aria-selected', String(i === this.#at)));
    const node = this.list.children[this.#at];
    if (node) this.list.setAttribute('aria-activedescendant', node.id);
    else this.list.removeAttribute('aria-activedescendant');
    if (scroll) node?.scrollIntoView({ block: 'nearest' });
  }

  /** Letters typed in the list go to the filter. @param {KeyboardEvent} event @param {boolean} inList */
  #steer(event, inList) {
    const entry = this.#shown[this.#at];
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1, PageDown: this.#at + PAGE, PageUp: this.#at - PAGE };
    if (inList) Object.assign(moves, { Home: 0, End: this.#shown.length });
    const to = moves[event.key];
    const up = (event.key === 'Backspace' && (inList || this.search.value === '')) || (event.key === 'ArrowLeft' && inList);
    if (inList && event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) return this.search.focus();
    if (to !== undefined) this.#mark(to);
    else if (event.key === 'Enter' && entry) this.#enter(entry);
    else if (event.key === 'ArrowRight' && inList && entry && FOLDERS.has(entry.kind)) void this.go(entry.path);
    else if (up && this.#listing?.path) void this.go(this.#listing.parent ?? '');
    else if (!up) return;
    event.preventDefault();
  }
}

/** @param {Entry} entry @param {number} i @param {{enter: (entry: Entry) => void, look: (path: string) => unknown, mark: (i: number) => void}} does @param {boolean} anyFile */
function row(entry, i, does, anyFile) {
  const [sign, badge] = KINDS[entry.kind];
  const dim = !anyFile && !entry.openable && !FOLDERS.has(entry.kind);
  const inside = !anyFile && entry.openable && FOLDERS.has(entry.kind);
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
