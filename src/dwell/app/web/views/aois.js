// The list of AOIs: what they are called, how they look, and what is known of them on this frame.
import { isPicture } from '../core/cloud.js';
import { inFamilies, wholeOf } from '../core/families.js';
import { badgeOf } from '../core/scene.js';
import { openCloud } from './cloud.js';
import { button, el, replace } from './dom.js';
import { openExport } from './export.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';
import { openImport } from './import_labels.js';
import { openMenu } from './menu.js';
import { openPartOf } from './part_of.js';
import { loadPresets, savePresets } from './presets.js';
import { MENU_KEY, openTools } from './tools.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/messages.js').Aoi} Aoi */
/** @typedef {import('../core/messages.js').MaskOnFrame} MaskOnFrame */

/** @type {Record<string, string>} */
const SIGNS = { visible: '●', absent: '○', lost: '✕', 'not tracked': '·', approved: '✓', 'out of date': '↻', doubtful: '?' };

const MOST_DEPTH = 3;

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountAois(root, ctx, parts) {
  const list = el('ul', { class: 'aoi-list', aria: { label: 'AOIs' }, on: { keydown: (event) => moveInList(event, ctx) } });
  const empty = el('div', { class: 'aoi-empty empty' });
  const input = el('input', { type: 'text', maxlength: 200, autocomplete: 'off', placeholder: 'Name, such as cup', aria: { label: 'Name of the new AOI' } });
  const form = el('form', { class: 'aoi-new', on: { submit: (event) => { event.preventDefault(); void add(); } } },
    input, el('button', { type: 'submit', class: 'button small' }, icon('add'), el('span', { text: 'Add' })));
  const add = async () => {
    const name = input.value.trim() || parts.annotator.defaultName();
    input.value = '';
    await parts.actions.newAoi(name);
    parts.stage?.over.focus();
  };
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    input.value = '';
    parts.stage?.over.focus();
  });
  const more = button({ label: 'Presets', icon: glyph('more'), iconOnly: true, class: 'quiet small', title: 'Presets, labels of other programs', run: () => presetsMenu(more, ctx, parts) });
  root.append(el('div', { class: 'aoi-head' }, el('h2', { text: 'AOIs' }), el('span', { class: 'grow' }), more), list, empty, form);
  emptyState(empty, ctx, input);

  const view = { ctx, parts, list, empty, rows: new Map(), renaming: /** @type {number|null} */ (null), first: -1, reveal: true, show: () => {} };
  let queued = false;
  view.show = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; showList(view); });
  };
  view.show();
  let frame = -1;
  const frameChanged = () => frame !== (frame = parts.stage?.frameIdx ?? -1);
  const offs = [
    ctx.store.subscribe((change) => (change.aois || change.lanes || change.view || change.prompts) && view.show()),
    ctx.ui.subscribe((key) => {
      if (key === 'selected' || key === 'panel') view.reveal = true;
      if (key === 'selected' || key === 'before' || key === 'panel') view.show();
    }),
    parts.masks.subscribe((frame) => frame === parts.stage?.frameIdx && view.show()),
    parts.stage?.subscribe(() => !ctx.player.playing && frameChanged() && view.show()),
    ctx.keys.bind({ id: 'aoi.new', label: 'New AOI', group: 'AOIs', keys: ['n'], run: () => { ctx.ui.set('panel', 'aois'); input.focus(); } }),
    ctx.keys.bind({ id: 'aoi.rename', label: 'Rename the selected AOI', group: 'AOIs', keys: ['F2'], run: () => rename(view, ctx.ui.get('selected')) }),
  ];
  return () => offs.forEach((off) => off?.());
}

/** @typedef {{key: string, node: HTMLLIElement, update: () => void}} Row key: it is made anew when that changes */
/** @typedef {{ctx: Ctx, parts: Parts, list: HTMLElement, empty: HTMLElement, rows: Map<number, Row>, renaming: number|null, first: number, reveal: boolean, show: () => void}} View first: object_id of the first in the list; reveal: bring the selected one into view */

