// Menus that open at a control: arrows, Home, End, first letters, Escape.
import { el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {{label: string, key?: string, checked?: boolean, disabled?: boolean, danger?: boolean, run: () => unknown}} MenuItem */

/** @type {(() => void) | null} */
let closeOpenMenu = null;

export function closeMenu() {
  closeOpenMenu?.();
}

/**
 * Opens a menu below (or above) its anchor; opening it again closes it.
 * @param {HTMLElement} anchor
 * @param {Array<MenuItem|'-'>} items
 * @returns {() => void} closes it
 */
export function openMenu(anchor, items) {
  const again = anchor.getAttribute('aria-expanded') === 'true';
  closeOpenMenu?.();
  if (again) return () => {};
  const menu = el('div', { class: 'menu', role: 'menu', tabindex: -1 });
  const close = () => {
    if (!menu.isConnected) return;
    const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('blur', close);
    closeOpenMenu = null;
    if (inside) anchor.focus();
  };
  const outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !menu.contains(event.target) && !anchor.contains(event.target)) close();
  };
  for (const item of items) menu.append(item === '-' ? el('div', { role: 'separator' }) : row(item, close));
  menu.addEventListener('keydown', (event) => move(event, menu, close));
  (anchor.closest('dialog') ?? document.body).append(menu);
  anchor.setAttribute('aria-haspopup', 'menu');
  anchor.setAttribute('aria-expanded', 'true');
  place(menu, anchor);
  document.addEventListener('pointerdown', outside, true);
  window.addEventListener('blur', close);
  closeOpenMenu = close;
  (rows(menu)[0] ?? menu).focus();
  return close;
}

/** @param {MenuItem} item @param {() => void} close */
function row(item, close) {
  return el(
    'button',
    {
      type: 'button',
      class: item.danger ? 'menu-item danger' : 'menu-item',
      role: item.checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      tabindex: -1,
      disabled: item.disabled,
      aria: { checked: item.checked },
      on: { click: () => { close(); item.run(); } },
    },
    el('span', { class: 'menu-check' }, item.checked ? icon('check') : null),
    el('span', { class: 'menu-label', text: item.label }),
    item.key ? el('kbd', { text: item.key }) : null,
  );
}

/** @param {HTMLElement} menu @returns {HTMLButtonElement[]} */
function rows(menu) {
  return [...menu.querySelectorAll('button')].filter((one) => !one.disabled);
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu @param {() => void} close */
function move(event, menu, close) {
  event.stopPropagation();
  if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); return close(); }
  const all = rows(menu);
  const at = all.findIndex((one) => one === document.activeElement);
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 };
  let to = steps[event.key];
  if (to === undefined && event.key.length === 1 && event.key !== ' ') {
    const letter = event.key.toLowerCase();
    const hits = all.flatMap((one, i) => (label(one).startsWith(letter) ? [i] : []));
    to = hits.find((i) => i > at) ?? hits[0];
  }
  if (to === undefined || all.length === 0) return;
  event.preventDefault();
  all[(to + all.length) % all.length]?.focus();
}

/** @param {HTMLElement} one @returns {string} */
function label(one) {
  return (one.querySelector('.menu-label')?.textContent ?? '').toLowerCase();
}

/** @param {HTMLElement} menu @param {HTMLElement} anchor */
function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const gap = 4;
  const below = at.bottom + gap + size.height <= innerHeight;
  const top = below ? at.bottom + gap : Math.max(gap, at.top - gap - size.height);
  const left = Math.max(gap, Math.min(at.left, innerWidth - size.width - gap));
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}
