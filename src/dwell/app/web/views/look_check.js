// The check of gaze, over the whole page: what to do, five targets, the result in words.
import { degrees, LookCheck, missText, plainText } from '../core/lookcheck.js';
import { button, el, replace, svg } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/messages.js').CheckResult} CheckResult */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {{open: () => void, close: () => void, busy: () => boolean}} Check */

/** @type {Readonly<Record<CheckResult['verdict'], string>>} */
const VERDICTS = { good: 'Gaze is good', fair: 'Gaze is fair', poor: 'Gaze is poor', unknown: 'Gaze could not be measured' };

/** @param {import('../core/api.js').Api} api @param {Look} look @param {() => void} after where the focus goes @returns {Check} */
export function makeCheck(api, look, after) {
  const node = el('div', { class: 'look-check', role: 'dialog', tabindex: -1, hidden: true, aria: { modal: true, label: 'Check of gaze' } });
  const heard = el('p', { class: 'visually-hidden', role: 'status' });
  const card = el('div', { class: 'look-card' });
  const marks = svg('svg', { class: 'look-target', 'aria-hidden': 'true' });
  node.append(marks, card, heard);
  document.body.append(node);
  const check = new LookCheck(api, () => show());
  const close = () => check.close();
  const moved = () => check.moved();
  globalThis.addEventListener('resize', moved);

  const show = () => {
    const { phase } = check;
    const was = !node.hidden;
    node.hidden = phase === 'off';
    card.hidden = phase === 'target';
    replace(marks, ...(phase === 'target' ? target(check) : []));
    if (phase === 'off') return was ? after() : undefined;
    if (phase === 'target') {
      heard.textContent = `Look at the ${check.plan?.names[check.index] ?? 'target'}.`;
      return node.focus();
    }
    heard.textContent = '';
    replace(card, ...content(check, look, close));
    /** @type {HTMLElement} */ (card.querySelector('.primary') ?? node).focus();
  };
  node.addEventListener('keydown', (event) => {
    event.stopPropagation(); // no key of the look is meant here
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') keepInside(event, card);
    else return;
    event.preventDefault();
  });
  return {
    open: () => check.open(),
    busy: () => check.phase !== 'off',
    close: () => { globalThis.removeEventListener('resize', moved); check.close(); node.remove(); },
  };
}

/** @param {LookCheck} check */
function target({ plan, index }) {
  const [x, y] = plan?.targets[index] ?? [0, 0];
  return [
    svg('circle', { class: 'look-target-ring', cx: x, cy: y, r: 22 }),
    svg('circle', { class: 'look-target-disc', cx: x, cy: y, r: 10 }),
    svg('circle', { class: 'look-target-dot', cx: x, cy: y, r: 2.5 }),
  ];
}

/** @param {LookCheck} check @param {Look} look @param {() => void} close @returns {Node[]} */
function content(check, look, close) {
  const cancel = button({ label: 'Cancel', class: 'quiet', run: close });
  const again = (/** @type {string} */ label, primary = true) => button({ label, class: primary ? 'primary' : '', run: () => void check.begin() });
  if (check.phase === 'ready') {
    const mouse = look.byMouse ? 'Move the mouse onto each ring, and let it rest there.' : 'Sit as you work. Look at the dot in the middle of each ring until the next one appears.';
    return [el('h2', { text: 'Check of gaze' }), el('p', { text: `Five rings appear, one after the other. ${mouse}` }),
      el('div', { class: 'row' }, again('Begin'), cancel)];
  }
  if (check.phase === 'failed')
    return [el('h2', { class: 'row' }, icon('warning'), 'The check has failed'), el('p', { text: check.problem }), el('div', { class: 'row' }, again('Check again'), cancel)];
  if (check.phase === 'reckoning' || !check.result) return [el('p', { text: 'Reckoning …' })];
  return resultPart(check, check.result, again, close);
}

/** @param {LookCheck} check @param {CheckResult} result @param {(label: string, primary?: boolean) => HTMLElement} again @param {() => void} close */
function resultPart(check, result, again, close) {
  const { verdict, summary, remedies, targets, correctable, corrected_deg, accuracy_deg, in_use } = result;
  const fixed = correctable && corrected_deg !== null;
  const known = verdict !== 'unknown' && accuracy_deg !== null;
  const plain = known ? button({ label: plainText(result), class: fixed || in_use ? '' : 'primary', title: in_use ? 'Gaze is taken as the tracker says it' : 'Points around the gaze are spread that far', run: () => void check.accept(false) }) : null;
  const correct = known && fixed ? button({ label: `Correct gaze to ${degrees(corrected_deg)}`, class: 'primary', title: 'Gaze is moved to where it belongs', run: () => void check.accept(true) }) : null;
  const rows = targets.map((each, at) => el('tr', null, el('th', { scope: 'row', text: check.plan?.names[at] ?? `${at + 1}` }), el('td', { class: 'numbers', text: missText(each) })));
  return [
    el('h2', { class: `row verdict-${verdict}` }, icon(verdict === 'good' || verdict === 'fair' ? 'check' : 'warning'), VERDICTS[verdict]),
    el('p', { text: summary }),
    remedies.length ? el('ul', { class: 'look-remedies' }, ...remedies.map((text) => el('li', { text }))) : null,
    el('table', { class: 'look-misses' }, el('tbody', null, ...rows)),
    el('div', { class: 'row wrap' }, correct, plain, again('Check again', !known), button({ label: 'Leave as it is', class: 'quiet', run: close })),
  ].filter((each) => each !== null);
}

/** @param {KeyboardEvent} event @param {HTMLElement} card */
function keepInside(event, card) {
  const all = [...card.querySelectorAll('button')];
  const to = all.findIndex((each) => each === document.activeElement) + (event.shiftKey ? -1 : 1);
  all[(to + all.length) % all.length]?.focus();
}
