// Shortcuts: one table of who listens to which key. The last one bound goes first, so a panel may take a key over.

/**
 * @typedef {object} Binding
 * @property {string} id
 * @property {string} label what it does, in the list of shortcuts
 * @property {string} group heading in the list of shortcuts
 * @property {string[]} keys such as `Mod+z` (Ctrl, or ⌘ on a Mac), `Shift+ArrowLeft`, `n`, `?`, `Space`
 * @property {(event: KeyEvent) => void} run
 * @property {() => boolean} [when] bound only while true
 * @property {boolean} [typing] also while the focus is in a text field
 */
/**
 * @typedef {object} KeyEvent a KeyboardEvent, or what is needed of one
 * @property {string} key
 * @property {boolean} [ctrlKey]
 * @property {boolean} [metaKey]
 * @property {boolean} [shiftKey]
 * @property {boolean} [altKey]
 * @property {boolean} [defaultPrevented]
 * @property {boolean} [isComposing]
 * @property {unknown} [target]
 * @property {() => void} [preventDefault]
 */

export class Keymap {
  /** @type {Binding[]} */ #bindings = [];
  /** While false nothing is handled (a dialog is open). */ enabled = true;
  /** While set, only what it is true of is bound: a mode with keys of its own. @type {((binding: Binding) => boolean)|null} */ only = null;

  /** @param {boolean} [mac] whether Mod is the command key, not Ctrl */
  constructor(mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')) {
    this.mac = mac;
  }

  /** @param {Binding} binding @returns {() => void} off */
  bind(binding) {
    this.#bindings.push(binding);
    return () => void (this.#bindings = this.#bindings.filter((each) => each !== binding));
  }

  /** All that is bound now, in that order. @returns {readonly Binding[]} */
  list() {
    return this.only ? this.#bindings.filter(this.only) : this.#bindings;
  }

  /** Runs what is bound to a key. @param {KeyEvent} event @returns {boolean} whether something was */
  handle(event) {
    if (!this.enabled || event.defaultPrevented || event.isComposing) return false;
    const name = this.nameOf(event);
    const busy = ownKeys(event.target);
    const found = this.list().findLast(
      (each) => each.keys.includes(name) && (each.typing || !busy(event.key)) && (each.when?.() ?? true),
    );
    if (!found) return false;
    event.preventDefault?.();
    found.run(event);
    return true;
  }

  /** @param {KeyEvent} event @returns {string} such as `Mod+Shift+z` */
  nameOf(event) {
    const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const sign = key.length === 1 && key.toLowerCase() === key.toUpperCase(); // ? + [ 1: Shift and Alt only type it on some keyboards
    const typed = sign && !/\d/.test(key) && Boolean(event.altKey); // AltGr is Ctrl and Alt at once
    const mod = !typed && (this.mac ? event.metaKey : event.ctrlKey);
    const other = !typed && (this.mac ? event.ctrlKey : event.metaKey);
    const parts = [mod && 'Mod', other && (this.mac ? 'Ctrl' : 'Meta'), event.altKey && !typed && 'Alt', event.shiftKey && !sign && 'Shift', key];
    return parts.filter(Boolean).join('+');
  }

  /** A key's name for people: `Mod+Shift+z` → `Ctrl+Shift+Z`, on a Mac `⌘⇧Z`. @param {string} name */
  show(name) {
    const parts = name === '+' ? ['+'] : name.split('+');
    const shown = parts.map((part) => (this.mac ? MAC : PC)[part] ?? BOTH[part] ?? (part.length === 1 ? part.toUpperCase() : part));
    return shown.join(this.mac ? '' : '+');
  }
}

/** @type {Record<string, string>} */
const MAC = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' };
/** @type {Record<string, string>} */
const PC = { Mod: 'Ctrl' };
/** @type {Record<string, string>} */
const BOTH = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del' };

/**
 * Which keys the focused element needs for itself.
 * @param {unknown} target @returns {(key: string) => boolean}
 */
function ownKeys(target) {
  const element = /** @type {{tagName?: string, type?: string, isContentEditable?: boolean, getAttribute?: (name: string) => string|null}} */ (target ?? {});
  const tag = element.tagName?.toUpperCase();
  if (element.isContentEditable || tag === 'TEXTAREA' || tag === 'SELECT') return () => true;
  if (tag === 'INPUT') {
    if (element.type === 'color') return (key) => key === ' ' || key === 'Enter';
    if (element.type === 'checkbox' || element.type === 'radio' || element.type === 'button') return (key) => key === ' ';
    if (element.type === 'range') return (key) => /^(Arrow|Home|End|Page)/.test(key);
    return () => true;
  }
  const role = element.getAttribute?.('role');
  if (role === 'tab') return (key) => /^(Arrow| $)/.test(key); // arrows open it: Enter is free for the panel
  if (tag === 'BUTTON' || tag === 'A' || tag === 'SUMMARY' || role === 'button') return (key) => key === ' ' || key === 'Enter';
  if (role && /^(menuitem|option|tab|slider|spinbutton)/.test(role)) return (key) => /^(Arrow|Home|End|Enter| $)/.test(key);
  return () => false;
}
