// Shortcuts that belong to no single view.
import { openEverything } from './everything.js';
import { openExport } from './export.js';
import { MENU_KEY, openTools, SWAP_KEY, swapHere } from './tools.js';
import { openWords } from './words.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

/** @param {Ctx} ctx @param {Parts} parts @returns {() => void} off */
export function bindEditorKeys(ctx, parts) {
  const { keys, ui, store } = ctx;
  const { actions } = parts;
  const bind = (/** @type {string} */ group, /** @type {string} */ id, /** @type {string} */ label, /** @type {string[]} */ names, /** @type {() => unknown} */ run) =>
    keys.bind({ id, label, group, keys: names, run });
  const select = (/** @type {string} */ key) => {
    const aoi = store.aoiByKey(key);
    if (aoi) ui.set('selected', aoi.object_id);
    else ctx.say.info(`No AOI has the key ${key}. AOIs get keys in the menu beside their names.`);
  };
  const offs = [
    ...'123456789'.split('').map((key) => bind('AOIs', `aoi.${key}`, `Select AOI ${key}`, [key], () => select(key))),
    bind('Annotate', 'approve', 'Approve here', ['a'], () => void actions.approveHere()),
    bind('Annotate', 'absent', 'Mark absent here', ['x'], () => void actions.absentHere()),
    bind('Annotate', 'clear', 'Clear prompts here', ['Delete', 'Backspace'], () => void actions.clearHere()),
    bind('Panels', 'panel.aois', 'AOIs', ['l'], () => ui.set('panel', 'aois')),
    bind('Panels', 'panel.words', 'Words', ['q'], () => openWords(ctx)),
    ...(ctx.volume ? [] : [bind('Panels', 'panel.everything', 'Everything', ['Shift+e'], () => openEverything(ctx))]),
    ctx.volume ? bind('Panels', 'panel.planes', 'Other planes', ['r'], () => ui.set('panel', 'planes')) : bind('Panels', 'panel.review', 'Review', ['r'], () => ui.set('panel', 'review')),
    bind('Panels', 'panel.results', 'Results', ['m'], () => ui.set('panel', 'results')),
    bind('Results', 'results.export', 'Export', ['Mod+e'], () => void openExport(ctx)),
    ...(store.recording.n_frames > 1 ? [bind('Editing', 'tools.swap', 'Swap identities from here on', [SWAP_KEY], () => void swapHere(ctx, parts))] : []),
    bind('Editing', 'tools', 'Editing tools for the selected AOI', [MENU_KEY], () => openTools(ctx, parts, document.getElementById('tools-button') ?? document.body)),
    keys.bind({ id: 'deselect', label: 'Select no AOI', group: 'AOIs', keys: ['Escape'], when: () => ui.get('selected') !== null, run: () => ui.set('selected', null) }),
    keys.bind({ id: 'correction.close', label: 'Close the correction', group: 'Annotate', keys: ['Escape'], when: () => parts.corrector.now !== null && parts.corrector.now.phase !== 'tracking', run: () => void parts.corrector.dismiss() }),
    keys.bind({ id: 'name.cancel', label: 'Do not name it', group: 'Annotate', keys: ['Escape'], when: () => parts.annotator.naming !== null, run: () => void parts.annotator.cancelName() }),
  ];
  return () => offs.forEach((off) => off());
}
