// The results over the whole width, instead of beside the picture.
import { button } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */

/** @param {HTMLElement} root of the panel @param {Ctx} ctx @returns {{node: HTMLElement, off: () => void}} */
export function widening(root, ctx) {
  const node = button({ label: 'Widen the results', icon: icon('wide'), iconOnly: true, class: 'quiet small', run: () => widen() });
  const widen = (on = node.getAttribute('aria-pressed') !== 'true') => {
    node.setAttribute('aria-pressed', String(on));
    root.closest('.editor')?.classList.toggle('results-wide', on);
  };
  node.setAttribute('aria-pressed', 'false');
  const offs = [
    ctx.keys.bind({ id: 'results.wide', label: 'Widen the results', group: 'Results', keys: ['w'], when: () => ctx.ui.get('panel') === 'results', run: () => widen() }),
    ctx.ui.subscribe((key) => { if (key === 'panel' && ctx.ui.get('panel') !== 'results') widen(false); }),
  ];
  return { node, off: () => { widen(false); for (const off of offs) off(); } };
}
