// What to look for: everything or what was looked at, limits, and what else may be set.
import { KINDS, LIMITS, SETTINGS, wishOf } from '../core/everything.js';
import { button, el, replace, uniqueId } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/everything.js').EverythingDesk} EverythingDesk */
/** @typedef {import('../core/everything.js').Kind} Kind */
/** @typedef {import('../core/everything.js').Limit} Limit */
/** @typedef {import('../core/messages.js').SearchSettings} SearchSettings */

/** @param {Ctx} ctx @param {EverythingDesk} desk @returns {{node: HTMLFormElement, show: () => void}} */
export function everythingForm(ctx, desk) {
  const kinds = kindChoice(desk, () => show());
  const limits = limitChoice();
  const more = settingsChoice(desk);
  const problem = el('p', { class: 'find-said bad', role: 'alert' });
  const start = el('button', { type: 'submit', class: 'button primary' }, icon('search'), el('span', { text: 'Start' }));
  const note = el('p', { class: 'find-note' });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.textContent = '';
    try {
      const wish = wishOf({ kind: kinds.kind(), limits: limits.typed(), settings: more.typed() });
      await desk.start(desk.info?.unfinished ? { ...wish, fresh: true } : wish);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const show = () => {
    kinds.show();
    more.show();
    const everything = kinds.kind() === 'everything';
    limits.node.hidden = more.node.hidden = !everything;
    note.textContent = everything
      ? 'It ends with the limit that is reached first, the most important objects first. Go on working meanwhile; AOIs appear as they are found.'
      : 'Looks where fixations are, and tracks what is there. Go on working meanwhile; AOIs appear as they are found.';
    start.disabled = desk.busy || desk.asking || Boolean(ctx.store.lostWriter) || (everything && !more.ready());
    const label = start.querySelector('span');
    if (label) label.textContent = desk.info?.unfinished ? 'Start afresh' : 'Start';
    start.title = desk.busy ? 'Tracking is under way; wait until it has ended, or stop it' : '';
  };
  const node = el('form', { class: 'find-form stack', novalidate: true, on: { submit: (event) => void submit(event) } },
    kinds.node, limits.node, more.node, note, problem, el('div', { class: 'row' }, start));
  return { node, show };
}

/** @param {EverythingDesk} desk @param {() => void} changed */
function kindChoice(desk, changed) {
  const group = uniqueId('kind');
  const reason = el('span', { class: 'find-note', id: `${group}-why` });
  const radio = (/** @type {Kind} */ kind) => el('input', { type: 'radio', name: group, value: kind, checked: kind === 'everything', on: { change: changed } });
  const all = radio('everything');
  const looked = radio('gaze-first');
  const node = el('fieldset', { class: 'find-group' }, el('legend', { text: 'Find' }),
    el('label', { class: 'choice' }, all, el('span', { text: KINDS.everything })),
    el('label', { class: 'choice' }, looked, el('span', null, el('span', { text: KINDS['gaze-first'] }), reason)));
  const show = () => {
    const why = desk.info?.no_gaze ?? '';
    looked.disabled = why !== '';
    if (why && looked.checked) all.checked = true;
    const text = why ? ` – not possible: ${why}` : '';
    if (reason.textContent !== text) reason.textContent = text;
  };
  return { node, show, kind: () => /** @type {Kind} */ (looked.checked ? 'gaze-first' : 'everything') };
}

function limitChoice() {
  const rows = LIMITS.map(({ limit, label, unit, value, on, min, max, step }) => {
    const box = el('input', { type: 'checkbox', checked: on });
    const input = el('input', { type: 'number', min, max, step, value, disabled: !on, aria: { label: `${label}, ${unit}` } });
    box.addEventListener('change', () => { input.disabled = !box.checked; });
    const unitNode = el('span', { class: 'find-unit', text: unit });
    const node = el('div', { class: 'find-limit' }, el('label', { class: 'choice' }, box, el('span', { text: label })), ...(unit === 'at most' ? [unitNode, input] : [input, unitNode]));
    return { limit, box, input, node };
  });
  const typed = () => /** @type {Partial<Record<Limit, string>>} */ (Object.fromEntries(rows.filter(({ box }) => box.checked).map(({ limit, input }) => [limit, input.value])));
  return { node: el('fieldset', { class: 'find-group' }, el('legend', { text: 'Enough when this is reached' }), ...rows.map(({ node }) => node)), typed };
}

/** @param {EverythingDesk} desk */
function settingsChoice(desk) {
  const proposer = el('select', { id: uniqueId('proposer') });
  const note = el('p', { class: 'find-note' });
  const fields = SETTINGS.map((each) => {
    const id = uniqueId(each.name);
    const input = el('input', { type: 'number', id, min: each.min, max: each.max, step: each.step, placeholder: each.empty, aria: { describedby: `${id}-help` } });
    const node = el('div', { class: 'find-setting' }, el('label', { for: id }, el('span', { text: each.label }), el('code', { text: each.name })), input, el('p', { class: 'find-note', id: `${id}-help`, text: each.help }));
    return { name: each.name, input, node };
  });
  const take = (/** @type {SearchSettings|undefined} */ values) => {
    for (const { name, input } of fields) input.value = String(values?.[name] ?? '');
  };
  const listed = () => desk.info?.proposers ?? [];
  const chosen = () => listed().find(({ name }) => name === proposer.value);
  const node = el('details', { class: 'find-more' }, el('summary', null, el('span', { text: 'Advanced' })),
    el('div', { class: 'stack' },
      el('div', { class: 'find-setting wide' }, el('label', { for: proposer.id }, el('span', { text: 'Masks are found by' }), el('code', { text: 'proposer' })), proposer, note),
      ...fields.map((each) => each.node),
      el('div', { class: 'row wrap' },
        button({ label: 'Defaults', class: 'small', run: () => take(desk.info?.defaults) }),
        button({ label: 'Values of the published pipeline', class: 'small', title: 'As AutoSeg pipelines are run: more masks, and much longer', run: () => take(desk.info?.published) }))));
  let filled = false;
  const showNote = () => {
    const info = chosen();
    replace(note, ...(!info ? [] : info.ready ? [info.note] : ['Not on this computer. In a terminal: ', el('code', { text: info.missing }), '.']));
    note.classList.toggle('bad', info?.ready === false);
  };
  proposer.addEventListener('change', () => { showNote(); proposer.dispatchEvent(new Event('input', { bubbles: true })); });
  const show = () => {
    if (filled || !desk.info) return;
    filled = true;
    replace(proposer, ...listed().map(({ name, ready }) => el('option', { value: name, text: ready ? name : `${name} (not here)` })));
    take(desk.info.defaults);
    showNote();
  };
  const typed = () => (filled ? { ...Object.fromEntries(fields.map(({ name, input }) => [name, input.value])), proposer: proposer.value } : null);
  return { node, show, typed, ready: () => chosen()?.ready !== false };
}
