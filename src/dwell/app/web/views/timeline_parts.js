// The elements the timeline is made of.

import { button, el, replace } from './dom.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';
import { legend } from './timeline_legend.js';

const ZOOM = 1.6;

/**
 * @param {{names: HTMLElement, map: HTMLElement, span: HTMLElement, jump: HTMLElement}} pieces
 * @param {{by: (factor: number) => void, fit: () => void}} zoom
 */
export function makeParts(pieces, zoom) {
  const common = el('canvas', { aria: { hidden: true } });
  const slider = el(
    'div',
    { class: 'timeline-slider', role: 'slider', tabindex: 0, aria: { label: 'Playhead' } },
    common,
  );
  const names = el('div', { class: 'timeline-common-names', aria: { hidden: true } });
  const lanes = el('canvas', { class: 'timeline-lanes', aria: { hidden: true } });
  const strip = el('div', { class: 'timeline-strip' }, lanes);
  const scroll = el('div', { class: 'timeline-scroll' }, pieces.names, strip);
  const head = el('div', { class: 'timeline-head' });
  const cover = el('div', { class: 'timeline-cover', aria: { hidden: true } }, head);
  const readout = el('span', { class: 'timeline-readout numbers' });
  const job = el('span', { class: 'timeline-job muted cut numbers', hidden: true });
  const hint = el('div', { class: 'timeline-hint numbers', hidden: true, aria: { hidden: true } });
  const live = el('div', { class: 'visually-hidden', aria: { live: 'polite' } });
  const anchor = el('div', { class: 'timeline-menu-anchor', tabindex: -1, on: { focus: () => slider.focus() } });
  const top = el('div', { class: 'timeline-top' }, names, slider);
  const bottom = el('div', { class: 'timeline-bottom' }, el('div'), pieces.map);
  const body = el('div', { class: 'timeline-body' }, top, scroll, bottom, cover, hint);
  const bar = el('div', { class: 'timeline-bar' }, readout, pieces.jump, pieces.span, job, zoomButtons(zoom));
  const node = el('div', { class: 'timeline' }, bar, body, live, anchor);
  return {
    node,
    body,
    top,
    bottom,
    scroll,
    strip,
    slider,
    common,
    names,
    lanes,
    head,
    cover,
    readout,
    job,
    hint,
    live,
    anchor,
  };
}

/** @param {{by: (factor: number) => void, fit: () => void}} zoom */
function zoomButtons({ by, fit }) {
  const quiet = (/** @type {string} */ label, /** @type {SVGSVGElement} */ sign, /** @type {() => void} */ run) =>
    button({ label, icon: sign, iconOnly: true, class: 'quiet small', run });
  return el(
    'div',
    { class: 'row timeline-zoom' },
    quiet('Zoom the timeline out', glyph('minus'), () => by(ZOOM)),
    quiet('Zoom the timeline in', icon('add'), () => by(1 / ZOOM)),
    quiet('Show the whole recording', icon('wide'), fit),
    legend(),
  );
}

/**
 * Names beside the rows that all AOIs share.
 * @param {HTMLElement} node
 * @param {ReadonlyArray<import('./timeline_common.js').CommonRow>} rows
 */
export function nameRows(node, rows) {
  if (node.childElementCount === rows.length) return;
  const names = rows.map(({ label, height }) => {
    const name = el('span', { text: label });
    name.style.height = `${height}rem`;
    return name;
  });
  replace(node, ...names);
}
