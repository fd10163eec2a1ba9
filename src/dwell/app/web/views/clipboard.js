// Text to the clipboard, also on addresses where the browser's own interface is missing.
import { el } from './dom.js';

/** The clipboard's own interface exists only on safe addresses. @param {string} text */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el('textarea', { class: 'visually-hidden', value: text });
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not allowed');
}
