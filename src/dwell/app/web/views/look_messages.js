// What hinders a look, and gaze that has drifted: on the picture, where the eyes are.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/look.js').Look} Look */

/** @param {HTMLElement} bars over the picture @param {Look} look @param {() => void} check begins a check @returns {() => void} unmount */
export function mountMessages(bars, look, check) {
  const message = el('p', { class: 'look-message', role: 'status', hidden: true });
  const text = el('p');
  const drift = el('div', { class: 'look-drift', role: 'alert', hidden: true }, icon('warning'), text, button({ label: 'Check now', class: 'small', run: check }));
  bars.append(drift, message);
  const show = () => {
    const view = look.mine ? look.view : null;
    put(message, message, view ? view.message : '');
    put(drift, text, view ? view.drift : '');
  };
  show();
  const off = look.subscribe(show);
  return () => {
    off();
    message.remove();
    drift.remove();
  };
}

/** @param {HTMLElement} node @param {HTMLElement} where @param {string} words */
function put(node, where, words) {
  if (where.textContent !== words) where.textContent = words;
  node.hidden = words === '';
}
