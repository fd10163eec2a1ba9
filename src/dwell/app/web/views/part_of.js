// Asks what AOIs are parts of.
import { inFamilies, possibleWholes } from '../core/families.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

/** @param {Ctx} ctx @param {Parts} parts @param {readonly number[]} ids @returns {Promise<boolean>} whether it was set */
export async function openPartOf({ store }, { actions }, ids) {
  const { aois } = store;
  const chosen = [...ids];
  const depths = new Map(inFamilies(aois).map(({ aoi, depth }) => [aoi.object_id, depth]));
  const names = chosen.map((id) => aois.get(id)?.name ?? '').filter(Boolean);
  const now = new Set(chosen.map((id) => aois.get(id)?.part_of ?? 0));
  const before = now.size === 1 ? [...now][0] : 0;
  const select = el('select', { autofocus: true, value: String(before) },
    el('option', { value: '0', text: 'Nothing: it stands for itself' }),
    ...possibleWholes(aois, chosen).map((aoi) => el('option', { value: aoi.object_id, text: `${'\u2003'.repeat(depths.get(aoi.object_id) ?? 0)}${aoi.name}` })));
  select.value = String(before);
  let set = false;
  const dialog = openDialog({
    title: 'Part of',
    body: el('label', { class: 'field' }, el('span', { text: `${names.length > 3 ? `${names.length} AOIs` : names.join(', ')} ${names.length === 1 ? 'is' : 'are'} part of` }), select),
    actions: [{ label: 'Cancel' }, { label: 'Set', primary: true, run: async () => { set = await actions.setPart(chosen, Number(select.value) || null); return set; } }],
  });
  await dialog.closed;
  return set;
}
