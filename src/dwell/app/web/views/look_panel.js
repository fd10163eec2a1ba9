// The panel of Look mode: start and stop, how gaze comes, the keys, what was kept, what is set.
import { maskText, phaseText, placeText, sourceText } from '../core/looktext.js';
import { button, el, replace } from './dom.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';
import { keysTable } from './look_keys.js';
import { dwellFields, mouseFields, screenFields, shownFields, sourceChooser } from './look_settings.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/lookkeys.js').Action} Action */
/** @typedef {import('./look_settings.js').Part} Part */
/** @typedef {{press: (action: Action) => void, leave: () => void, focus: () => void}} Does */

const NUMBERS_EVERY_MS = 250; // faster than that nobody reads

/** @param {HTMLElement} root @param {Ctx} ctx @param {Look} look @param {Does} does @returns {() => void} unmount */
export function mountPanel(root, ctx, look, does) {
  const { choices } = look;
  const keys = keysTable(look);
  const settings = settingsPart(look);
  const parts = [head(ctx, look, does), source(look), transport(look, does), gazeLines(look), keys, keptList(ctx, look, does), settings];
  root.append(el('div', { class: 'look' }, ...parts.map((each) => each.node)));
  root.addEventListener('keydown', (event) => {
    if (!(event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)) return;
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    event.preventDefault(); // out of the field; Look mode is left with the next one
    event.stopPropagation();
    does.focus();
  });
  let queued = false;
  const show = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      for (const each of parts) each.show();
    });
  };
  show();
  const offs = [look.subscribe(show), choices.subscribe(show), ctx.player.subscribe(show), ctx.ui.subscribe(show), ctx.store.subscribe(show), keys.close];
  return () => {
    offs.forEach((off) => off());
    root.replaceChildren();
  };
}

/** @param {Ctx} ctx @param {Look} look @param {Does} does @returns {Part} */
function head(ctx, look, does) {
  const phase = el('span', { class: 'look-phase', role: 'status' });
  const place = el('span', { class: 'look-place muted numbers' });
  const aoi = el('p', { class: 'look-aoi grow cut' });
  const close = button({ label: 'Leave Look mode', icon: icon('close'), iconOnly: true, class: 'quiet small', title: 'Leave Look mode (Esc)', run: does.leave });
  const show = () => {
    setText(phase, phaseText(look));
    phase.dataset['on'] = String(look.mine && Boolean(look.view?.running));
    setText(place, placeText(ctx.store.recording, ctx.player.frameIdx));
    const picked = ctx.store.aois.get(ctx.ui.get('selected') ?? -1);
    setText(aoi, `Masks go to: ${picked ? picked.name : 'a new AOI each'}`);
  };
  const node = el('header', { class: 'look-head' }, el('div', { class: 'row' }, el('h1', { text: 'Look' }), phase, el('span', { class: 'grow' }), close), el('div', { class: 'row' }, aoi, place));
  return { node, show };
}

/** Where gaze comes from: while a look goes on that is settled. @param {Look} look @returns {Part} */
function source(look) {
  const part = sourceChooser(look.choices);
  return { node: part.node, show: () => { part.node.hidden = look.mine; part.show(); } };
}

/** @param {Look} look @param {Does} does @returns {Part} */
function transport(look, does) {
  const { keys } = look;
  const pressing = (/** @type {Action} */ action) => () => { does.focus(); does.press(action); };
  const start = button({ label: 'Start', class: 'primary', run: pressing('start') });
  const stop = button({ label: 'Stop', run: pressing('stop') });
  const check = button({ label: 'Check', run: pressing('check') });
  const end = button({ label: 'End', title: 'End this look, and let go of the tracker', class: 'quiet', run: () => { does.focus(); void look.end(); } });
  for (const [each, action] of /** @type {[HTMLElement, Action][]} */ ([[start, 'start'], [stop, 'stop'], [check, 'check']]))
    each.append(el('kbd', { data: { key: action }, aria: { hidden: true } }));
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const show = () => {
    const running = look.mine && Boolean(look.view?.running);
    start.hidden = running;
    stop.hidden = !running;
    end.hidden = !look.mine;
    start.disabled = stop.disabled = end.disabled = look.busy !== '';
    setText(/** @type {HTMLElement} */ (start.querySelector('span')), look.mine ? 'Follow' : 'Start');
    start.title = look.mine ? 'Segment what is looked at' : 'Connect, and segment what is looked at';
    for (const each of node.querySelectorAll('kbd')) setText(each, keys.shown(/** @type {Action} */ (each.dataset['key'])));
    problem.hidden = look.problem === '';
    setText(problem, look.problem);
  };
  stop.title = 'Stop; the mask stays as it is';
  check.title = 'Check how good gaze is, with five points';
  const node = el('div', { class: 'stack' }, el('div', { class: 'row wrap' }, start, stop, check, end), problem);
  return { node, show };
}

