// How far something is: words, a bar, time left.
import { progressOf } from '../core/exports.js';
import { timeLeft } from '../core/time.js';
import { el } from './dom.js';

/**
 * @param {string} label what it is about, for screen readers
 * @returns {{node: HTMLElement, show: (text: string, share: number|null, note?: string) => void,
 *   task: (task: import('../core/messages.js').Task) => void}}
 */
export function progressView(label) {
  const text = el('p', { role: 'status' });
  const note = el('p', { class: 'muted small-text numbers' });
  const fill = el('span');
  const bar = el('div', { class: 'bar', role: 'progressbar', aria: { label, valuemin: 0, valuemax: 100 } }, fill);
  const show = (/** @type {string} */ words, /** @type {number|null} */ share, /** @type {string} */ more = '') => {
    if (text.textContent !== words) text.textContent = words;
    note.textContent = more;
    bar.classList.toggle('unsure', share === null);
    fill.style.width = share === null ? '' : `${share * 100}%`;
    if (share === null) bar.removeAttribute('aria-valuenow');
    else bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
  };
  return {
    node: el('div', { class: 'progress' }, text, bar, note),
    show,
    task: (task) => {
      const share = progressOf(task);
      const percent = share === null ? '' : `${Math.round(share * 100)} %`;
      show(task.what, share, [percent, timeLeft(task.left_s)].filter(Boolean).join(' · '));
    },
  };
}
