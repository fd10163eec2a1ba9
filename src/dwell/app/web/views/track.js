// Tracking: what to track in a panel, with an estimate first; then progress, time left, and a way to stop.
import { jobText } from '../core/everything.js';
import { estimateText, spanOf } from '../core/tracking.js';
import { button, el, replace } from './dom.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/tracking.js').SpanKind} SpanKind */
/** @typedef {import('../core/messages.js').BackendInfo} BackendInfo */
/**
 * @typedef {object} Plan what the panel says at the moment
 * @property {Set<number>} aois
 * @property {SpanKind} span
 * @property {[number, number]} custom first and last frame
 * @property {'both'|'forward'|'backward'} direction
 * @property {number} stride
 */
/** @typedef {{ctx: Ctx, plan: Plan, backends: BackendInfo[], lanes: Map<number, Uint8Array>, estimate: HTMLElement, panel: HTMLElement, asked: number, ready: boolean, start: HTMLButtonElement}} View ready: the tracker that is chosen is installed */

/** @type {readonly [SpanKind, string][]} */
const SPANS = [
  ['all', 'Whole video'],
  ['fromHere', 'From here to the end'],
  ['toHere', 'From the start to here'],
  ['gap', 'Between the anchors around here'],
  ['timeline', 'What the timeline shows'],
  ['custom', 'Frames …'],
];
const ESTIMATE_AFTER_MS = 300;

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountTrack(root, ctx, parts) {
  const open = button({ label: 'Track', icon: glyph('track'), class: 'primary', title: 'Track AOIs through the video (T)', run: () => toggle() });
  open.setAttribute('aria-haspopup', 'dialog');
  open.setAttribute('aria-expanded', 'false');
  const job = el('div', { class: 'track-job', hidden: true });
  /** @type {HTMLElement|null} */
  let panel = null;
  const close = (/** @type {boolean} */ focus) => {
    panel?.remove();
    panel = null;
    open.setAttribute('aria-expanded', 'false');
    if (focus) open.focus();
  };
  const toggle = () => {
    if (panel) return close(true);
    if (!job.hidden) return ctx.say.info(ctx.store.job?.kind === 'track' ? 'Tracking is under way. Stop it first to track something else.' : 'Things are being looked for. Stop that first to track something.');
    if (!ctx.store.aois.size) return ctx.say.info('Add an AOI first: press N, type a name, click the thing.');
    panel = openPanel(ctx, close);
    root.append(panel);
    open.setAttribute('aria-expanded', 'true');
    /** @type {HTMLElement|null} */ (panel.querySelector('button.primary') ?? panel.querySelector('input, select, button'))?.focus();
  };
  const outside = (/** @type {Event} */ event) => {
    if (panel && event.target instanceof Node && !root.contains(event.target)) close(false);
  };
  document.addEventListener('pointerdown', outside, true);
  root.append(job, open);
  const show = () => showJob(job, open, ctx);
  show();
  let was = ctx.store.job;
  let told = was?.state === 'failed' ? was.id : -1;
  const complain = () => {
    if (was?.state !== 'failed' || !was.error || told === was.id) return;
    told = was.id;
    ctx.say.error(was.error);
  };
  const offs = [
    ctx.store.subscribe(() => { if (was !== (was = ctx.store.job)) { show(); complain(); } }),
    ctx.keys.bind({ id: 'track', label: 'Track', group: 'Tracking', keys: ['t'], run: toggle }),
    ctx.keys.bind({ id: 'before', label: 'Before or after the correction', group: 'Tracking', keys: ['o'], run: () => parts.corrector.toggleBefore() }),
    ctx.keys.bind({ id: 'track.close', label: 'Close the panel', group: 'Tracking', keys: ['Escape'], typing: true, when: () => panel !== null, run: () => close(true) }),
    () => document.removeEventListener('pointerdown', outside, true),
    () => close(false),
  ];
  return () => offs.forEach((off) => off());
}

/** @param {HTMLElement} root @param {HTMLButtonElement} open @param {Ctx} ctx */
function showJob(root, open, ctx) {
  const job = ctx.store.job;
  const running = job !== null && job.state === 'running';
  root.hidden = !running;
  open.hidden = running;
  if (!running) return void root.replaceChildren();
  let [text, bar] = [root.querySelector('.track-text'), root.querySelector('progress')];
  if (!text || !bar) {
    text = el('span', { class: 'track-text' });
    bar = el('progress', { class: 'track-bar', max: 1, aria: { label: 'Tracking' } });
    const stop = button({ label: 'Stop', icon: icon('close'), class: 'small', title: 'Stop; what is done stays', run: () => void cancel(ctx) });
    replace(root, text, bar, stop);
  }
  text.textContent = jobText(job);
  text.setAttribute('title', `${job.what}, frames ${job.span[0]}–${job.span[1] - 1}, ${job.backend}`);
  bar.value = job.done / Math.max(1, job.total);
}

