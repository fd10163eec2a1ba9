// The panel for AOIs from words: what to look for, thresholds to try, and the list of what was found.
import { clock } from '../core/time.js';
import { byFrame, percent, searchText, whatItIs } from '../core/words.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/words.js').Wish} Wish */
/** @typedef {import('../core/messages.js').Suggestion} Suggestion */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {{ctx: Ctx, parts: Parts, text: HTMLInputElement, detector: HTMLSelectElement, where: HTMLSelectElement, seconds: HTMLInputElement}} Form */

const MOST_ROWS = 200;
const POINT_AFTER_MS = 150;

/** @type {readonly [Wish['where'] & string, string][]} */
const PLACES = [['frame', 'This frame'], ['every', 'Every few seconds'], ['prompts', 'Frames with prompts']];

/** @param {Ctx} ctx */
export function openWords(ctx) {
  ctx.ui.set('panel', 'words');
  document.getElementById('words-text')?.focus();
}

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountWords(root, ctx, parts) {
  const { words } = parts;
  const form = makeForm(ctx, parts);
  const head = searching(form);
  const limits = thresholds(words);
  const found = results(ctx, parts);
  root.append(el('div', { class: 'words' }, el('h2', { text: 'AOIs from words' }), head.node, limits.node, found.node));
  let queued = false;
  const show = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      for (const each of [head, limits, found]) each.show();
    });
  };
  show();
  void words.loadDetectors();
  const offs = [
    words.subscribe(show),
    ctx.ui.subscribe((key) => { if (key === 'panel') { parts.stage?.repaint(); show(); } }),
  ];
  parts.stage?.repaint();
  return () => offs.forEach((off) => off());
}

// ---------------------------------------------------------------------- what to look for

/** @param {Ctx} ctx @param {Parts} parts @returns {Form} */
function makeForm(ctx, parts) {
  const text = el('input', { type: 'text', id: 'words-text', maxlength: 2000, autocomplete: 'off', placeholder: 'bottle . red flag', value: ctx.store.search?.text ?? '' });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') parts.stage?.over.focus();
  });
  const seconds = el('input', { type: 'number', min: 0.1, max: 3600, step: 0.1, value: 2, aria: { label: 'Seconds between two frames' } });
  const where = el('select', null, ...PLACES.map(([value, label]) => el('option', { value, text: label })));
  return { ctx, parts, text, seconds, where, detector: el('select', null) };
}

/** @param {Form} form */
function searching(form) {
  const { ctx, parts, text, detector, where, seconds } = form;
  const { words } = parts;
  const find = el('button', { type: 'submit', class: 'button primary' }, icon('search'), el('span', { text: 'Find' }));
  const stop = button({ label: 'Stop', icon: icon('close'), title: 'Stop; what was found stays', run: () => void words.stop() });
  const bar = el('progress', { class: 'words-bar', max: 1, aria: { label: 'Progress' } });
  const said = el('p', { class: 'words-said', role: 'status' });
  const note = el('p', { class: 'words-note' });
  const gap = el('label', { class: 'row' }, 'every', seconds, 's');
  const place = el('div', { class: 'field', hidden: ctx.store.recording.n_frames === 1 }, el('label', { for: 'words-where', text: 'Look on' }), where, gap);
  where.id = 'words-where';
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void words.look({
      text: text.value, detector: detector.value, where: /** @type {NonNullable<Wish['where']>} */ (where.value),
      frame_idx: parts.stage?.frameIdx ?? 0, every_s: Number(seconds.value) || 2,
    });
  };
  const chooseDetector = () => {
    const info = words.detectors.find((each) => each.name === detector.value);
    if (info) words.set({ box: info.box_score, text: info.text_score });
  };
  detector.addEventListener('change', chooseDetector);
  where.addEventListener('change', () => {
    if (where.value === 'every') words.set({ onePerPhrase: true }); // the camera moves: boxes do not tell what is the same
    show();
  });
  let listed = words.detectors;
  const show = () => {
    if (listed !== words.detectors) {
      listed = words.detectors;
      const before = ctx.store.search?.detector ?? (listed.find((each) => each.ready && !WITHOUT_WORDS.has(each.name)) ?? listed[0])?.name;
      replace(detector, ...listed.map(({ name, ready }) => el('option', { value: name, text: ready ? name : `${name} (not here)`, selected: name === before })));
      chooseDetector();
    }
    const running = words.search?.state === 'running' || words.search?.state === 'taking';
    const info = listed.find((each) => each.name === detector.value);
    replace(note, ...advice(info, listed));
    note.classList.toggle('bad', info?.ready === false);
    gap.hidden = where.value !== 'every';
    find.hidden = running;
    find.disabled = info?.ready !== true;
    stop.hidden = bar.hidden = !running;
    bar.value = (words.search?.done ?? 0) / Math.max(1, words.search?.total ?? 1);
    const now = searchText(words.search);
    if (said.textContent !== now) said.textContent = now;
    said.classList.toggle('bad', words.search?.state === 'failed');
  };
  const node = el('form', { class: 'stack', on: { submit } },
    el('div', { class: 'field' }, el('label', { for: text.id, text: 'What to look for' }), el('div', { class: 'row' }, text, find, stop)),
    el('div', { class: 'words-how' }, el('label', { class: 'field' }, el('span', { text: 'Detector' }), detector), place),
    note, bar, said);
  return { node, show };
}

