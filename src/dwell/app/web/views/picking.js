// A place in the picture is asked for: the next click, or Enter where the keyboard aims, answers.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

/**
 * @param {Ctx} ctx @param {Parts} parts @param {string} text what to click
 * @returns {Promise<{x: number, y: number, frameIdx: number}|null>} image px; null: it was given up
 */
export function pickPlace(ctx, parts, text) {
  const { stage } = parts;
  if (!stage) return Promise.resolve(null);
  stage.pick?.(NaN, NaN); // another question is given up
  ctx.player.seek(stage.frameIdx);
  return new Promise((done) => {
    const end = (/** @type {{x: number, y: number, frameIdx: number}|null} */ answer) => {
      stage.pick = null;
      off();
      bar.remove();
      stage.over.classList.remove('picking');
      done(answer);
    };
    const cancel = button({ label: 'Cancel', icon: icon('close'), class: 'small', title: 'Cancel (Esc)', run: () => end(null) });
    const bar = el('div', { class: 'correction picking-bar', role: 'region', aria: { label: 'Choose a place' } },
      el('span', { class: 'correction-text', role: 'status', text: `${text} With the keyboard: Y to aim, arrows, Enter.` }), cancel);
    const off = ctx.keys.bind({ id: 'pick.cancel', label: 'Choose no place', group: 'Editing', keys: ['Escape'], run: () => end(null) });
    stage.pick = (x, y) => end(Number.isFinite(x) ? { x, y, frameIdx: stage.frameIdx } : null);
    stage.over.classList.add('picking');
    (stage.root.parentElement?.querySelector('.stage-bars') ?? stage.root).append(bar);
    stage.over.focus();
  });
}
