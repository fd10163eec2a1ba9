// The results, or the gallery, over the whole width, instead of beside the picture.
import { button } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */

/**
 * @param {HTMLElement} root of the panel @param {Ctx} ctx @param {'results'|'everything'} [panel] @param {string} [label]
 * @returns {{node: HTMLElement, narrow: () => void, off: () => void}}
 */
export function widening(root, ctx, panel = 'results', label = 'Widen the results') {
  const node = button({ label, icon: icon('wide'), iconOnly: true, class: 'quiet small', run: () => widen() });
  const widen = (on = node.getAttribute('aria-pressed') !== 'true') => {
    node.setAttribute('aria-pressed', String(on));
    root.closest('.editor')?.classList.toggle('results-wide', on);
  };
  node.setAttribute('aria-pressed', 'false');
  const offs = [
    ctx.keys.bind({ id: `${panel}.wide`, label, group: panel === 'results' ? 'Results' : 'Gallery', keys: ['w'], when: () => ctx.ui.get('panel') === panel, run: () => widen() }),
    ctx.ui.subscribe((key) => { if (key === 'panel' && ctx.ui.get('panel') !== panel) widen(false); }),
  ];
  return { node, narrow: () => widen(false), off: () => { widen(false); for (const off of offs) off(); } };
}