/** @param {Ctx} ctx */
async function cancel({ api, client, store, say }) {
  const tracking = store.job?.kind === 'track';
  try {
    await api.post(`job/cancel?client=${encodeURIComponent(client)}`);
    say.info(`${tracking ? 'Tracking is stopped' : 'Stopped'}. What was done is kept.`);
  } catch (error) {
    say.error(error);
  }
}

/** @param {Ctx} ctx @param {(focus: boolean) => void} close */
function openPanel(ctx, close) {
  const ids = [...ctx.store.aois.keys()].filter((id) => !ctx.store.view.locked?.includes(id));
  const start = button({ label: 'Start', class: 'primary', run: () => void begin(view, close) });
  /** @type {View} */
  const view = {
    ctx,
    plan: { aois: new Set(ids), span: 'all', custom: [0, ctx.player.nFrames - 1], direction: 'both', stride: 1 },
    backends: [],
    lanes: new Map(),
    estimate: el('p', { class: 'track-estimate', role: 'status' }),
    panel: el('section', { class: 'track-panel', role: 'dialog', aria: { label: 'Track' } }),
    asked: 0,
    ready: true,
    start,
  };
  view.panel.append(
    el('h2', { text: 'Track' }),
    aoiChoice(view),
    spanChoice(view),
    directionChoice(view),
    backendChoice(view),
    view.estimate,
    el('div', { class: 'row track-foot' }, button({ label: 'Cancel', run: () => close(true) }), start),
  );
  askEstimate(view);
  return view.panel;
}

/** @param {View} view */
function aoiChoice(view) {
  const { ctx, plan } = view;
  const boxes = [...ctx.store.aois.values()].map((aoi) => {
    const locked = ctx.store.view.locked?.includes(aoi.object_id) ?? false;
    const box = el('input', { type: 'checkbox', checked: plan.aois.has(aoi.object_id), disabled: locked, on: { change: () => {
      if (box.checked) plan.aois.add(aoi.object_id);
      else plan.aois.delete(aoi.object_id);
      askEstimate(view);
    } } });
    const colour = el('span', { class: 'dot', aria: { hidden: 'true' } });
    colour.style.background = aoi.colour;
    return el('label', { class: 'choice' }, box, colour, el('span', { class: 'cut', text: locked ? `${aoi.name} (locked)` : aoi.name }));
  });
  return el('fieldset', { class: 'track-aois' }, el('legend', { text: 'AOIs' }), ...boxes);
}

/** @param {View} view */
function spanChoice(view) {
  const { plan, ctx } = view;
  const last = ctx.player.nFrames - 1;
  const number = (/** @type {0|1} */ at, /** @type {string} */ label) => el('input', { type: 'number', min: 0, max: last, value: plan.custom[at], aria: { label },
    on: { change: (event) => { plan.custom[at] = Number(/** @type {HTMLInputElement} */ (event.target).value); askEstimate(view); } } });
  const custom = el('span', { class: 'row', hidden: true }, number(0, 'First frame'), 'to', number(1, 'Last frame'));
  const select = el('select', { aria: { label: 'Frames to track' }, on: { change: () => {
    plan.span = /** @type {SpanKind} */ (select.value);
    custom.hidden = plan.span !== 'custom';
    askEstimate(view);
  } } }, ...SPANS.map(([value, text]) => el('option', { value, text })));
  return el('div', { class: 'field' }, el('span', { text: 'Frames' }), select, custom);
}

/** @param {View} view */
function directionChoice(view) {
  const select = el('select', { on: { change: () => { view.plan.direction = /** @type {Plan['direction']} */ (select.value); askEstimate(view); } } },
    el('option', { value: 'both', text: 'Both ways from each anchor' }),
    el('option', { value: 'forward', text: 'Forward only' }),
    el('option', { value: 'backward', text: 'Backward only' }));
  const stride = el('select', { on: { change: () => { view.plan.stride = Number(stride.value); askEstimate(view); } } },
    el('option', { value: '1', text: 'Every frame' }),
    ...[2, 3, 5, 10].map((n) => el('option', { value: String(n), text: `Every ${n} frames, interpolate between` })));
  return el('div', { class: 'stack' }, el('label', { class: 'field' }, el('span', { text: 'Direction' }), select), el('label', { class: 'field' }, el('span', { text: 'Look at' }), stride));
}

