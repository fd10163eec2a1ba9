// What to look for: everything or what was looked at, limits, and what else may be set.
import { KINDS, LIMITS, LOOKED_SETTINGS, SETTINGS, wishOf } from '../core/everything.js';
import { button, el, replace, uniqueId } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/everything.js').EverythingDesk} EverythingDesk */
/** @typedef {import('../core/everything.js').Kind} Kind */
/** @typedef {import('../core/everything.js').Limit} Limit */
/** @typedef {import('../core/everything.js').Setting} Setting */

/** @param {Ctx} ctx @param {EverythingDesk} desk @returns {{node: HTMLFormElement, show: () => void}} */
export function everythingForm(ctx, desk) {
  const kinds = kindChoice(desk, ctx.player.nFrames === 1, () => show());
  const limits = limitChoice();
  const more = { everything: searchSettings(desk), 'gaze-first': lookedSettings(desk) };
  const problem = el('p', { class: 'find-said bad', role: 'alert' });
  const start = el('button', { type: 'submit', class: 'button primary' }, icon('search'), el('span', { text: 'Start' }));
  const note = el('p', { class: 'find-note' });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.textContent = '';
    try {
      const kind = kinds.kind();
      const wish = wishOf({ kind, limits: limits.typed(), settings: more[kind].typed() });
      await desk.start(desk.info?.unfinished ? { ...wish, fresh: true } : wish);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const show = () => {
    kinds.show();
    const everything = kinds.kind() === 'everything';
    for (const [kind, each] of Object.entries(more)) {
      each.show();
      each.node.hidden = kind !== kinds.kind();
    }
    limits.node.hidden = !everything;
    note.textContent = everything
      ? 'It ends with the limit that is reached first; what is most important comes first. Go on working meanwhile: AOIs appear as they are found.'
      : 'Finds what fixations are on, and tracks it there. Go on working meanwhile: AOIs appear as they are found.';
    start.disabled = desk.busy || desk.asking || Boolean(ctx.store.lostWriter) || (everything && !more.everything.ready());
    const label = start.querySelector('span');
    if (label) label.textContent = desk.info?.unfinished ? 'Start afresh' : 'Start';
    start.title = desk.busy ? 'Tracking is under way; wait until it has ended, or stop it' : '';
  };
  const node = el('form', { class: 'find-form stack', novalidate: true, on: { submit: (event) => void submit(event) } },
    kinds.node, limits.node, ...Object.values(more).map((each) => each.node), note, problem, el('div', { class: 'row' }, start));
  return { node, show };
}

/** @param {EverythingDesk} desk @param {boolean} still one picture @param {() => void} changed */
function kindChoice(desk, still, changed) {
  const group = uniqueId('kind');
  const reason = el('span', { class: 'find-note' });
  const radio = (/** @type {Kind} */ kind) => el('input', { type: 'radio', name: group, value: kind, checked: kind === 'everything', on: { change: changed } });
  const all = radio('everything');
  const looked = radio('gaze-first');
  const node = el('fieldset', { class: 'find-group' }, el('legend', { text: 'Find' }),
    el('label', { class: 'choice' }, all, el('span', { text: still ? 'Everything in the picture' : KINDS.everything })),
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
    const node = el('div', { class: 'find-limit' }, el('label', { class: 'choice' }, box, el('span', { text: label })), input, el('span', { class: 'find-unit', text: unit }));
    return { limit, box, input, node };
  });
  const typed = () => /** @type {Partial<Record<Limit, string>>} */ (Object.fromEntries(rows.filter(({ box }) => box.checked).map(({ limit, input }) => [limit, input.value])));
  return { node: el('fieldset', { class: 'find-group' }, el('legend', { text: 'Enough when this is reached' }), ...rows.map(({ node }) => node)), typed };
}

// ---------------------------------------------------------------------- what else may be set

/** @param {EverythingDesk} desk */
function searchSettings(desk) {
  const proposer = el('select', { id: uniqueId('proposer') });
  const note = el('p', { class: 'find-note' });
  const fields = numberFields(SETTINGS);
  const listed = () => desk.info?.proposers ?? [];
  const chosen = () => listed().find(({ name }) => name === proposer.value);
  const node = folded(
    el('div', { class: 'find-setting wide' }, el('label', { for: proposer.id }, el('span', { text: 'Masks are found by' }), el('code', { text: 'proposer' })), proposer, note),
    ...fields.nodes,
    el('div', { class: 'row wrap' },
      button({ label: 'Defaults', class: 'small', run: () => fields.take(desk.info?.defaults) }),
      button({ label: 'Published values', class: 'small', title: 'As the published pipeline of this kind has them: more masks, and much slower', run: () => fields.take(desk.info?.published) })));
  let filled = false;
  const showNote = () => {
    const info = chosen();
    replace(note, ...(!info ? [] : info.ready ? [info.note] : ['Not on this computer. In a terminal: ', el('code', { text: info.missing }), '.']));
    note.classList.toggle('bad', info?.ready === false);
  };
  proposer.addEventListener('change', showNote);
  const show = () => {
    if (filled || !desk.info) return;
    filled = true;
    replace(proposer, ...listed().map(({ name, ready }) => el('option', { value: name, text: ready ? name : `${name} (not here)`, disabled: !ready })));
    fields.take(desk.info.defaults);
    fields.allowGaze(desk.info.no_gaze === '');
    showNote();
  };
  const typed = () => (filled ? { ...fields.typed(), proposer: proposer.value } : null);
  return { node, show, typed, ready: () => chosen()?.ready !== false };
}

/** @param {EverythingDesk} desk */
function lookedSettings(desk) {
  const fields = numberFields(LOOKED_SETTINGS);
  const node = folded(...fields.nodes, el('div', { class: 'row' }, button({ label: 'Defaults', class: 'small', run: () => fields.take(desk.info?.looked) })));
  let filled = false;
  const show = () => {
    if (filled || !desk.info) return;
    filled = true;
    fields.take(desk.info.looked);
  };
  return { node, show, typed: () => (filled ? fields.typed() : null) };
}

/** @param {...Node} inside */
function folded(...inside) {
  return el('details', { class: 'find-more' }, el('summary', null, el('span', { text: 'Advanced' })), el('div', { class: 'stack' }, ...inside));
}

/** @param {readonly Setting[]} settings */
function numberFields(settings) {
  const fields = settings.map((each) => {
    const id = uniqueId(each.name);
    const input = el('input', { type: 'number', id, min: each.min, max: each.max, step: each.step, placeholder: each.empty, aria: { describedby: `${id}-help` } });
    const node = el('div', { class: 'find-setting' }, el('label', { for: id }, el('span', { text: each.label }), el('code', { text: each.name })), input, el('p', { class: 'find-note', id: `${id}-help`, text: each.help }));
    return { ...each, input, node };
  });
  return {
    nodes: fields.map((each) => each.node),
    take: (/** @type {object|undefined} */ values) => { for (const { name, input } of fields) input.value = String(Reflect.get(values ?? {}, name) ?? ''); },
    allowGaze: (/** @type {boolean} */ there) => { for (const each of fields) if (each.gaze) each.node.hidden = !there; },
    typed: () => Object.fromEntries(fields.map(({ name, input }) => [name, input.value])),
  };
}
