// Short messages in a corner, also read aloud by screen readers.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {{label: string, run: () => unknown}} ToastAction */
/**
 * @typedef {object} Toasts
 * @property {(text: string, action?: ToastAction) => void} info
 * @property {(text: string, action?: ToastAction) => void} success
 * @property {(problem: unknown, action?: ToastAction) => void} error  an error or a sentence
 */

const MOST = 4;
const SHORT_MS = 5000;
const LONG_MS = 15000;

/**
 * @param {HTMLElement} root
 * @returns {Toasts}
 */
export function createToasts(root) {
  const polite = el('div', { class: 'toasts', role: 'status', aria: { live: 'polite', label: 'Messages' } });
  const urgent = el('div', { class: 'toasts', role: 'alert', aria: { live: 'assertive' } });
  const corner = el('div', { class: 'toast-corner' }, urgent, polite);
  root.append(corner);
  const tell = (/** @type {HTMLElement} */ list, /** @type {'info'|'success'|'error'} */ kind, /** @type {string} */ text, /** @type {ToastAction|undefined} */ action) => {
    comeForward(corner, root);
    show(list, kind, text, action);
  };
  return {
    info: (text, action) => tell(polite, 'info', text, action),
    success: (text, action) => tell(polite, 'success', text, action),
    error: (problem, action) => tell(urgent, 'error', sentence(problem), action),
  };
}

/** @param {unknown} problem @returns {string} */
export function sentence(problem) {
  return problem instanceof Error ? problem.message : String(problem);
}

/** An open dialog covers all that is not in it; when it closes, what is said goes back. @param {HTMLElement} corner @param {HTMLElement} root */
function comeForward(corner, root) {
  const dialog = [...document.querySelectorAll('dialog[open]')].pop();
  const host = dialog ?? root;
  if (corner.parentElement === host) return;
  host.append(corner);
  dialog?.addEventListener('close', () => root.append(corner), { once: true });
}

/** @param {HTMLElement} list @param {'info'|'success'|'error'} kind @param {string} text @param {ToastAction} [action] */
function show(list, kind, text, action) {
  for (const old of list.children) if (old instanceof HTMLElement && old.dataset['text'] === text) old.remove();
  while (list.children.length >= MOST) list.firstElementChild?.remove();
  const node = el('div', { class: `toast ${kind}`, data: { text } });
  const remove = () => node.remove();
  node.append(
    icon(kind === 'error' ? 'warning' : kind === 'success' ? 'check' : 'info'),
    el('p', { text }),
    action ? button({ label: action.label, class: 'small', run: () => { remove(); action.run(); } }) : '',
    button({ label: 'Dismiss', icon: icon('close'), iconOnly: true, class: 'quiet small', run: remove }),
  );
  list.append(node);
  leaveLater(node, kind === 'error' || action ? LONG_MS : SHORT_MS + text.length * 30, remove);
}

/** Waits while the pointer or the focus is on it. @param {HTMLElement} node @param {number} ms @param {() => void} remove */
function leaveLater(node, ms, remove) {
  let timer = window.setTimeout(remove, ms);
  const hold = () => window.clearTimeout(timer);
  const go = () => { hold(); timer = window.setTimeout(remove, ms); };
  node.addEventListener('pointerenter', hold);
  node.addEventListener('focusin', hold);
  node.addEventListener('pointerleave', go);
  node.addEventListener('focusout', go);
}
