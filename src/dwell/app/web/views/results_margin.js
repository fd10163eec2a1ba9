// The margin: a slider, the rule for fixations, px per degree where there is no camera, and the curves.
import { linePath, round, scale, spread, ticks } from '../core/charts.js';
import { el, replace, svg } from './dom.js';
import { remPx } from './timeline_paint.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/resultsfeed.js').ResultsFeed} ResultsFeed */
/** @typedef {import('../core/messages.js').Sensitivity} Sensitivity */

const STEP_DEG = 0.05;

/** @param {Ctx} ctx @param {ResultsFeed} feed @returns {{node: HTMLElement, show: () => void, off: () => void}} */
export function mountMargin(ctx, feed) {
  const slider = el('input', { type: 'range', class: 'grow', min: -1, max: 3, step: STEP_DEG, aria: { label: 'Margin in degrees' } });
  const value = el('output', { class: 'numbers margin-value' });
  const rule = el('select', { value: feed.options.fixationRule, title: 'When a fixation counts as being on an AOI', aria: { label: 'Fixation rule' } },
    ...RULES.map(([id, label]) => el('option', { value: id, text: label })));
  const scaleInput = el('input', { type: 'number', min: 0.1, step: 0.1, class: 'margin-scale', value: feed.options.pxPerDegree ?? '', placeholder: 'e.g. 24' });
  const scaleField = el('label', { class: 'field' }, el('span', { text: 'Pixels per degree' }), scaleInput);
  const why = el('p', { class: 'muted small-text', text: 'Nothing in this recording says how large a degree of visual angle is. Type how many pixels one degree covers in the scene video: its width in px divided by the camera’s horizontal field of view in degrees. Then a margin can be used.' });
  const chart = el('div', { class: 'curves' });
  const known = () => ctx.store.recording.has_camera || feed.options.pxPerDegree !== null;
  const showValue = () => {
    const margin = ctx.ui.get('marginDeg');
    slider.value = String(margin);
    slider.disabled = !known();
    value.textContent = `${margin.toFixed(2)}°`;
    slider.setAttribute('aria-valuetext', `${margin.toFixed(2)} degrees`);
  };
  const draw = () => {
    showValue();
    const { sensitivity } = feed;
    if (sensitivity?.unit === 'deg') limit(slider, sensitivity.margins);
    if (sensitivity?.margins.length) replace(chart, curves(sensitivity, ctx, chart.clientWidth), curveTable(sensitivity, ctx));
    else replace(chart, el('p', { class: 'muted small-text', text: 'The curves appear once the results are there.' }));
  };
  slider.addEventListener('input', () => ctx.ui.set('marginDeg', Number(slider.value)));
  rule.addEventListener('change', () => feed.setOptions({ fixationRule: /** @type {any} */ (rule.value) }));
  scaleInput.addEventListener('change', () => {
    const px = Number(scaleInput.value);
    feed.setOptions({ pxPerDegree: px > 0 ? px : null });
    if (!known()) ctx.ui.set('marginDeg', 0);
    draw();
  });
  const observer = new ResizeObserver(() => draw());
  observer.observe(chart);
  const off = ctx.ui.subscribe((key) => { if (key === 'marginDeg') draw(); });
  const noCamera = ctx.store.recording.has_camera ? [] : [why, scaleField];
  return {
    node: el('div', { class: 'stack' },
      el('p', { class: 'muted small-text', text: 'Gaze this close to an AOI counts as on it. Trackers are off by about 0.5 to 2°: a result that changes much with the margin is not safe.' }),
      ...noCamera,
      el('div', { class: 'row' }, el('span', { text: 'Margin' }), slider, value),
      chart,
      el('label', { class: 'row' }, el('span', { class: 'grow', text: 'A fixation is on an AOI if' }), rule)),
    show: draw,
    off: () => { observer.disconnect(); off(); },
  };
}