/** @param {View} view */
function showList(view) {
  const { ctx, list, empty } = view;
  if (ctx.ui.get('panel') !== 'aois') return; // shown again with the panel
  const focused = focusMark(list);
  const listed = inFamilies(ctx.store.aois);
  const aois = listed.map(({ aoi }) => aoi);
  view.first = aois[0]?.object_id ?? -1;
  empty.hidden = aois.length > 0;
  list.hidden = aois.length === 0;
  if (view.renaming !== null && ctx.store.aois.has(view.renaming)) return; // do not take the field away
  view.renaming = null;
  const rows = listed.map(({ aoi, depth }) => {
    const key = keyOf(ctx, aoi, depth);
    const known = view.rows.get(aoi.object_id);
    return known?.key === key ? known : row(view, aoi, depth, key);
  });
  view.rows = new Map(rows.map((each, at) => [aois[at]?.object_id ?? -1, each]));
  for (const each of rows) each.update();
  if (rows.length !== list.children.length || !rows.every((each, at) => list.children[at] === each.node)) {
    replace(list, ...rows.map((each) => each.node));
    if (focused) /** @type {HTMLElement|null} */ (list.querySelector(`[data-row="${focused.row}"] [data-part="${focused.part}"]`))?.focus();
  }
  if (view.reveal) list.querySelector('.selected')?.scrollIntoView({ block: 'nearest' });
  view.reveal = false;
}

/** Which control has the focus, to give it back. @param {HTMLElement} list */
function focusMark(list) {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !list.contains(active)) return null;
  return { row: active.closest('[data-row]')?.getAttribute('data-row'), part: active.dataset['part'] ?? 'name' };
}

/** What a row is made of; the rest of it is brought up to date in place, so that no click on it gets lost. @param {Ctx} ctx @param {Aoi} aoi @param {number} depth */
function keyOf({ store }, aoi, depth) {
  const { hidden, locked } = store.view;
  return JSON.stringify([aoi, depth, wholeOf(aoi, store.aois)?.name, numberKey(store, aoi.object_id), hidden?.includes(aoi.object_id), locked?.includes(aoi.object_id)]);
}

/** @param {Ctx['store']} store @param {number} objectId */
function numberKey(store, objectId) {
  return Object.entries(store.view.keys ?? {}).find(([, value]) => value === objectId)?.[0];
}

