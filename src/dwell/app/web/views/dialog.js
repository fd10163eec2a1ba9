// Modal dialogs: native <dialog>, focus kept inside, Escape closes, focus goes back to where it was.
import { button, el, uniqueId } from './dom.js';
import { icon } from './icons.js';

/**
 * `run` may return false, or a promise of it, to keep the dialog open; what it throws is shown in the dialog.
 * @typedef {{label: string, primary?: boolean, danger?: boolean, disabled?: boolean, run?: () => unknown}} Action
 */

/** @typedef {{close: (value?: unknown) => void, closed: Promise<unknown>, node: HTMLDialogElement}} OpenDialog */

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"], summary';

/**
 * @param {{title: string, body: Node, actions?: Action[], wide?: boolean}} spec
 * @returns {OpenDialog} `closed` resolves to what was given to `close`, or undefined after Escape
 */
export function openDialog({ title, body, actions = [], wide = false }) {
  const before = document.activeElement;
  const heading = uniqueId('dialog');
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const node = el('dialog', { class: wide ? 'dialog wide' : 'dialog', aria: { labelledby: heading } });
  /** @type {(value: unknown) => void} */
  let settle = () => {};
  const closed = new Promise((resolve) => { settle = resolve; });
  const close = (/** @type {unknown} */ value) => {
    if (!node.isConnected) return;
    node.close();
    node.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    settle(value);
  };
  node.append(
    el('header', null, el('h2', { id: heading, text: title }), closeButton(close)),
    el('div', { class: 'dialog-body' }, body, problem),
  );
  if (actions.length) node.append(el('footer', null, ...actions.map((a) => actionButton(a, close, problem))));
  node.addEventListener('cancel', (event) => { event.preventDefault(); close(undefined); });
  node.addEventListener('keydown', (event) => keepInside(event, node));
  document.body.append(node);
  node.showModal();
  focusFirst(node);
  return { close, closed, node };
}

/**
 * @param {{title: string, text: string, yes: string, danger?: boolean}} spec
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, danger = false }) {
  let said = false;
  const dialog = openDialog({
    title,
    body: el('p', { text }),
    actions: [{ label: 'Cancel' }, { label: yes, primary: !danger, danger, run: () => { said = true; } }],
  });
  await dialog.closed;
  return said;
}

/** @returns {boolean} whether keys belong to a dialog now */
export function dialogIsOpen() {
  return document.querySelector('dialog[open]') !== null;
}

/** Closes all, as Escape would: the page they were opened on is left. */
export function closeDialogs() {
  for (const node of document.querySelectorAll('dialog[open]')) node.dispatchEvent(new Event('cancel', { cancelable: true }));
}

/** @param {(value?: unknown) => void} close */
function closeButton(close) {
  return button({ label: 'Close', icon: icon('close'), iconOnly: true, class: 'quiet', run: () => close() });
}

/** @param {Action} action @param {(value?: unknown) => void} close @param {HTMLElement} problem */
function actionButton(action, close, problem) {
  const kind = action.danger ? 'danger' : action.primary ? 'primary' : '';
  const node = button({
    label: action.label,
    class: kind,
    disabled: action.disabled,
    run: async () => {
      problem.hidden = true;
      node.disabled = true;
      try {
        if ((await action.run?.()) !== false) close(action.label);
      } catch (error) {
        problem.textContent = error instanceof Error ? error.message : String(error);
        problem.hidden = false;
      } finally {
        node.disabled = false;
      }
    },
  });
  return node;
}

/** @param {KeyboardEvent} event @param {HTMLElement} node */
function keepInside(event, node) {
  event.stopPropagation();
  if (event.key !== 'Tab') return;
  const all = visible(node);
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement !== edge || all.length === 0) return;
  event.preventDefault();
  (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
}

/** @param {HTMLElement} node */
function focusFirst(node) {
  const wanted = node.querySelector('[autofocus]');
  const inBody = visible(node).find((one) => one.closest('.dialog-body'));
  const primary = node.querySelector('footer .primary, footer .button');
  for (const one of [wanted, inBody, primary]) if (one instanceof HTMLElement) return one.focus();
}

/** @param {HTMLElement} node @returns {HTMLElement[]} */
function visible(node) {
  const all = /** @type {HTMLElement[]} */ ([...node.querySelectorAll(FOCUSABLE)]);
  return all.filter((one) => one.offsetParent !== null && one.tabIndex >= 0);
}
