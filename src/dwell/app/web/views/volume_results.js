// The Results panel of a medical volume: how large each AOI is, and whether all of it is known.
import { Latest } from '../core/latest.js';
import { mlText, volumeNotes } from '../core/volume.js';
import { copyText } from './clipboard.js';
import { button, el, replace } from './dom.js';
import { openExport } from './export.js';
import { icon } from './icons.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').AoiVolume} AoiVolume */

const PAUSE_MS = 1500;
const COLUMNS = ['AOI', 'ml', 'Voxels', 'Slices', 'Lost', 'Unknown']; // slices: those with a mask

/** @param {HTMLElement} root @param {Ctx} ctx @returns {() => void} unmount */
export function mountVolumeResults(root, ctx) {
  /** @type {AoiVolume[]} */
  let rows = [];
  let [known, outdated] = [false, true];
  let timer = 0;
  const state = el('p', { class: 'results-state muted small-text', role: 'status' });
  const empty = el('div', { class: 'empty' }, icon('table'), el('p', { text: 'There is no AOI yet. Name one, click it in the picture and track it; its volume appears here.' }));
  const body = el('div', { class: 'results-body' });
  const head = el('div', { class: 'results-head' }, state,
    button({ label: 'Copy', icon: icon('copy'), class: 'small', title: 'Copy the table for a spreadsheet', run: () => void copy(ctx, rows) }),
    button({ label: 'Export', icon: icon('export'), class: 'small primary', run: () => openExport(ctx) }));
  root.append(el('div', { class: 'results' }, head, empty, body));
  const draw = () => {
    empty.hidden = ctx.store.aois.size > 0;
    body.hidden = !empty.hidden || !known;
    replace(body, section(ctx, rows));
  };
  const fetched = new Latest(async () => {
    outdated = false;
    state.textContent = 'Counting voxels …';
    try {
      ({ rows } = await ctx.api.get('volumes'));
      known = true;
      state.textContent = 'Up to date';
    } catch (error) {
      outdated = true;
      state.textContent = sentence(error);
    }
    draw();
  });
  const show = () => {
    if (ctx.ui.get('panel') !== 'results') return;
    draw();
    if (outdated && ctx.store.aois.size) fetched.want(null);
  };
  const later = () => {
    outdated = true;
    timer ||= window.setTimeout(() => { timer = 0; show(); }, ctx.store.job?.state === 'running' ? PAUSE_MS : 100);
  };
  show();
  const offs = [
    ctx.store.subscribe((change) => { if (change.lanes || change.aois) later(); }),
    ctx.ui.subscribe((key) => { if (key === 'panel') show(); }),
  ];
  return () => {
    window.clearTimeout(timer);
    for (const off of offs) off();
    root.replaceChildren();
  };
}

/** @param {Ctx} ctx @param {AoiVolume[]} rows */
function section(ctx, rows) {
  const table = el('table', { class: 'volumes-table' },
    el('thead', null, el('tr', null, ...COLUMNS.map((text, at) => el('th', { scope: 'col', class: at ? 'number' : '', text })))),
    el('tbody', null, ...rows.map((row) => line(ctx, row))));
  const notes = volumeNotes(rows);
  return el('section', { class: 'results-section' }, el('h2', { text: 'Volume per AOI' }), el('div', { class: 'scroll-x' }, table),
    notes.length ? el('ul', { class: 'results-notes' }, ...notes.map((text) => el('li', { text }))) : null);
}

/** @param {Ctx} ctx @param {AoiVolume} row */
function line(ctx, row) {
  const aoi = ctx.store.aois.get(row.object_id);
  const dot = el('span', { class: 'dot' });
  dot.style.background = aoi?.colour ?? 'transparent';
  const select = () => ctx.ui.set('selected', row.object_id);
  const number = (/** @type {number|string} */ value, /** @type {boolean} */ bad = false) => el('td', { class: `number${bad ? ' open' : ''}`, text: value });
  const ml = el('td', { class: 'number ml' },
    row.complete ? null : el('span', { class: 'at-least', text: '≥ ', title: 'Not complete: at least so much' }), mlText(row.ml),
    row.complete ? null : el('span', { class: 'visually-hidden', text: ' or more: not complete' }));
  return el('tr', { class: row.complete ? '' : 'incomplete' },
    el('th', { scope: 'row' }, el('button', { type: 'button', class: 'volumes-name', title: aoi?.name, on: { click: select } }, dot, el('span', { class: 'cut', text: aoi?.name ?? `AOI ${row.object_id}` }))),
    ml, number(row.voxels), number(row.visible), number(row.lost, row.lost > 0), number(row.unknown, row.unknown > 0));
}

/** @param {Ctx} ctx @param {AoiVolume[]} rows */
async function copy(ctx, rows) {
  if (!rows.length) return ctx.say.info('There is nothing to copy yet: name an AOI and click it first.');
  const head = ['aoi label', 'object id', 'voxels', 'volume [ml]', 'slices visible', 'slices absent', 'slices lost', 'slices unknown', 'slices without voxel', 'complete'];
  const lines = rows.map((row) => [ctx.store.aois.get(row.object_id)?.name ?? '', row.object_id, row.voxels, row.ml, row.visible, row.absent, row.lost, row.unknown, row.without_voxel, row.complete]);
  try {
    await copyText([head, ...lines].map((cells) => cells.join('\t')).join('\n'));
    ctx.say.success('The table is copied; paste it into a spreadsheet.');
  } catch {
    ctx.say.error('The browser does not allow copying here. Export the tables instead.', { label: 'Export', run: () => openExport(ctx) });
  }
}
