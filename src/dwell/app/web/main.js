// The page: start page at '', a project at '#p/<pid>'. `?open=PATH` opens a path straight away,
// `&look=SOURCE` in Look mode.
import { startApi } from './core/api.js';
import { wishForLook } from './core/looksettings.js';
import { PROTOCOL } from './core/messages.js';
import { Ui } from './core/ui.js';
import { closeDialogs } from './views/dialog.js';
import { button, el, replace } from './views/dom.js';
import { icon } from './views/icons.js';
import { closeMenu } from './views/menu.js';
import { followTheme } from './views/theme.js';
import { createToasts, sentence } from './views/toast.js';

/** @typedef {import('./core/messages.js').About} About */

const page = /** @type {HTMLElement} */ (document.getElementById('page'));
const say = createToasts(document.body);
const api = startApi();

let unmount = () => {};
let visit = 0;

/** @param {string} hash @returns {string|null} the project's id */
function projectOf(hash) {
  const found = /^#p\/([^/]+)$/.exec(hash);
  return found?.[1] ? decodeURIComponent(found[1]) : null;
}

async function show() {
  const mine = ++visit;
  closeMenu();
  closeDialogs();
  unmount();
  const plain = followTheme(new Ui());
  unmount = plain;
  const pid = projectOf(location.hash);
  waiting(pid ? 'Opening the project …' : 'Loading …');
  try {
    const wanted = () => mine === visit;
    const off = pid ? await openEditor(pid, wanted) : await openStart(wanted);
    if (!wanted()) return;
    plain();
    unmount = off;
  } catch (error) {
    if (mine === visit) failed(error, pid !== null);
  }
}

/** @param {string} pid @param {() => boolean} wanted false once the person has gone on @returns {Promise<() => void>} */
async function openEditor(pid, wanted) {
  const { mountEditor } = await import('./views/editor.js');
  return mountEditor(page, pid, { say, wanted });
}

/** @param {() => boolean} wanted @returns {Promise<() => void>} */
async function openStart(wanted) {
  document.title = 'Dwell';
  const [{ mountStart }, about] = await Promise.all([import('./views/start.js'), /** @type {Promise<About>} */ (api.get('about'))]);
  if (about.protocol !== PROTOCOL) throw new Error('The server is newer than this page. Reload the page.');
  if (!wanted()) return () => {};
  const parameters = new URLSearchParams(location.search);
  const asked = parameters.get('open');
  wishForLook(parameters.get('look'));
  if (asked) history.replaceState(null, '', location.pathname + location.hash);
  return mountStart(page, { api, say, about, ui: new Ui(), open: asked });
}

/** @param {string} text */
function waiting(text) {
  const line = el('p', { class: 'page-wait muted', role: 'status', text });
  replace(page, el('div', { class: 'page-note' }, line, el('div', { class: 'bar unsure' }, el('span'))));
}

/** @param {unknown} error @param {boolean} inProject */
function failed(error, inProject) {
  const again = button({ label: 'Try again', class: 'primary', run: () => void show() });
  const back = inProject ? el('a', { class: 'button', href: '#', text: 'All projects' }) : null;
  replace(page, el('div', { class: 'page-note', role: 'alert' },
    el('p', { class: 'row' }, icon('warning'), el('strong', { text: inProject ? 'This project could not be opened.' : 'The start page could not be loaded.' })),
    el('p', { text: sentence(error) }), el('div', { class: 'row' }, again, back)));
  again.focus();
}

for (const type of /** @type {const} */ (['dragover', 'drop'])) // a file dropped where none is taken must not replace the page
  globalThis.addEventListener(type, (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault());
globalThis.addEventListener('hashchange', () => void show());
void show();