/** @param {View} view @param {Aoi} aoi @param {number} depth below how many wholes @param {string} key @returns {Row} */
function row(view, aoi, depth, key) {
  const { ctx, parts } = view;
  const { store, ui } = ctx;
  const id = aoi.object_id;
  const hidden = store.view.hidden?.includes(id) ?? false;
  const locked = store.view.locked?.includes(id) ?? false;
  const digit = numberKey(store, id);
  const note = el('span', { class: 'aoi-note' });
  const state = el('span', { aria: { hidden: 'true' } });
  const name = el('button', { type: 'button', class: 'aoi-name', data: { part: 'name' }, title: `${aoi.name} — double-click to rename`,
    on: { click: () => ui.set('selected', id), dblclick: () => rename(view, id) } }, el('span', { class: 'aoi-title', text: aoi.name }), note);
  const toggles = /** @type {const} */ ([
    ['hidden', hidden, hidden ? 'Show' : 'Hide', hidden ? glyph('eyeOff') : icon('eye')],
    ['locked', locked, locked ? 'Unlock' : 'Lock', locked ? glyph('lock') : glyph('unlock')],
  ]);
  const menu = small(`More for ${aoi.name}`, glyph('more'), 'more', () => aoiMenu(view, aoi, menu));
  menu.setAttribute('aria-haspopup', 'menu');
  const controls = [swatch(view, aoi), name, ...toggles.map(([list, on, verb, picture]) => {
    const one = small(`${verb} ${aoi.name}`, picture, list, () => void parts.actions.toggle(list, id).then(view.show));
    one.classList.toggle('on', on);
    return one;
  }), menu];
  const node = el('li', { data: { row: id } }, controls[0], el('kbd', { class: 'aoi-key', text: digit ?? '', title: digit ? `Key ${digit} selects it` : '' }),
    name, state, ...controls.slice(2));
  node.style.setProperty('--depth', String(Math.min(depth, MOST_DEPTH)));
  const whole = wholeOf(aoi, store.aois)?.name;
  const update = () => {
    const selected = ui.get('selected') === id;
    const here = stateHere(parts, ctx, id);
    const known = Math.round((100 * (store.lanes.get(id)?.n_known ?? 0)) / Math.max(1, store.recording.n_frames));
    const first = ui.get('selected') === null && id === view.first;
    const now = JSON.stringify([selected, here, known, first]);
    if (node.dataset['now'] === now) return;
    node.dataset['now'] = now;
    node.className = `aoi-row${depth ? ' is-part' : ''}${selected ? ' selected' : ''}${hidden ? ' is-hidden' : ''}`;
    for (const each of controls) each.tabIndex = selected || first ? 0 : -1;
    name.setAttribute('aria-pressed', String(selected));
    name.setAttribute('aria-label', `${aoi.name}${digit ? `, key ${digit}` : ''}${whole ? `, part of ${whole}` : ''}, here ${here}, answered on ${known} % of the frames`);
    note.textContent = [aoi.category, `${known} % of frames`].filter(Boolean).join(' · ');
    state.className = `aoi-state state-${here.replaceAll(' ', '-')}`;
    state.title = `On this frame: ${here}`;
    replace(state, SIGNS[here] ?? '·', el('span', { class: 'aoi-state-word', text: ` ${here}` }));
  };
  return { key, node, update };
}

/** @param {string} label @param {Node} picture @param {string} part @param {() => void} run */
function small(label, picture, part, run) {
  const one = button({ label, icon: picture, iconOnly: true, class: 'quiet small', run });
  one.dataset['part'] = part;
  return one;
}

/** @param {View} view @param {Aoi} aoi */
function swatch({ parts }, aoi) {
  const change = async () => { if (!(await parts.actions.editAoi(aoi.object_id, { colour: input.value }))) input.value = aoi.colour; };
  const input = el('input', { type: 'color', class: 'aoi-swatch', value: aoi.colour, data: { part: 'colour' }, title: 'Change the colour',
    aria: { label: `Colour of ${aoi.name}` },
    on: { change: () => void change() } });
  return input;
}

/** @param {Parts} parts @param {Ctx} ctx @param {number} objectId */
function stateHere(parts, ctx, objectId) {
  const frame = parts.stage?.frameIdx ?? ctx.player.frameIdx;
  const mask = parts.masks.get(frame, ctx.ui.get('before'))?.masks.get(objectId);
  if (!mask) return 'not tracked';
  return badgeOf(mask) || mask.state;
}

/** @param {View} view @param {Aoi} aoi @param {HTMLElement} anchor */
function aoiMenu(view, aoi, anchor) {
  const { parts, ctx } = view;
  const id = aoi.object_id;
  const keys = ctx.store.view.keys ?? {};
  const mine = numberKey(ctx.store, id);
  const free = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].find((key) => keys[key] === undefined);
  openMenu(anchor, [
    { label: 'Rename', key: 'F2', run: () => rename(view, id) },
    { label: 'Category…', run: () => category(view, aoi) },
    { label: 'Part of…', disabled: ctx.store.aois.size < 2, run: () => void openPartOf(ctx, parts, [id]) },
    mine
      ? { label: `Give up key ${mine}`, run: () => void parts.actions.giveKey(id, null) }
      : { label: free ? `Give it key ${free}` : 'All keys are taken', disabled: !free, run: () => void parts.actions.giveKey(id, free ?? null) },
    '-',
    { label: 'Approve here', key: 'A', run: () => { ctx.ui.set('selected', id); void parts.actions.approveHere(); } },
    { label: 'Mark absent here', key: 'X', run: () => { ctx.ui.set('selected', id); void parts.actions.absentHere(); } },
    { label: 'Edit masks…', key: ctx.keys.show(MENU_KEY), run: () => openTools(ctx, parts, anchor, id) },
    { label: 'Clear prompts here', key: 'Del', run: () => { ctx.ui.set('selected', id); void parts.actions.clearHere(); } },
    '-',
    { label: 'Remove', danger: true, run: () => void parts.actions.removeAoi(id) },
  ]);
}