/** @param {View} view */
function backendChoice(view) {
  const { ctx } = view;
  const note = el('p', { class: 'track-note' });
  const names = el('select', { on: { change: () => void choose(names.value, null) } }, el('option', { value: ctx.store.backend.name, text: ctx.store.backend.name }));
  const sizes = el('select', { on: { change: () => void choose(names.value, Number(sizes.value) || null) } });
  const sizeField = el('label', { class: 'field', hidden: true }, el('span', { text: 'Resolution' }), sizes);
  const show = () => {
    const info = view.backends.find((each) => each.name === names.value);
    const resolution = ctx.store.backend.name === names.value ? ctx.store.backend.resolution : null;
    replace(sizes, el('option', { value: '', text: 'Its own' }), ...(info?.resolutions ?? []).map((side) => el('option', { value: side, text: `${side} px`, selected: side === resolution })));
    sizeField.hidden = !info?.resolutions.length;
    note.textContent = info ? (info.ready ? info.note : info.missing) : '';
    note.classList.toggle('bad', Boolean(info && !info.ready));
    view.ready = !info || info.ready;
    view.start.disabled = !view.ready;
  };
  const choose = async (/** @type {string} */ name, /** @type {number|null} */ resolution) => {
    show();
    if (view.backends.find((each) => each.name === name)?.ready === false) return;
    try {
      await ctx.api.put(`backend?client=${encodeURIComponent(ctx.client)}`, { name, resolution });
      ctx.store.backend = { name, resolution };
    } catch (error) {
      names.value = ctx.store.backend.name;
      ctx.say.error(error);
    }
    show();
    askEstimate(view);
  };
  void ctx.start.get('about').then((about) => {
    view.backends = about.backends;
    replace(names, ...view.backends.map((each) => el('option', { value: each.name, text: each.ready ? each.name : `${each.name} (not installed)`, selected: each.name === ctx.store.backend.name })));
    show();
  }, () => {});
  return el('div', { class: 'stack' }, el('label', { class: 'field' }, el('span', { text: 'Tracker' }), names), sizeField, note);
}

/** Asks how long it would take, once nothing changes any more. @param {View} view */
function askEstimate(view) {
  const asked = ++view.asked;
  view.estimate.textContent = 'Measuring how long it will take …';
  window.setTimeout(() => void showEstimate(view, asked), ESTIMATE_AFTER_MS);
}

/** @param {View} view @param {number} asked */
async function showEstimate(view, asked) {
  if (asked !== view.asked || !view.panel.isConnected) return;
  const none = view.plan.aois.size === 0;
  view.start.disabled = none || !view.ready;
  if (none) return void (view.estimate.textContent = 'Choose at least one AOI.');
  let text;
  try {
    text = estimateText(await view.ctx.api.post('estimate', await request(view)));
  } catch (error) {
    text = error instanceof Error ? error.message : String(error);
  }
  if (asked === view.asked) view.estimate.textContent = text;
}

/** @param {View} view @returns {Promise<import('../core/messages.js').TrackRequest>} */
async function request({ ctx, plan, lanes }) {
  const ids = [...plan.aois].filter((id) => ctx.store.aois.has(id));
  if (plan.span === 'gap')
    for (const id of ids) if (!lanes.has(id)) lanes.set(id, new Uint8Array(await ctx.api.bytes(`lanes/${id}`)));
  const [start, stop] = spanOf(plan.span, {
    frameIdx: ctx.player.frameIdx,
    nFrames: ctx.player.nFrames,
    lanes: ids.flatMap((id) => lanes.get(id) ?? []),
    timeline: ctx.ui.get('timelineSpan'),
    custom: plan.custom,
  });
  return { client: ctx.client, object_ids: ids, start, stop, direction: plan.direction, stride: plan.stride };
}

/** @param {View} view @param {(focus: boolean) => void} close */
async function begin(view, close) {
  const { api, say } = view.ctx;
  try {
    view.start.disabled = true;
    await api.post('track', await request(view));
    close(true);
  } catch (error) {
    view.start.disabled = false;
    say.error(error);
  }
}
