// The Results panel: live numbers and pictures, and how they depend on the margin.
import { bars, tsv } from '../core/results.js';
import { copyText } from './clipboard.js';
import { button, el, replace } from './dom.js';
import { openExport } from './export.js';
import { icon } from './icons.js';
import { mountMargin } from './results_margin.js';
import { barRows, matrixTable, stripRows } from './results_charts.js';
import { mountHeatmap } from './results_heatmap.js';
import { metricsTable } from './results_table.js';
import { widening } from './results_wide.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/resultsfeed.js').ResultsFeed} ResultsFeed */

/**
 * @param {HTMLElement} root
 * @param {Ctx} ctx
 * @returns {() => void} unmount
 */
export function mountResults(root, ctx) {
  const feed = /** @type {ResultsFeed} */ (ctx.results);
  const parts = makeParts(ctx, feed);
  const wide = widening(root, ctx);
  const head = el('div', { class: 'results-head' }, parts.state,
    button({ label: 'Copy', icon: icon('copy'), class: 'small', title: 'Copy the table for a spreadsheet', run: () => void copy(ctx, feed) }),
    button({ label: 'Export', icon: icon('export'), class: 'small primary', run: () => openExport(ctx) }), wide.node);
  root.append(el('div', { class: 'results' }, head, parts.empty, parts.body));
  const show = () => draw(parts, ctx, feed);
  feed.want();
  feed.wantSensitivity();
  show();
  const offs = [feed.subscribe(show),
    ctx.store.subscribe((change) => { if (change.aois) { parts.drawn = null; show(); } }),
    ctx.ui.subscribe((key) => { if (key === 'panel') show(); }),
    parts.margin.off, parts.heatmap.off, wide.off];
  return () => { for (const off of offs) off(); root.replaceChildren(); };
}

/** @param {Ctx} ctx @param {ResultsFeed} feed */
function makeParts(ctx, feed) {
  const parts = {
    /** Results that are shown, so that the same are not drawn again. @type {import('../core/messages.js').ResultsInfo|null} */ drawn: null,
    state: el('p', { class: 'results-state muted small-text', role: 'status' }),
    empty: el('div', { class: 'empty' }),
    body: el('div', { class: 'results-body' }),
    table: metricsTable(ctx),
    notes: el('ul', { class: 'results-notes', aria: { label: 'What to know before using the numbers' } }),
    dwell: el('div', { class: 'dwell-bars' }),
    strips: el('div', { class: 'strips' }),
    transitions: el('div', { class: 'scroll-x' }),
    margin: mountMargin(ctx, feed),
    heatmap: mountHeatmap(ctx, feed),
  };
  parts.body.append(
    section('Per AOI', parts.table.node, parts.notes),
    section('Dwell time', parts.dwell),
    section('Visits over time', parts.strips),
    section('How much the margin matters', parts.margin.node),
    section('Transitions', parts.transitions),
    section('Where gaze was', parts.heatmap.node));
  return parts;
}

/** @param {ReturnType<typeof makeParts>} parts @param {Ctx} ctx @param {ResultsFeed} feed */
function draw(parts, ctx, feed) {
  if (ctx.ui.get('panel') !== 'results') return; // drawn when it is looked at
  const why = whyEmpty(ctx, feed);
  parts.state.textContent = why ? '' : stateWords(feed);
  parts.body.hidden = why !== null;
  parts.empty.hidden = why === null;
  if (why) return void replace(parts.empty, icon('table'), el('p', { text: why.text }), why.action ? button(why.action) : null);
  const info = feed.info;
  if (!info) return;
  if (info !== parts.drawn) drawInfo(parts, ctx, info);
  parts.drawn = info;
  parts.margin.show();
  parts.heatmap.show();
}

/** @param {ReturnType<typeof makeParts>} parts @param {Ctx} ctx @param {import('../core/messages.js').ResultsInfo} info */
function drawInfo(parts, ctx, info) {
  parts.table.show(info.metrics);
  replace(parts.notes, ...info.notes.map((note) => el('li', { text: note })));
  parts.notes.hidden = info.notes.length === 0;
  replace(parts.dwell, ...barRows(bars(info.metrics), ctx));
  replace(parts.strips, stripRows(info, ctx));
  replace(parts.transitions, matrixTable(info.transitions));
  parts.heatmap.names();
}

/** @param {string} title @param {...Node} nodes */
function section(title, ...nodes) {
  return el('section', { class: 'results-section' }, el('h2', { text: title }), ...nodes);
}

/** @param {ResultsFeed} feed */
function stateWords(feed) {
  if (feed.error) return feed.error;
  if (!feed.busy) return feed.info?.state === 'ready' ? 'Up to date' : '';
  const percent = feed.progress > 0 && feed.progress < 1 ? ` ${Math.round(feed.progress * 100)} %` : '';
  return `Computing …${percent}`;
}

/** @param {Ctx} ctx @param {ResultsFeed} feed @returns {{text: string, action?: {label: string, run: () => unknown}}|null} */
function whyEmpty(ctx, feed) {
  if (!ctx.store.recording.has_gaze) return { text: 'This recording has no gaze, so there is nothing to count. Open it together with its gaze table to see results; labels and the video can be exported all the same.', action: { label: 'Export', run: () => openExport(ctx) } };
  if (ctx.store.aois.size === 0) return { text: 'There is no AOI yet. Name one, click it in the picture and track it; the numbers appear here.', action: { label: 'Name an AOI', run: () => ctx.keys.handle({ key: 'n' }) } };
  if (feed.info?.state === 'none') return { text: feed.info.error ?? 'There are no results for this recording.' };
  if (feed.info) return null;
  if (feed.error) return { text: feed.error, action: { label: 'Try again', run: () => feed.retry() } };
  return { text: 'Computing the first results …' };
}

/** @param {Ctx} ctx @param {ResultsFeed} feed */
async function copy(ctx, feed) {
  if (!feed.info?.metrics.length) return ctx.say.info('There is nothing to copy yet: name an AOI and click it first.');
  try {
    await copyText(tsv(feed.info.metrics));
    ctx.say.success('The table is copied; paste it into a spreadsheet.');
  } catch {
    ctx.say.error('The browser does not allow copying here. Export the tables instead.', { label: 'Export', run: () => openExport(ctx) });
  }
}