/** Detectors that need no download, and know no things. */
const WITHOUT_WORDS = new Set(['colours', 'everything']);

/**
 * What a person should know of a detector, and how to get a better one.
 * @param {import('../core/messages.js').DetectorInfo|undefined} info @param {readonly import('../core/messages.js').DetectorInfo[]} all
 */
function advice(info, all) {
  if (!info) return [];
  if (!info.ready) return ['Not on this computer. In a terminal: ', el('code', { text: info.missing }), '. Until then, draw a box around the thing, or click it.'];
  const other = all.find((each) => !each.ready);
  if (!WITHOUT_WORDS.has(info.name) || !other) return [info.note];
  return [`${info.note}. For things by name, get a detector, in a terminal: `, el('code', { text: other.missing })];
}

// ---------------------------------------------------------------------- thresholds

/** @param {import('../core/words.js').Words} words */
function thresholds(words) {
  const slider = (/** @type {'box'|'text'} */ key, /** @type {string} */ label) => {
    const value = el('output', { class: 'words-value' });
    const input = el('input', { type: 'range', min: 0, max: 1, step: 0.01 });
    input.addEventListener('input', () => words.set({ [key]: Number(input.value) }));
    const show = () => {
      input.value = String(words.thresholds[key]);
      value.textContent = percent(words.thresholds[key]);
      input.setAttribute('aria-valuetext', value.textContent);
    };
    return { node: el('label', { class: 'words-slider' }, el('span', { text: label }), input, value), show };
  };
  const sliders = [slider('box', 'Box score'), slider('text', 'Phrase score')];
  const one = el('input', { type: 'checkbox' });
  one.addEventListener('change', () => words.set({ onePerPhrase: one.checked }));
  const node = el('fieldset', { class: 'words-limits' }, el('legend', { text: 'Show scores from' }),
    ...sliders.map((each) => each.node),
    el('label', { class: 'choice' }, one, el('span', { text: 'Only the best of each phrase' })));
  const show = () => {
    for (const each of sliders) each.show();
    one.checked = words.thresholds.onePerPhrase;
    node.hidden = words.suggestions.length === 0;
  };
  return { node, show };
}

// ---------------------------------------------------------------------- what was found