/** @param {View} view @param {number|null} objectId */
function rename(view, objectId) {
  const aoi = view.ctx.store.aois.get(objectId ?? -1);
  if (aoi) edit(view, aoi, aoi.name, `New name of ${aoi.name}`, (name) => name && view.parts.actions.editAoi(aoi.object_id, { name }));
}

/** @param {View} view @param {Aoi} aoi */
function category(view, aoi) {
  edit(view, aoi, aoi.category ?? '', `Category of ${aoi.name}`, (text) => view.parts.actions.editAoi(aoi.object_id, { category: text }));
}

/** A field in place of the name. @param {View} view @param {Aoi} aoi @param {string} value @param {string} label
 * @param {(text: string) => unknown} save */
function edit(view, aoi, value, label, save) {
  const name = view.list.querySelector(`[data-row="${aoi.object_id}"] .aoi-name`);
  if (!name) return;
  const input = el('input', { type: 'text', class: 'aoi-rename', value, maxlength: 200, aria: { label } });
  let open = true;
  const done = async (/** @type {boolean} */ keep) => {
    if (!open) return;
    open = false;
    const text = input.value.trim();
    if (keep && text !== value) await save(text);
    view.renaming = null;
    view.rows.delete(aoi.object_id); // the field took the place of its name
    view.show();
  };
  input.addEventListener('blur', () => void done(true));
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    void done(event.key === 'Enter');
    view.parts.stage?.over.focus();
  });
  view.renaming = aoi.object_id;
  name.replaceWith(input);
  input.focus();
  input.select();
}

/** @param {KeyboardEvent} event @param {Ctx} ctx */
function moveInList(event, ctx) {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (!by || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  const ids = inFamilies(ctx.store.aois).map(({ aoi }) => aoi.object_id);
  const at = ids.indexOf(ctx.ui.get('selected') ?? ids[0] ?? -1);
  ctx.ui.set('selected', ids[Math.min(Math.max(at + by, 0), ids.length - 1)] ?? null);
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (list.querySelector('.selected .aoi-name'))?.focus()));
}

/** @param {HTMLElement} empty @param {Ctx} ctx @param {HTMLInputElement} input */
function emptyState(empty, ctx, input) {
  empty.append(
    el('p', null, el('strong', { text: 'No AOIs yet.' })),
    el('p', null, 'Press ', el('kbd', { text: 'N' }), ', type a name, then click the thing in the picture. Or just click it: you are asked for its name.'),
    el('div', { class: 'row wrap' },
      button({ label: 'New AOI', icon: icon('add'), class: 'primary small', run: () => input.focus() }),
      button({ label: 'Load presets…', icon: icon('file'), class: 'small', run: () => loadPresets(ctx) })),
  );
}

/** @param {HTMLElement} anchor @param {Ctx} ctx @param {Parts} parts */
function presetsMenu(anchor, ctx, parts) {
  openMenu(anchor, [
    { label: 'Load presets…', run: () => loadPresets(ctx) },
    { label: 'Save these AOIs as presets', disabled: ctx.store.aois.size === 0, run: () => savePresets(ctx) },
    '-',
    { label: 'Import labels…', run: () => void openImport(ctx, parts) },
    { label: 'Export…', key: ctx.keys.show('Mod+e'), run: () => void openExport(ctx) },
    ...(isPicture(ctx.store.recording) ? [/** @type {const} */ ('-'), { label: 'Send to Pupil Cloud…', run: () => openCloud(ctx) }] : []),
  ]);
}
