// The start page: recent projects, opening, dropping files, the demo.
import { folderOf } from '../core/paths.js';
import { openDialog } from './dialog.js';
import { button, el, replace } from './dom.js';
import { takeFiles } from './dropping.js';
import { openAbout } from './help.js';
import { icon, logo } from './icons.js';
import { openMenu } from './menu.js';
import { openDemo, openPath } from './opening.js';
import { picker } from './picker.js';
import { followTheme, themeItems } from './theme.js';

/** @typedef {import('../core/messages.js').About} About */
/** @typedef {import('../core/messages.js').Place} Place */
/**
 * @typedef {object} StartPage
 * @property {import('../core/api.js').Api} api
 * @property {import('./toast.js').Toasts} say
 * @property {About} about
 * @property {import('../core/ui.js').Ui} ui
 * @property {string|null} open a path to open straight away
 */

/** @param {HTMLElement} root @param {StartPage} page @returns {() => void} unmount */
export function mountStart(root, page) {
  const files = takeFiles(page);
  const recents = el('section', { class: 'start-recents', aria: { label: 'Recent projects' } });
  showRecents(recents, page);
  replace(root, el('div', { class: 'start' }, head(page), actions(page, files.choose), recents, foot(page)));
  const offs = [followTheme(page.ui), files.off];
  if (page.open) void openPath(page.api, { path: page.open });
  return () => { for (const off of offs) off(); root.replaceChildren(); };
}

/** @param {StartPage} page */
function head(page) {
  /** @type {HTMLButtonElement} */
  const menu = button({ label: 'Help', icon: icon('help'), iconOnly: true, class: 'quiet', run: () => void openMenu(menu, [...themeItems(page.ui), '-', { label: 'About Dwell', run: () => openAbout(page.about) }]) });
  menu.setAttribute('aria-haspopup', 'menu');
  const first = page.about.recents.length === 0;
  const line = first
    ? 'Click the things you care about in a recording, and see when and for how long people looked at them. The demo is the quickest way to see how.'
    : 'Gaze on the things you care about.';
  return el('header', { class: 'start-head' }, logo(), el('div', { class: 'grow' }, el('h1', { text: 'Dwell' }), el('p', { class: 'muted', text: line })), menu);
}

/** @param {StartPage} page @param {() => void} choose */
function actions(page, choose) {
  const demo = () => void openDemo(page.api);
  const browse = () => void openBrowser(page);
  const first = page.about.recents.length === 0;
  return el('section', { class: 'start-actions', aria: { label: 'Open' } },
    tile('folder', 'Open a recording', 'A folder, video, zip or project on the computer that Dwell runs on', browse, !first),
    page.about.uploads ? tile('export', 'Drop files here', 'Or choose them: a scene video, a picture, a zip from Pupil Cloud (a recording or an enrichment), or a video with its gaze CSV', choose, false) : null,
    tile('demo', 'Try the demo recording', 'A short video with gaze, drawn on your computer in about a minute', demo, first));
}

/** @param {import('./icons.js').IconName} sign @param {string} title @param {string} text @param {() => void} run @param {boolean} primary */
function tile(sign, title, text, run, primary) {
  return el('button', { type: 'button', class: primary ? 'tile primary' : 'tile', on: { click: run } },
    icon(sign), el('span', { class: 'tile-title', text: title }), el('span', { class: 'tile-text', text }));
}

/** @param {StartPage} page */
function openBrowser(page) {
  const last = page.about.recents.find((each) => each.exists);
  const inRoot = last && page.about.roots.some((root) => last.path.startsWith(root.path));
  const files = picker({
    api: page.api,
    roots: page.about.roots,
    at: inRoot && last ? folderOf(last.path) : undefined,
    onOpen: (entry) => { dialog.close(); void openPath(page.api, { path: entry.path }); },
  });
  const dialog = openDialog({ title: 'Open a recording or project', wide: true, body: files.node });
  const list = files.node.querySelector('.files');
  if (list instanceof HTMLElement) list.focus();
}

/** @param {HTMLElement} root @param {StartPage} page */
function showRecents(root, page) {
  const places = page.about.recents;
  if (places.length === 0) {
    return replace(root, el('div', { class: 'empty' }, icon('project'), el('p', { text: 'Projects that you open will be listed here.' })));
  }
  return replace(root, el('h2', { text: 'Recent projects' }), el('ul', { class: 'recents' }, ...places.map((place) => card(place, root, page))));
}

/** @param {Place} place @param {HTMLElement} root @param {StartPage} page */
function card(place, root, page) {
  const open = el('button', {
    type: 'button', class: 'recent-open', disabled: !place.exists, title: place.path,
    on: { click: () => void openPath(page.api, { path: place.path }) },
  },
  icon('project'),
  el('span', { class: 'recent-text' },
    el('span', { class: 'recent-name cut', text: place.name }),
    el('span', { class: 'recent-path muted small-text', text: place.path }),
    el('span', { class: place.exists ? 'muted small-text' : 'recent-gone small-text', text: place.note })));
  const forget = button({
    label: `Remove ${place.name} from this list`, title: 'Remove from this list; the project itself stays', icon: icon('close'), iconOnly: true, class: 'quiet small',
    run: async () => {
      try {
        await page.api.delete(`recents?path=${encodeURIComponent(place.path)}`);
        page.about = { ...page.about, recents: page.about.recents.filter((each) => each !== place) };
        showRecents(root, page);
        const next = root.querySelector('button');
        if (next) next.focus();
        page.say.info(`${place.name} is off the list. The project itself is still there.`);
      } catch (error) {
        page.say.error(error);
      }
    },
  });
  return el('li', { class: place.exists ? 'recent' : 'recent gone' }, open, forget);
}

/** @param {StartPage} page */
function foot(page) {
  const roots = page.about.roots.map((root) => root.path).join(', ');
  return el('footer', { class: 'start-foot muted small-text' }, el('span', { text: `Dwell ${page.about.version}` }), el('span', { class: 'cut', text: `May use: ${roots}`, title: roots }));
}
