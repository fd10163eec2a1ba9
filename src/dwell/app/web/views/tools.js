// Editing tools: their menu, the dialog of each, and the key that swaps identities.
import { Lane, SOME } from '../core/lanes.js';
import { editedText, endsAround, othersOf, scopesOf, scopeText, toolOf, toolRequest, toolsFor } from '../core/tools.js';
import { frameWord } from '../core/volume.js';
import { makeChange } from './changing.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { openMenu } from './menu.js';
import { pickPlace } from './picking.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/tools.js').Tool} Tool */
/** @typedef {import('../core/tools.js').Place} Place */
/** @typedef {import('../core/messages.js').EditTool} EditTool */

export const SWAP_KEY = 's';
export const MENU_KEY = 'Shift+s';

/** @param {Ctx} ctx @param {Parts} parts @param {HTMLElement} anchor @param {number|null} [objectId] null: the selected one */
export function openTools(ctx, parts, anchor, objectId = ctx.ui.get('selected')) {
  const aoi = ctx.store.aois.get(objectId ?? -1);
  if (!aoi) return ctx.say.info(ctx.store.aois.size ? 'Select an AOI first: its number key, or a click in the list.' : 'Add an AOI first: press N.');
  ctx.ui.set('selected', aoi.object_id);
  const alone = ctx.store.aois.size < 2;
  const groups = toolsFor(ctx.store.recording.n_frames).map((group) => group.map((tool) => ({
    label: tool.label, key: tool.id === 'swap' ? ctx.keys.show(SWAP_KEY) : undefined, disabled: Boolean(tool.other) && alone,
    run: () => void useTool(ctx, parts, tool, aoi.object_id),
  })));
  openMenu(anchor, groups.flatMap((group, at) => (at ? [/** @type {const} */ ('-'), ...group] : group)));
}

/** Swaps the selected AOI, or two that are chosen, from this frame on; asks with whom if there are several. @param {Ctx} ctx @param {Parts} parts @param {readonly number[]} [ids] */
export async function swapHere(ctx, parts, ids = []) {
  const { store, say } = ctx;
  const [objectId = ctx.ui.get('selected'), chosen = null] = ids;
  const aoi = store.aois.get(objectId ?? -1);
  if (!aoi) return say.info('Select one of the two AOIs first: its number key, or a click in the list.');
  const others = othersHere(ctx, parts, aoi.object_id);
  if (!others.length) return say.info('There is no other AOI to swap it with.');
  if (chosen === null && others.length > 1) return useTool(ctx, parts, toolOf('swap'), aoi.object_id);
  const other = chosen ?? others[0]?.object_id;
  const { frameIdx, nFrames } = placeOf(ctx, parts, aoi.object_id);
  return send(ctx, parts, toolOf('swap'), { client: ctx.client, tool: 'swap', object_ids: [aoi.object_id], other, start: frameIdx, stop: nFrames }).catch(say.error);
}

/** @param {Ctx} ctx @param {Parts} parts @param {Tool} tool @param {number} objectId */
async function useTool(ctx, parts, tool, objectId) {
  if (tool.id === 'split-at') return splitAt(ctx, parts, tool, objectId);
  const name = ctx.store.aois.get(objectId)?.name ?? 'the AOI';
  const place = placeOf(ctx, parts, objectId);
  const form = toolForm(ctx, parts, tool, objectId, place);
  if (tool.id === 'interpolate') void suggestEnds(ctx, objectId, place, form);
  const run = async () => (await send(ctx, parts, tool, form.request())) !== null;
  const dialog = openDialog({ title: tool.title.replace('%', name), body: form.node, actions: [{ label: 'Cancel' }, { label: tool.yes, primary: true, run }] });
  form.node.addEventListener('submit', (event) => { // Enter in a field presses the button
    event.preventDefault();
    /** @type {HTMLButtonElement|null} */ (dialog.node.querySelector('footer .primary'))?.click();
  });
}

/** @param {Ctx} ctx @param {Parts} parts @param {Tool} tool @param {EditTool} request */
function send(ctx, parts, tool, request) {
  return makeChange(ctx, parts, { title: tool.label.replace('…', ''), path: 'tools', request, text: editedText });
}

/** @param {Ctx} ctx @param {Parts} parts @param {Tool} tool @param {number} objectId */
async function splitAt(ctx, parts, tool, objectId) {
  const name = ctx.store.aois.get(objectId)?.name ?? 'the AOI';
  const at = await pickPlace(ctx, parts, `Click the part of ${name} that is to be an AOI of its own.`);
  if (!at) return;
  const request = { client: ctx.client, tool: tool.id, object_ids: [objectId], frame_idx: at.frameIdx, x: at.x, y: at.y };
  await send(ctx, parts, tool, request).catch(ctx.say.error);
}

