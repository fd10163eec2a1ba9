// The Help menu, the `?` key, the tour of a first visit, the theme.
import { openDialog } from './dialog.js';
import { button, el } from './dom.js';
import { icon } from './icons.js';
import { openMenu } from './menu.js';
import { openShortcuts } from './shortcuts.js';
import { followTheme, themeItems } from './theme.js';
import { endTour, startTour, tourOnce } from './tour.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').About} About */

/**
 * @param {HTMLElement} root of the toolbar
 * @param {Ctx} ctx
 * @returns {() => void} unmount
 */
export function mountHelp(root, ctx) {
  /** @type {HTMLButtonElement} */
  const open = button({ label: 'Help', icon: icon('help'), iconOnly: true, class: 'quiet', title: 'Help: tour, shortcuts, theme', run: () => menu() });
  const menu = () => void openMenu(open, [
    { label: 'Take the tour', run: () => void startTour(ctx) },
    { label: 'Keyboard shortcuts', key: '?', run: () => openShortcuts(ctx.keys) },
    '-',
    ...themeItems(ctx.ui),
    '-',
    { label: 'About Dwell', run: () => void about(ctx) },
  ]);
  open.setAttribute('aria-haspopup', 'menu');
  root.append(open);
  const offs = [
    followTheme(ctx.ui),
    ctx.keys.bind({ id: 'help', label: 'This list', group: 'Help', keys: ['?'], run: () => openShortcuts(ctx.keys) }),
  ];
  const timer = window.setTimeout(() => tourOnce(ctx), 600);
  return () => { window.clearTimeout(timer); endTour(); for (const off of offs) off(); open.remove(); };
}

/** @param {Ctx} ctx */
async function about(ctx) {
  try {
    openAbout(await ctx.start.get('about'));
  } catch (error) {
    ctx.say.error(error);
  }
}

/** @param {About} info */
export function openAbout(info) {
  const rows = info.backends.map((each) => el('tr', null,
    el('th', { scope: 'row', text: each.name }), el('td', { text: each.ready ? 'Ready' : 'Not installed' }),
    el('td', null, each.ready ? each.note : el('span', { text: each.missing || each.note }))));
  openDialog({
    title: 'About Dwell',
    wide: true,
    body: el('div', { class: 'stack' },
      el('p', { text: `Version ${info.version}. Everything stays on the computer that runs it; nothing is sent anywhere.` }),
      el('p', null, 'The guide comes with the program: ', el('code', { text: 'dwell --help' }), ' in a terminal, and the folder ', el('code', { text: 'docs' }), ' of its source.'),
      el('h3', { text: 'Segmenters and trackers' }),
      el('table', { class: 'plain-table' },
        el('thead', null, el('tr', null, ...['Name', 'State', 'Note'].map((text) => el('th', { scope: 'col', text })))), el('tbody', null, ...rows))),
    actions: [{ label: 'Close', primary: true }],
  });
}
