// Small charts of the results: dwell bars, visits over time, transitions.
import { strips } from '../core/charts.js';
import { fixed, matrix, UNKNOWN } from '../core/results.js';
import { el, svg } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').ResultsInfo} ResultsInfo */

const STRIP_UNITS = 1000;
const MOST_HEAT_PERCENT = 45;
const seconds = fixed(2);

/**
 * @param {ReturnType<typeof import('../core/results.js').bars>} bars
 * @param {Ctx} ctx
 * @returns {HTMLElement[]}
 */
export function barRows(bars, ctx) {
  const rows = bars.map((bar) => {
    const known = el('span', { class: 'bar-known' });
    const maybe = el('span', { class: 'bar-maybe' });
    known.style.width = `${bar.known * 100}%`;
    maybe.style.width = `${bar.maybe * 100}%`;
    const colour = ctx.store.aois.get(bar.objectId)?.colour ?? 'gray';
    known.style.background = colour;
    maybe.style.color = colour;
    const dwell = bar.dwellS === null ? UNKNOWN : `${seconds(bar.dwellS)} s`;
    const more = bar.unknownS ? `, up to ${seconds(bar.unknownS)} s more where its place is not known` : '';
    return el('div', { class: 'dwell-row', role: 'img', aria: { label: `${bar.name}: ${dwell}${more}` }, title: `${bar.name}: ${dwell}${more}` },
      el('span', { class: 'cut', text: bar.name }), el('span', { class: 'dwell-track' }, known, maybe), el('span', { class: 'dwell-number numbers', text: dwell }));
  });
  const hatched = bars.some((bar) => bar.maybe > 0);
  const legend = el('p', { class: 'muted small-text legend' }, el('span', { class: 'hatch', aria: { hidden: true } }), 'gaze for which the place of the AOI is not known: it may belong to the bar, or not');
  return hatched ? [...rows, legend] : rows;
}

/**
 * One line per AOI; a click goes there.
 * @param {ResultsInfo} info
 * @param {Ctx} ctx
 * @returns {HTMLElement}
 */
export function stripRows(info, ctx) {
  const nFrames = ctx.player.nFrames;
  const rows = info.metrics.map((row) => {
    const id = Number(row['object_id']);
    const visits = info.visits.filter((visit) => visit.object_id === id);
    const spans = visits.map((visit) => /** @type {[number, number]} */ ([visit.first_frame, visit.stop_frame])).sort((a, b) => a[0] - b[0]);
    const name = String(row['aoi label'] ?? '');
    const picture = svg('svg', { class: 'strip', viewBox: `0 0 ${STRIP_UNITS} 10`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name}: ${visits.length} visits` },
      ...strips(spans, nFrames, STRIP_UNITS).map(({ x, width }) => svg('rect', { x, width: Math.max(2, width), y: 0, height: 10, fill: ctx.store.aois.get(id)?.colour ?? 'gray' })));
    picture.addEventListener('click', (event) => {
      const box = picture.getBoundingClientRect();
      ctx.player.seek(Math.floor(((event.clientX - box.left) / Math.max(1, box.width)) * nFrames));
    });
    return el('div', { class: 'strip-row' }, el('span', { class: 'cut', text: name }), picture);
  });
  const none = info.visits.length === 0 ? el('p', { class: 'muted small-text', text: 'No visit yet. Click and track an AOI, or widen the margin.' }) : null;
  return el('div', null, ...rows, none);
}

/** @param {Record<string, any>} transitions @returns {HTMLElement} */
export function matrixTable(transitions) {
  const found = matrix(transitions);
  if (!found) return el('p', { class: 'muted small-text', text: 'Transitions are counted between fixations on two or more AOIs; there is none yet.' });
  const head = el('tr', null, el('th', { scope: 'col', class: 'corner' }, el('span', { class: 'muted', text: 'from ↓ to →' })), ...found.names.map((name) => el('th', { scope: 'col' }, el('span', { class: 'cut', text: name, title: name }))));
  const rows = found.counts.map((row, i) => el('tr', null, el('th', { scope: 'row' }, el('span', { class: 'cut', text: found.names[i] ?? '' })), ...row.map((count, j) => {
    const node = el('td', { class: 'numbers', text: count, title: `${found.names[i]} → ${found.names[j]}: ${count} of ${found.total}` });
    node.style.background = `color-mix(in srgb, var(--accent) ${(found.weights[i]?.[j] ?? 0) * MOST_HEAT_PERCENT}%, transparent)`;
    return node;
  })));
  return el('table', { class: 'matrix' }, el('caption', { class: 'visually-hidden', text: 'How often a fixation on one AOI was followed by one on another' }), el('thead', null, head), el('tbody', null, ...rows));
}