/** How gaze comes; numbers change often, so nobody is told of them aloud. @param {Look} look @returns {Part} */
function gazeLines(look) {
  const [title, source, masks] = [el('p', { class: 'look-title cut' }), el('p', { class: 'numbers' }), el('p', { class: 'numbers' })];
  const notes = el('p', { class: 'look-note bad' });
  let last = -Infinity;
  let state = '';
  const show = () => {
    const { view, mine } = look;
    node.hidden = !mine || !view;
    if (!view || !mine) return;
    const now = `${view.status.state} ${look.connection} ${view.status.message}`;
    if (now === state && performance.now() - last < NUMBERS_EVERY_MS) return;
    [state, last] = [now, performance.now()];
    setText(title, view.status.title);
    setText(source, sourceText(view.status, look.connection));
    source.classList.toggle('bad', look.connection === 'offline' || !['streaming', 'connecting'].includes(view.status.state));
    setText(masks, maskText(view));
    setText(notes, [view.status.message, ...view.status.notes].filter(Boolean).join(' '));
  };
  const node = el('div', { class: 'look-lines' }, title, source, masks, notes);
  return { node, show };
}

/** @param {Ctx} ctx @param {Look} look @param {Does} does @returns {Part} */
function keptList(ctx, look, does) {
  const list = el('ol', { class: 'look-kept' });
  const count = el('span', { class: 'badge numbers' });
  const undo = button({ label: 'Undo', icon: glyph('undo'), class: 'quiet small', title: 'Take back the last word or, if there is none, what was kept last', run: () => { does.focus(); does.press('undo'); } });
  const none = el('p', { class: 'look-note', text: 'Nothing yet. What you keep appears here and in the list of AOIs.' });
  let drawn = '';
  const show = () => {
    const { kept, view } = look;
    const n = Math.max(view?.kept ?? 0, kept.length);
    setText(count, String(n));
    count.hidden = n === 0;
    undo.hidden = !look.mine;
    none.hidden = n > 0;
    const rows = [...kept].reverse().map((each) => ({ ...each, name: ctx.store.aois.get(each.object_id)?.name ?? each.name, colour: ctx.store.aois.get(each.object_id)?.colour }));
    const now = JSON.stringify(rows);
    if (now === drawn) return;
    drawn = now;
    replace(list, ...rows.map((each) => {
      const dot = el('span', { class: 'look-dot', aria: { hidden: true } });
      if (each.colour) dot.style.background = each.colour;
      const place = placeText(ctx.store.recording, each.frame_idx);
      const go = el('button', { type: 'button', class: 'look-kept-row', title: place ? `Go to ${place.toLowerCase()}` : each.name, on: { click: () => { does.focus(); ctx.player.seek(each.frame_idx); } } },
        dot, el('span', { class: 'cut', text: each.name }), el('span', { class: 'muted numbers', text: place }));
      return el('li', null, go);
    }));
  };
  const node = el('section', { class: 'look-section', aria: { label: 'Kept in this look' } },
    el('div', { class: 'row' }, el('h2', { text: 'Kept' }), count, el('span', { class: 'grow' }), undo), none, list);
  return { node, show };
}

/** Open before the first start, out of the way while somebody looks. @param {Look} look @returns {Part} */
function settingsPart(look) {
  const { choices } = look;
  const parts = [screenFields(choices), dwellFields(choices), mouseFields(choices), shownFields(choices)];
  const summary = el('summary', null, el('h2', { text: 'Settings' }));
  const node = el('details', { class: 'look-section look-settings', open: true }, summary, ...parts.map((each) => each.node));
  let was = look.mine;
  const show = () => {
    if (was !== look.mine) node.open = !(was = look.mine);
    for (const each of parts) each.show();
  };
  return { node, show };
}

/** @param {HTMLElement} node @param {string} text */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