/** @param {Ctx} ctx @param {Parts} parts */
function results(ctx, parts) {
  const { words } = parts;
  const count = el('p', { class: 'words-count', role: 'status' });
  const list = el('div', { class: 'words-list' });
  const add = button({ label: 'Add', icon: icon('add'), class: 'primary', run: () => void take(ctx, parts) });
  const reject = button({ label: 'Reject', class: 'quiet', title: 'Forget those that are ticked', run: () => void words.reject() });
  const foot = el('div', { class: 'row words-foot' }, add, reject);
  let timer = 0;
  const point = (/** @type {number|null} */ index) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void words.point(index), index === null ? 0 : POINT_AFTER_MS);
  };
  const indexAt = (/** @type {Event} */ event) => {
    const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    return row instanceof HTMLElement ? Number(row.dataset['index']) : null;
  };
  for (const kind of ['pointerover', 'focusin']) list.addEventListener(kind, (event) => point(indexAt(event)));
  for (const kind of ['pointerleave', 'focusout']) list.addEventListener(kind, () => point(null));
  let drawn = '';
  const show = () => {
    const { shown, wanted } = words;
    const any = words.suggestions.length > 0;
    const frames = new Set(shown.map((each) => each.frame_idx)).size;
    const said = any ? `${shown.length} of ${words.suggestions.length} shown${frames > 1 ? `, on ${frames} frames` : ''}` : '';
    if (count.textContent !== said) count.textContent = said;
    foot.hidden = !any;
    const label = add.querySelector('span');
    if (label) label.textContent = words.taking ? 'Adding …' : `Add ${wanted.length}`;
    add.disabled = words.taking || wanted.length === 0 || Boolean(ctx.store.lostWriter);
    reject.disabled = words.taking || wanted.length === 0;
    const now = JSON.stringify([shown, [...ctx.store.aois.values()], shown.map((each) => words.isOn(each))]);
    if (now === drawn) return;
    drawn = now;
    const focused = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement.closest('[data-index]') : null;
    replace(list, ...rows(ctx, parts, shown));
    if (focused instanceof HTMLElement) /** @type {HTMLElement|null} */ (list.querySelector(`[data-index="${focused.dataset['index']}"] input`))?.focus();
  };
  return { node: el('div', { class: 'stack' }, count, list, foot), show };
}

/** @param {Ctx} ctx @param {Parts} parts @param {readonly Suggestion[]} shown */
function rows(ctx, parts, shown) {
  const groups = byFrame(shown.slice(0, MOST_ROWS)).map(([frame, group]) => {
    const time = clock(ctx.player.msOf(frame) / 1000, 1);
    const go = button({ label: ctx.volume ? `Slice ${frame}` : `Frame ${frame} · ${time}`, class: 'quiet small', title: 'Go to this frame', run: () => ctx.player.seek(frame) });
    const title = ctx.store.recording.n_frames > 1 ? go : null;
    return el('section', null, title, el('ul', { aria: { label: `Suggestions on frame ${frame}` } }, ...group.map((each) => row(ctx, parts, each))));
  });
  const more = shown.length - MOST_ROWS;
  return more > 0 ? [...groups, el('p', { class: 'words-note', text: `… and ${more} more. Raise the scores to see less.` })] : groups;
}

/** @param {Ctx} ctx @param {Parts} parts @param {Suggestion} suggestion */
function row(ctx, { words }, suggestion) {
  const { index, why, phrase, score, text_score } = suggestion;
  const box = el('input', { type: 'checkbox', checked: words.isOn(suggestion), disabled: why === 'known' });
  box.addEventListener('change', () => words.check(index, box.checked));
  const scores = score === text_score ? percent(score) : `${percent(score)} · ${percent(text_score)}`;
  return el('li', { class: `words-row why-${why.replaceAll(' ', '-')}`, data: { index } },
    el('label', { class: 'choice' }, box, el('span', { class: 'words-phrase cut', text: phrase, title: phrase }),
      el('span', { class: 'words-why cut', text: whatItIs(suggestion, ctx.store.aois) }),
      el('span', { class: 'words-score', text: scores, title: 'Score of the box, and of the phrase if that differs' })));
}

/** @param {Ctx} ctx @param {Parts} parts */
async function take(ctx, parts) {
  const names = await parts.words.take();
  if (names === null) return;
  const step = ctx.store.steps.undo?.id;
  const undo = () => {
    if (ctx.store.steps.undo?.id === step) return void parts.actions.step('undo');
    ctx.say.info('Something was changed since then. Undo that first, with Undo in the toolbar.');
  };
  ctx.say.success(`Added: ${names}.`, { label: 'Undo', run: undo });
}