/** @param {Ctx} ctx @param {Parts} parts @param {number} objectId @returns {Place} */
function placeOf(ctx, parts, objectId) {
  const span = ctx.ui.get('span');
  return { frameIdx: parts.stage?.frameIdx ?? ctx.player.frameIdx, nFrames: ctx.store.recording.n_frames, span: span?.objectId === objectId ? span : null };
}

/** @param {Ctx} ctx @param {Parts} parts @param {number} objectId */
function othersHere(ctx, parts, objectId) {
  const here = parts.masks.get(parts.stage?.frameIdx ?? ctx.player.frameIdx)?.masks;
  return othersOf(ctx.store.aois, objectId, (id) => here?.get(id)?.box);
}

/** @param {Ctx} ctx @param {Parts} parts @param {Tool} tool @param {number} objectId @param {Place} place */
function toolForm(ctx, parts, tool, objectId, place) {
  const word = frameWord(ctx.store.recording);
  const scopes = scopesOf(tool, place);
  const scope = el('select', { value: place.span && scopes.includes('span') ? 'span' : scopes[0] ?? 'all' }, ...scopes.map((each) => el('option', { value: each, text: scopeText(each, place, word) })));
  const number = (/** @type {number} */ value, /** @type {string} */ label) => el('input', { type: 'number', min: 0, max: place.nFrames - 1, step: 1, value, aria: { label } });
  const first = number(place.span?.start ?? place.frameIdx, `First ${word}`);
  const last = number(place.span ? place.span.stop - 1 : Math.min(place.frameIdx + 10, place.nFrames - 1), `Last ${word}`);
  const other = el('select', null, ...othersHere(ctx, parts, objectId).map((aoi) => el('option', { value: aoi.object_id, text: aoi.name })));
  const px = el('input', { type: 'text', inputmode: 'decimal', value: tool.pxNeeded ? '2' : '', class: 'tool-px' });
  const tick = (/** @type {string} */ text) => { const box = el('input', { type: 'checkbox' }); return { box, node: el('label', { class: 'choice' }, box, el('span', { text })) }; };
  const absent = tick(tool.absent ?? '');
  const overwrite = tick('Replace what was tracked between them, too');
  const approved = tick('Change approved masks, too (else they are left alone)');
  const between = tool.id === 'interpolate' ? `Between these two ${word}s` : `First and last ${word}`;
  const typed = el('div', { class: 'field', role: 'group', aria: { label: between } }, el('span', { text: between }), el('div', { class: 'row' }, first, el('span', { class: 'muted', text: '–' }), last));
  const show = () => { typed.hidden = scope.value !== 'frames'; };
  scope.addEventListener('change', show);
  show();
  const node = el('form', { class: 'stack tool-form' },
    el('p', { class: 'muted small-text', text: tool.note }),
    tool.other ? el('label', { class: 'field' }, el('span', { text: tool.id === 'swap' ? 'With' : 'The other AOI' }), other) : null,
    tool.px ? el('label', { class: 'field' }, el('span', { text: tool.px }), px) : null,
    scopes.length > 1 ? el('label', { class: 'field' }, el('span', { text: word === 'slice' ? 'On which slices' : 'On which frames' }), scope) : null,
    typed,
    tool.absent ? absent.node : null,
    tool.overwrite ? overwrite.node : null,
    tool.approved ? approved.node : null,
    el('button', { type: 'submit', class: 'visually-hidden', tabindex: -1, aria: { hidden: 'true' }, text: tool.yes }));
  const ends = (/** @type {[number, number]} */ [from, to]) => {
    first.value = String(from);
    last.value = String(to);
  };
  const request = () => toolRequest(tool, {
    client: ctx.client, objectIds: [objectId], place, scope: /** @type {import('../core/tools.js').Scope} */ (scope.value), first: Number(first.value), last: Number(last.value),
    other: other.value ? Number(other.value) : null, px: px.value, absent: absent.box.checked, overwrite: overwrite.box.checked, approved: approved.box.checked,
  });
  return { node, request, ends };
}

/** The frames that the gap here lies between. @param {Ctx} ctx @param {number} objectId @param {Place} place @param {{ends: (ends: [number, number]) => void}} form */
async function suggestEnds(ctx, objectId, place, form) {
  if (place.span) return;
  try {
    const lane = new Lane(await ctx.api.bytes(`lanes/${objectId}`));
    const known = (/** @type {number} */ frame) => (lane.at(frame) & (SOME.visible | SOME.absent)) !== 0 && !(lane.at(frame) & SOME.stale);
    const ends = endsAround(place.nFrames, place.frameIdx, known, (frame) => (lane.at(frame) & SOME.anchor) !== 0);
    if (ends) form.ends(ends);
  } catch {
    // the fields are there to be filled in
  }
}
