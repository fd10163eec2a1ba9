// The elements of the tab "Review".

import { button, el } from './dom.js';

/**
 * @typedef {import('./review_desk.js').ReviewDesk} ReviewDesk
 * @typedef {import('./review.js').Part} Part
 */

/**
 * @param {ReviewDesk} desk
 * @param {HTMLElement} fixations
 * @param {HTMLElement} live
 * @param {(part: Part) => void} setPart
 */
export function makeReviewParts(desk, fixations, live, setPart) {
  const part = (/** @type {Part} */ name, /** @type {string} */ text) => {
    const look = { type: 'button', class: 'button small', text, aria: { pressed: false }, data: { part: name } };
    return el('button', { ...look, on: { click: () => setPart(name) } });
  };
  const switches = [part('moments', 'Moments'), part('fixations', 'Fixations')];
  const headline = el('p', { class: 'review-headline', role: 'status' });
  const name = 'Share of the possible error to cover';
  const target = el('input', { type: 'range', min: 80, max: 100, step: 1, value: 95, aria: { label: name } });
  const targetText = el('output', { class: 'numbers', text: '95 %' });
  const cleared = el('span', { aria: { hidden: true } });
  const clearedText = el('span', { class: 'muted small-text numbers' });
  const { actions, loop } = makeActions(desk);
  const list = el('ol', { class: 'review-list', aria: { label: 'Moments, worst first' } });
  const empty = el('div', { class: 'empty' });
  const dealtList = el('ul', { class: 'review-dealt-list' });
  const dealtTitle = el('summary');
  const dealtBox = el('details', { class: 'review-done' }, dealtTitle, dealtList);
  const progress = el('div', { class: 'stack review-progress' }, el('div', { class: 'bar' }, cleared), clearedText);
  const targetRow = el('label', { class: 'row review-target' }, el('span', { text: 'Cover' }), target, targetText);
  const controls = el('div', { class: 'review-controls' }, targetRow, progress, actions);
  const moments = el('div', { class: 'review-moments' }, headline, controls, list, empty, dealtBox);
  const switcher = el(
    'div',
    { class: 'row review-parts', role: 'group', aria: { label: 'What to review' } },
    ...switches,
  );
  const node = el('div', { class: 'review' }, switcher, moments, fixations, live);
  return {
    node,
    switches,
    moments,
    headline,
    target,
    targetText,
    cleared,
    clearedText,
    controls,
    actions,
    loop,
    list,
    empty,
    dealtList,
    dealtTitle,
    dealtBox,
  };
}

/** @param {ReviewDesk} desk */
function makeActions(desk) {
  const action = (
    /** @type {string} */ label,
    /** @type {string} */ key,
    /** @type {() => unknown} */ run,
    kind = '',
  ) => {
    const node = button({ label, class: `small ${kind}`, title: `${label} (${key})`, run });
    node.append(el('kbd', { text: key, aria: { hidden: true } }));
    return node;
  };
  const loop = action('Loop', 'L', () => desk.toggleLoop());
  const actions = el(
    'div',
    { class: 'review-actions', role: 'group', aria: { label: 'This moment' } },
    action('Approve', 'A', () => desk.approve(), 'primary'),
    action('Correct', 'C', () => desk.correct()),
    action('Absent', 'X', () => desk.absent()),
    action('Skip', 'S', () => desk.skip()),
    loop,
    action('Next', '↵', () => desk.next()),
  );
  return { actions, loop };
}
