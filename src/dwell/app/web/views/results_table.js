// The table of metrics: sortable, with units and meanings; unknown is a dash.
import { cell, COLUMNS, heading, sorted, UNKNOWN } from '../core/results.js';
import { el, replace } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/results.js').Metrics} Metrics */
/** @typedef {import('../core/results.js').Column} Column */

/** Columns that one reads from the lowest up. */
const UPWARDS = new Set(['aoi', 'ttff', 'time-to-first-fixation']);

/**
 * @param {Ctx} ctx @param {Column[]} [columns] the first names the AOI
 * @returns {{node: HTMLElement, show: (rows: Metrics[]) => void}}
 */
export function metricsTable(ctx, columns = COLUMNS) {
  /** @type {Metrics[]} */
  let rows = [];
  /** @type {string|null} */
  let by = null;
  let down = false;
  const body = el('tbody');
  const heads = columns.map((col) => el('th', { scope: 'col', class: col.id },
    el('button', { type: 'button', class: 'sort', title: col.meaning, on: { click: () => sort(col.id) } }, el('span', { text: heading(col) }), icon('down'))));
  const draw = () => {
    columns.forEach((col, i) => heads[i]?.setAttribute('aria-sort', by !== col.id ? 'none' : down ? 'descending' : 'ascending'));
    replace(body, ...sorted(rows, by, down, columns).map((row) => line(row, ctx, columns)));
  };
  const sort = (/** @type {string} */ id) => {
    if (by !== id) [by, down] = [id, !UPWARDS.has(id)];
    else if (down === !UPWARDS.has(id)) down = !down;
    else by = null;
    draw();
  };
  const node = el('div', { class: 'scroll-x', tabindex: 0, role: 'group', aria: { label: 'Metrics per AOI' } },
    el('table', { class: 'metrics numbers' }, el('caption', { class: 'visually-hidden', text: `Metrics per AOI; ${UNKNOWN} means not known` }), el('thead', null, el('tr', null, ...heads)), body));
  return { node, show: (next) => { rows = next; draw(); } };
}

/** @param {Metrics} row @param {Ctx} ctx @param {Column[]} columns */
function line(row, ctx, columns) {
  const id = Number(row['object_id']);
  const dot = el('span', { class: 'aoi-dot', aria: { hidden: true } });
  dot.style.background = ctx.store.aois.get(id)?.colour ?? 'gray';
  return el('tr', null, ...columns.map((col, i) => {
    const text = cell(col, row);
    if (i === 0) return el('th', { scope: 'row' }, el('span', { class: 'row' }, dot, el('span', { class: 'cut', text, title: text })));
    return el('td', { title: text === UNKNOWN ? 'Not known' : undefined }, text === UNKNOWN ? el('span', { class: 'muted', aria: { label: 'not known' }, role: 'img', text }) : text);
  }));
}
