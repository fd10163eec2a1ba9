// Making elements without innerHTML: text is only ever text.

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * @typedef {object} Handlers
 * @property {{[K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => unknown}} [on]
 */

/**
 * `class`, `id`, `text`, `on` (handlers), `aria` (without the prefix), `data` (data-…), and attributes or the
 * live properties value, checked, selected, indeterminate. null, undefined and false leave an attribute out.
 * @typedef {Handlers & {
 *   class?: string, text?: string | number, aria?: Record<string, string|number|boolean|null|undefined>,
 *   data?: Record<string, string|number|boolean|null|undefined>, [name: string]: unknown
 * }} Props
 */

const LIVE = new Set(['value', 'checked', 'selected', 'indeterminate']);
const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element with properties, handlers and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  if (props) assign(node, props);
  fill(node, children);
  if (props && 'value' in props && node instanceof HTMLSelectElement) node.value = String(props.value);
  return node;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string|number|null|undefined>} [attributes]  `text` is its text
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'text') node.textContent = String(value ?? '');
    else if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  fill(node, children);
  return node;
}

/**
 * Puts children in place of what is there.
 * @template {Element} T
 * @param {T} node
 * @param {...Child} children
 * @returns {T}
 */
export function replace(node, ...children) {
  node.replaceChildren();
  fill(node, children);
  return node;
}

/**
 * A button with a name for screen readers; the icon is decoration.
 * @param {{label: string, icon?: Node|null, title?: string, iconOnly?: boolean, class?: string,
 *   run: (event: MouseEvent) => unknown, disabled?: boolean}} spec
 * @returns {HTMLButtonElement}
 */
export function button({ label, icon = null, title, iconOnly = false, class: kind = '', run, disabled }) {
  return el(
    'button',
    {
      type: 'button',
      class: `button ${iconOnly ? 'icon-only ' : ''}${kind}`.trim(),
      title: title ?? (iconOnly ? label : undefined),
      aria: iconOnly ? { label } : {},
      disabled,
      on: { click: run },
    },
    icon,
    iconOnly ? null : el('span', { text: label }),
  );
}

/**
 * Calls when an element's size has changed, or that of the screen's pixels: the window went to another screen.
 * @param {Element} node @param {() => void} run @returns {() => void} off
 */
export function watchSize(node, run) {
  const observer = new ResizeObserver(run);
  observer.observe(node);
  /** @type {MediaQueryList} */
  let now;
  const follow = () => {
    now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    now.addEventListener('change', changed, { once: true });
  };
  const changed = () => { follow(); run(); };
  follow();
  return () => {
    observer.disconnect();
    now.removeEventListener('change', changed);
  };
}

let counter = 0;

/** @param {string} stem @returns {string} an id that is not taken */
export function uniqueId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}

/** @param {HTMLElement} node @param {Props} props */
function assign(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name === 'class') node.className = String(value);
    else if (name === 'text') node.textContent = String(value);
    else if (name === 'on') listen(node, /** @type {Record<string, EventListener|undefined>} */ (value));
    else if (name === 'aria') prefixed(node, 'aria-', /** @type {Record<string, unknown>} */ (value));
    else if (name === 'data') prefixed(node, 'data-', /** @type {Record<string, unknown>} */ (value));
    else if (LIVE.has(name)) Reflect.set(node, name, value);
    else if (value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
}

/** @param {HTMLElement} node @param {Record<string, EventListener|undefined>} handlers */
function listen(node, handlers) {
  for (const [name, handler] of Object.entries(handlers)) if (handler) node.addEventListener(name, handler);
}

/** @param {HTMLElement} node @param {string} prefix @param {Record<string, unknown>} values */
function prefixed(node, prefix, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) node.setAttribute(prefix + name, String(value));
  }
}

/** @param {Element} node @param {Child[]} children */
function fill(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}