/** @type {[import('../core/resultsfeed.js').Rule, string][]} */
export const RULES = [['majority', 'most samples are'], ['any', 'one sample is'], ['mean', 'their mean is']];

/** @param {HTMLInputElement} slider @param {number[]} margins */
function limit(slider, margins) {
  slider.min = String(margins[0] ?? 0);
  slider.max = String(margins[margins.length - 1] ?? 0);
}

/** @param {Sensitivity} data @param {Ctx} ctx @param {number} width */
function curves(data, ctx, width) {
  const rem = remPx();
  const size = { width: Math.max(width, 16 * rem), height: 12.5 * rem };
  const box = { left: 2.6 * rem, right: size.width - 5.5 * rem, top: 1.4 * rem, bottom: size.height - 2.4 * rem };
  const lines = Object.entries(data.dwell_ms).map(([id, ms]) => ({ aoi: ctx.store.aois.get(Number(id)), s: ms.map((each) => each / 1000) }));
  const [low, high] = [data.margins[0] ?? 0, data.margins[data.margins.length - 1] ?? 1];
  const most = Math.max(0.1, ...lines.flatMap((line) => line.s));
  const x = scale([low, high], [box.left, box.right]);
  const y = scale([0, most], [box.bottom, box.top]);
  const now = data.unit === 'deg' ? ctx.ui.get('marginDeg') : null;
  const ends = spread(lines.map((line) => y(line.s[line.s.length - 1] ?? 0)), 1.1 * rem, box.top, box.bottom);
  const unit = data.unit === 'deg' ? 'margin [°]' : 'margin [px]';
  return svg('svg', { class: 'curve-chart', width: size.width, height: size.height, 'aria-hidden': 'true' },
    ...ticks(0, most, 4).flatMap((tick) => [
      svg('line', { class: 'grid', x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }),
      svg('text', { class: 'tick', x: box.left - 0.4 * rem, y: y(tick), 'text-anchor': 'end', 'dominant-baseline': 'middle', text: tick })]),
    ...ticks(low, high, 5).map((tick) => svg('text', { class: 'tick', x: x(tick), y: box.bottom + 1.1 * rem, 'text-anchor': 'middle', text: tick })),
    svg('text', { class: 'tick', x: (box.left + box.right) / 2, y: size.height - 0.2 * rem, 'text-anchor': 'middle', text: unit }),
    svg('text', { class: 'tick', x: 0, y: 0.6 * rem, text: 'dwell [s]' }),
    ...lines.flatMap(({ aoi, s }, i) => {
      const d = linePath(data.margins.map(x), s.map(y));
      return [
        svg('path', { class: 'curve-edge', d }), svg('path', { class: 'curve', d, stroke: aoi?.colour ?? 'gray' }),
        svg('text', { class: 'curve-name', x: box.right + 0.4 * rem, y: ends[i], 'dominant-baseline': 'middle', text: shortName(aoi?.name ?? '') })];
    }),
    now === null ? null : svg('line', { class: 'curve-now', x1: round(x(now)), x2: round(x(now)), y1: box.top, y2: box.bottom }));
}

/** @param {string} name */
function shortName(name) {
  return name.length > 11 ? `${name.slice(0, 10)}…` : name;
}

/** The same numbers for screen readers. @param {Sensitivity} data @param {Ctx} ctx */
function curveTable(data, ctx) {
  const head = el('tr', null, el('th', { scope: 'col', text: 'AOI' }), ...data.margins.map((margin) => el('th', { scope: 'col', text: `${margin} ${data.unit}` })));
  const rows = Object.entries(data.dwell_ms).map(([id, ms]) => el('tr', null, el('th', { scope: 'row', text: ctx.store.aois.get(Number(id))?.name ?? id }), ...ms.map((each) => el('td', { text: `${(each / 1000).toFixed(2)} s` }))));
  return el('table', { class: 'visually-hidden' }, el('caption', { text: 'Dwell time at each margin' }), el('thead', null, head), el('tbody', null, ...rows));
}
